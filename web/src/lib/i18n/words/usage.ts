/** What the room of a vault is used for. */
export const usage = {
  title: { vi: 'Dung lượng đã dùng', en: 'Storage used' },
  used: {
    vi: (used: string, quota: string) => `Đã dùng ${used} trong ${quota}`,
    en: (used: string, quota: string) => `${used} of ${quota} used`,
  },
  free: { vi: (free: string) => `Còn trống ${free}`, en: (free: string) => `${free} free` },
  nearlyFull: {
    vi: 'Kho sắp đầy. Hãy dọn thùng rác hoặc xin thêm dung lượng.',
    en: 'The vault is nearly full. Empty the trash or ask for more room.',
  },
  kinds: { vi: 'Dùng vào việc gì', en: 'What it is used for' },
  live: { vi: 'Giấy tờ đang có', en: 'Present documents' },
  versions: { vi: 'Những lần cập nhật cũ', en: 'Older versions' },
  trash: { vi: 'Thùng rác', en: 'Trash' },
  reserved: { vi: 'Đang thêm', en: 'Being added' },
  byFolder: { vi: 'Theo thư mục', en: 'By folder' },
  byType: { vi: 'Theo loại giấy tờ', en: 'By kind of document' },
  folder: { vi: 'Thư mục', en: 'Folder' },
  type: { vi: 'Loại giấy tờ', en: 'Kind of document' },
  documents: { vi: 'Số giấy tờ', en: 'Documents' },
  size: { vi: 'Dung lượng', en: 'Size' },
  elsewhere: { vi: 'Nơi khác trong kho', en: 'Elsewhere in the vault' },
  noType: { vi: 'Chưa ghi loại', en: 'No kind given' },
  empty: { vi: 'Chưa có giấy tờ nào.', en: 'There are no documents yet.' },
  freeing: { vi: 'Muốn có thêm chỗ trống?', en: 'Do you need more room?' },
  freeTrash: {
    vi: (size: string) => `Thùng rác đang giữ ${size}. Xóa vĩnh viễn những gì không cần nữa để lấy lại chỗ.`,
    en: (size: string) => `The trash holds ${size}. Delete permanently what you need no more to have the room back.`,
  },
  toTrash: { vi: 'Mở thùng rác', en: 'Open the trash' },
  freeVersions: {
    vi: (size: string) => `Những lần cập nhật cũ chiếm ${size}. Chúng được giữ để bạn xem lại và lấy lại khi cần.`,
    en: (size: string) =>
      `Older versions take ${size}. They are kept so that you can look at them and bring them back.`,
  },
  freeLarge: {
    vi: 'Tệp ảnh và bản quét thường lớn nhất. Mở một thư mục và sắp xếp theo dung lượng để tìm.',
    en: 'Pictures and scans are usually the largest. Open a folder and sort it by size to find them.',
  },
  freeAsk: {
    vi: 'Vẫn không đủ? Hãy hỏi bộ phận một cửa để xin thêm dung lượng.',
    en: 'Still not enough? Ask the one-stop counter for more room.',
  },
} as const;
