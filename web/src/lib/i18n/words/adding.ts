/** Adding documents: choosing and taking pictures, the way into the vault, what can stand in the way. */
import { count } from '../format';

export const adding = {
  add: { vi: 'Thêm', en: 'Add' },
  addPapers: { vi: 'Thêm giấy tờ', en: 'Add documents' },
  takePictures: { vi: 'Chụp ảnh giấy tờ', en: 'Photograph a document' },
  newFolder: { vi: 'Thư mục mới', en: 'New folder' },
  dropHere: { vi: 'Thả vào đây để thêm giấy tờ', en: 'Drop here to add documents' },
  noFolders: {
    vi: 'Chưa thêm được cả thư mục. Hãy mở thư mục ấy rồi chọn các tệp trong đó.',
    en: 'A whole folder cannot be added yet. Please open it and choose the files in it.',
  },
  pastedName: { vi: (time: string) => `Ảnh dán ${time}`, en: (time: string) => `Pasted picture ${time}` },

  tray: { vi: 'Giấy tờ đang thêm', en: 'Documents being added' },
  underWay: {
    vi: (done: number, all: number) => `Đang thêm giấy tờ: xong ${count(done)}/${count(all)}`,
    en: (done: number, all: number) => `Adding documents: ${count(done)} of ${count(all)} done`,
  },
  allDone: {
    vi: (all: number) => `Đã thêm ${count(all)} giấy tờ`,
    en: (all: number) => (all === 1 ? '1 document added' : `${count(all)} documents added`),
  },
  someWait: {
    vi: (some: number) => `${count(some)} giấy tờ cần bạn xem lại`,
    en: (some: number) =>
      some === 1 ? '1 document needs your attention' : `${count(some)} documents need your attention`,
  },
  percentDone: {
    vi: (percent: number) => `Đã gửi ${count(percent)}%`,
    en: (percent: number) => `${count(percent)}% sent`,
  },
  fold: { vi: 'Thu gọn', en: 'Collapse' },
  unfold: { vi: 'Mở rộng', en: 'Expand' },

  waiting: { vi: 'Đang chờ đến lượt', en: 'Waiting for its turn' },
  checking: { vi: 'Đang chuẩn bị', en: 'Preparing' },
  sending: {
    vi: (sent: string, all: string) => `Đã gửi ${sent} trong ${all}`,
    en: (sent: string, all: string) => `${sent} of ${all} sent`,
  },
  finishing: { vi: 'Đang cất vào kho', en: 'Putting it into the vault' },
  lost: {
    vi: 'Đang mất kết nối. Phần đã gửi vẫn còn; khi có mạng sẽ tự gửi tiếp.',
    en: 'The connection is lost. What was sent is kept, and the rest follows by itself.',
  },
  paused: { vi: (sent: string) => `Đang tạm dừng, đã gửi ${sent}`, en: (sent: string) => `Paused, ${sent} sent` },
  asking: { vi: 'Trong thư mục đã có tên này', en: 'The folder already has this name' },
  done: { vi: 'Đã cất vào kho', en: 'In the vault' },
  doneVersion: { vi: 'Đã thêm lần cập nhật mới', en: 'Added as the newest version' },
  doneAs: {
    vi: (name: string) => `Trùng tên nên đã cất với tên “${name}”`,
    en: (name: string) => `The name was taken, so it is kept as “${name}”`,
  },
  secondsLeft: { vi: 'còn vài giây', en: 'a few seconds left' },
  minutesLeft: {
    vi: (minutes: number) => `còn khoảng ${count(minutes)} phút`,
    en: (minutes: number) => (minutes === 1 ? 'about 1 minute left' : `about ${count(minutes)} minutes left`),
  },
  hoursLeft: {
    vi: (hours: number) => `còn khoảng ${count(hours)} giờ`,
    en: (hours: number) => (hours === 1 ? 'about 1 hour left' : `about ${count(hours)} hours left`),
  },
  pauseOne: { vi: (name: string) => `Tạm dừng ${name}`, en: (name: string) => `Pause ${name}` },
  goOnOne: { vi: (name: string) => `Gửi tiếp ${name}`, en: (name: string) => `Go on with ${name}` },
  cancelOne: { vi: (name: string) => `Bỏ, không thêm ${name}`, en: (name: string) => `Don’t add ${name}` },
  takeOff: { vi: (name: string) => `Cất ${name} khỏi danh sách`, en: (name: string) => `Take ${name} off the list` },
  progressOf: { vi: (name: string) => `Tiến độ của ${name}`, en: (name: string) => `Progress of ${name}` },
  fillIn: { vi: 'Điền thông tin', en: 'Fill in details' },
  choose: { vi: 'Chọn cách giữ', en: 'Choose what to keep' },

  conflictTitle: { vi: 'Trùng tên', en: 'The name is taken' },
  conflict: {
    vi: (name: string) => `Trong thư mục đã có “${name}”. Bạn muốn làm thế nào với giấy tờ đang thêm?`,
    en: (name: string) => `The folder already has “${name}”. What should be done with the one you are adding?`,
  },
  there: { vi: 'Đang có trong kho', en: 'In the vault now' },
  coming: { vi: 'Đang thêm', en: 'Being added' },
  keepBoth: { vi: 'Giữ cả hai', en: 'Keep both' },
  keepBothHint: { vi: 'Giấy tờ đang thêm được đánh số ở cuối tên.', en: 'The new one gets a number after its name.' },
  asVersion: { vi: 'Là lần cập nhật mới', en: 'Make it the newest version' },
  asVersionHint: {
    vi: 'Bản đang có vẫn giữ lại và xem được.',
    en: 'The one in the vault is kept and can still be opened.',
  },
  asVersionLocked: {
    vi: 'Không cập nhật được: mục đang có là thư mục hoặc giấy tờ đã xác thực.',
    en: 'Not possible: what is there is a folder or an authenticated document.',
  },
  otherName: { vi: 'Đặt tên khác', en: 'Use another name' },
  newName: { vi: 'Tên mới', en: 'New name' },
  needName: { vi: 'Hãy nhập một tên khác.', en: 'Please enter another name.' },
  skip: { vi: 'Bỏ qua, không thêm', en: 'Skip it' },
  sameForAll: { vi: 'Làm như vậy với mọi giấy tờ trùng tên còn lại', en: 'Do the same for all others' },
  goAhead: { vi: 'Làm như vậy', en: 'Do it' },

  sides: { vi: 'Các mặt đã chụp', en: 'Sides photographed' },
  side: { vi: (number: number) => `Mặt ${number}`, en: (number: number) => `Side ${number}` },
  sideEarlier: {
    vi: (number: number) => `Chuyển mặt ${number} lên trước`,
    en: (number: number) => `Move side ${number} earlier`,
  },
  sideLater: {
    vi: (number: number) => `Chuyển mặt ${number} ra sau`,
    en: (number: number) => `Move side ${number} later`,
  },
  sideAway: { vi: (number: number) => `Bỏ mặt ${number}`, en: (number: number) => `Remove side ${number}` },
  firstSide: { vi: 'Chụp lại', en: 'Photograph again' },
  anotherSide: { vi: 'Thêm ảnh một mặt nữa', en: 'Add a picture of another side' },
  nextSide: { vi: 'Chụp mặt tiếp theo', en: 'Photograph the next side' },
  pictureName: { vi: (day: string) => `Giấy tờ chụp ${day}`, en: (day: string) => `Document photographed ${day}` },
  pictureNameLabel: { vi: 'Tên giấy tờ', en: 'Name of the document' },
  needPictureName: { vi: 'Hãy đặt tên cho giấy tờ.', en: 'Please name the document.' },
  savePictures: { vi: 'Cất vào kho', en: 'Put it into the vault' },
  pictureUnreadable: {
    vi: 'Không đọc được ảnh này. Hãy chụp lại.',
    en: 'This picture cannot be read. Please take it again.',
  },

  emptyFile: {
    vi: 'Tệp không có nội dung nào. Hãy kiểm tra lại tệp trên máy rồi chọn lại.',
    en: 'The file is empty. Please check it on your device and choose it again.',
  },
  tooLarge: {
    vi: (size: string, limit: string) => `Tệp nặng ${size}, kho chỉ nhận tệp đến ${limit}.`,
    en: (size: string, limit: string) => `The file has ${size}; the vault takes files up to ${limit}.`,
  },
  typeNotTaken: {
    vi: (endings: string) => `Kho không nhận loại tệp này. Hãy chọn tệp có đuôi ${endings}…`,
    en: (endings: string) => `The vault does not take this kind of file. Please choose one that ends in ${endings}…`,
  },
  typeMismatch: {
    vi: 'Nội dung tệp không đúng với đuôi tên nên kho không nhận. Hãy mở tệp trên máy xem có đúng không, rồi lưu lại đúng loại.',
    en: 'The content does not fit the ending of the name, so it was not taken. Please open the file on your device and save it as the right kind.',
  },
  noRoom: {
    vi: (free: string) => `Kho chỉ còn trống ${free}. Hãy xóa vĩnh viễn bớt trong thùng rác hoặc xin thêm dung lượng.`,
    en: (free: string) => `The vault has ${free} left. Please empty some of the trash, or ask for more room.`,
  },
  unreadable: {
    vi: 'Không đọc được tệp trên máy nữa: tệp đã bị sửa, chuyển chỗ hoặc rút ra. Hãy chọn lại tệp.',
    en: 'The file can no longer be read on this device: it was changed, moved or unplugged. Please choose it again.',
  },
} as const;
