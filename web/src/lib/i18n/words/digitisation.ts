/** What officers read where papers are scanned and compared with their originals. */
export const digitisation = {
  title: { vi: 'Chờ số hóa', en: 'To be digitised' },
  text: {
    vi: 'Giấy tờ của hồ sơ đang giải quyết mà chưa có tệp hoặc chưa đối chiếu với bản chính. Hẹn trả trước thì đứng trước.',
    en: 'What open dossiers need and has no file yet, or was not compared with the original. What is due first comes first.',
  },
  keys: {
    vi: 'Phím ↑ ↓: chọn việc · Enter: quét hoặc đối chiếu',
    en: 'Keys ↑ ↓: choose · Enter: scan or compare',
  },
  list: { vi: 'Việc số hóa', en: 'What is to be digitised' },
  allAgencies: { vi: 'Mọi đơn vị của tôi', en: 'All my agencies' },
  emptyTitle: { vi: 'Không còn việc số hóa nào', en: 'Nothing is left to be digitised' },
  emptyText: {
    vi: 'Mọi giấy tờ của hồ sơ đang giải quyết đều đã có tệp và đã đối chiếu.',
    en: 'All documents of open dossiers have a file and were compared.',
  },
  noneHere: {
    vi: 'Chưa thấy việc nào trong phần đã xem. Hãy xem thêm.',
    en: 'Nothing was found so far. Please look further.',
  },
  noFile: { vi: 'Chưa có tệp', en: 'No file yet' },
  notCompared: { vi: 'Chưa đối chiếu với bản chính', en: 'Not compared with the original' },
  attachedAt: { vi: (time: string) => `nộp ${time}`, en: (time: string) => `handed in ${time}` },
  gone: {
    vi: 'Giấy tờ này vừa được thay hoặc bỏ ra. Danh sách đã được làm mới.',
    en: 'This document was just replaced or taken out. The list is up to date now.',
  },

  scan: { vi: 'Quét giấy tờ', en: 'Scan' },
  scanNamed: {
    vi: (component: string) => `Quét giấy tờ cho ${component}`,
    en: (component: string) => `Scan for ${component}`,
  },
  dropHere: { vi: 'Thả tệp vào đây', en: 'Drop the files here' },
  files: { vi: 'Tệp đã chọn', en: 'Files chosen' },
  kind: { vi: 'Loại giấy tờ', en: 'Kind of document' },
  issuedOn: { vi: 'Ngày cấp', en: 'Date of issue' },
  issuedOnHint: {
    vi: 'Thành phần này chỉ nhận giấy tờ mới cấp.',
    en: 'This component takes only a document that was issued lately.',
  },
  compared: { vi: 'Đã đối chiếu với bản chính', en: 'Compared with the original' },
  comparedHint: {
    vi: 'Đánh dấu thì giấy tờ được xác thực và khóa lại trong kho của chủ hồ sơ.',
    en: 'Ticked, it is authenticated and locked in the owner’s vault.',
  },
  take: { vi: 'Đưa vào hồ sơ', en: 'Put it into the dossier' },
  sending: { vi: (percent: string) => `Đã gửi ${percent}%`, en: (percent: string) => `${percent}% sent` },
  keeping: { vi: 'Đang cất vào kho', en: 'Putting it into the vault' },
  progressOf: { vi: (name: string) => `Tiến độ của ${name}`, en: (name: string) => `Progress of ${name}` },
  giveUp: { vi: (name: string) => `Thôi, không đưa ${name} vào`, en: (name: string) => `Don’t put ${name} in` },
  again: { vi: 'Gửi lại', en: 'Send again' },
  scannedToast: {
    vi: (paper: string, code: string) => `Đã đưa ${paper} vào hồ sơ ${code}.`,
    en: (paper: string, code: string) => `${paper} is in dossier ${code}.`,
  },

  compare: { vi: 'Đối chiếu', en: 'Compare' },
  compareNamed: {
    vi: (component: string) => `Đối chiếu ${component} với bản chính`,
    en: (component: string) => `Compare ${component} with the original`,
  },
  agrees: { vi: 'Đúng với bản chính', en: 'It agrees with the original' },
  comparedToast: {
    vi: (paper: string) => `Đã đối chiếu ${paper} với bản chính.`,
    en: (paper: string) => `${paper} was compared with the original.`,
  },
  digitised: { vi: 'Cơ quan đã quét', en: 'Scanned by the agency' },
} as const;
