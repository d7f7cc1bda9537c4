/** What was deleted: looking, restoring, deleting for ever. */
const items = (count: string) => `${count} mục`;
const things = (count: string) => (count === '1' ? '1 item' : `${count} items`);

export const trash = {
  title: { vi: 'Thùng rác', en: 'Trash' },
  text: {
    vi: 'Mục đã xóa được giữ ở đây một thời gian. Bạn khôi phục được nguyên vẹn trước khi hết hạn.',
    en: 'What you delete is kept here for a while. It can be restored unharmed until its time is over.',
  },
  list: { vi: 'Danh sách trong thùng rác', en: 'List of the trash' },
  find: { vi: 'Tìm trong thùng rác', en: 'Find in the trash' },
  columnTime: { vi: 'Đã xóa', en: 'Deleted' },
  column: { vi: 'Thời gian còn lại', en: 'Time left' },
  daysLeft: {
    vi: (days: string) => (days === '0' ? 'Sắp bị xóa vĩnh viễn' : `Còn ${days} ngày`),
    en: (days: string) =>
      days === '0' ? 'About to be deleted permanently' : days === '1' ? '1 day left' : `${days} days left`,
  },
  wasIn: { vi: (folder: string) => `Đã ở: ${folder}`, en: (folder: string) => `Was in: ${folder}` },
  rootFolder: { vi: 'Giấy tờ', en: 'Documents' },

  details: { vi: 'Xem thông tin', en: 'Show details' },
  kind: { vi: 'Loại', en: 'Kind' },
  folder: {
    vi: (count: string) => `Thư mục có ${count} giấy tờ`,
    en: (count: string) => `Folder with ${count} documents`,
  },
  document: { vi: 'Giấy tờ', en: 'Document' },
  fileName: { vi: 'Tên tệp', en: 'File name' },
  place: { vi: 'Chỗ cũ', en: 'Former place' },
  deletedAt: { vi: 'Đã xóa lúc', en: 'Deleted at' },
  deletedBy: { vi: 'Người xóa', en: 'Deleted by' },
  goesAt: { vi: 'Xóa vĩnh viễn vào', en: 'Deleted permanently on' },
  size: { vi: 'Dung lượng', en: 'Size' },
  versions: { vi: 'Số lần cập nhật', en: 'Versions' },

  restore: { vi: 'Khôi phục', en: 'Restore' },
  restored: {
    vi: (name: string) => `Đã khôi phục “${name}” về chỗ cũ.`,
    en: (name: string) => `“${name}” is back in its place.`,
  },
  restoredMany: {
    vi: (count: string) => `Đã khôi phục ${items(count)}.`,
    en: (count: string) => `${things(count)} restored.`,
  },
  restoredAs: {
    vi: (name: string) => `Đã khôi phục thành “${name}”.`,
    en: (name: string) => `Restored as “${name}”.`,
  },
  takenTitle: { vi: 'Chỗ cũ đã có mục cùng tên', en: 'The name is taken in the former place' },
  takenText: {
    vi: (names: string) =>
      `Ở chỗ cũ đã có mục cùng tên với: ${names}. Bạn có thể giữ cả hai; mục khôi phục sẽ được thêm số vào tên.`,
    en: (names: string) =>
      `The former place already has something called: ${names}. You can keep both; what is restored gets a number in its name.`,
  },
  keepBoth: { vi: 'Giữ cả hai', en: 'Keep both' },
  leave: { vi: 'Để trong thùng rác', en: 'Leave it in the trash' },

  purge: { vi: 'Xóa vĩnh viễn', en: 'Delete permanently' },
  purgeTitle: { vi: 'Xóa vĩnh viễn?', en: 'Delete permanently?' },
  purgeText: {
    vi: 'Sau khi xóa vĩnh viễn, không ai lấy lại được, kể cả quản trị viên.',
    en: 'After this nobody can bring it back, not even an administrator.',
  },
  purgeOne: {
    vi: (name: string, size: string) => `“${name}”, ${size}`,
    en: (name: string, size: string) => `“${name}”, ${size}`,
  },
  andMore: { vi: (count: string) => `và ${items(count)} khác`, en: (count: string) => `and ${things(count)} more` },
  all: { vi: 'Mọi thứ trong thùng rác.', en: 'Everything in the trash.' },
  typeWord: { vi: 'Gõ chữ “xóa” để xác nhận', en: 'Type the word “delete” to confirm' },
  word: { vi: 'xóa', en: 'delete' },
  wordWrong: { vi: 'Hãy gõ đúng chữ “xóa”.', en: 'Please type the word “delete”.' },
  cancel: { vi: 'Không xóa', en: 'Do not delete' },
  purging: { vi: (count: string) => `Đã xóa ${items(count)}…`, en: (count: string) => `${things(count)} deleted…` },
  purged: {
    vi: (count: string, size: string) => `Đã xóa vĩnh viễn ${items(count)}, trả lại ${size} cho kho.`,
    en: (count: string, size: string) => `${things(count)} deleted permanently, ${size} of room is free again.`,
  },
  notPurged: {
    vi: (count: string) => `${items(count)} chưa xóa được:`,
    en: (count: string) => `${things(count)} could not be deleted:`,
  },
  empty: { vi: 'Dọn sạch thùng rác', en: 'Empty the trash' },

  chosen: { vi: (count: string) => `Đã chọn ${count}`, en: (count: string) => `${count} chosen` },
  chooseNone: { vi: 'Bỏ chọn', en: 'Choose none' },
  emptyTitle: { vi: 'Thùng rác trống', en: 'The trash is empty' },
  emptyText: {
    vi: 'Khi bạn xóa giấy tờ hoặc thư mục, chúng nằm ở đây một thời gian để bạn lấy lại được.',
    en: 'Documents and folders that you delete wait here for a while, so that you can have them back.',
  },
  noneTitle: { vi: 'Không tìm thấy', en: 'Nothing found' },
  noneText: { vi: 'Trong thùng rác không có mục nào khớp.', en: 'Nothing in the trash matches.' },
} as const;
