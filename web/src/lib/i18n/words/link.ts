/** What the bearer of a share link reads. */
export const linked = {
  goneTitle: { vi: 'Liên kết này không còn dùng được', en: 'This link no longer works' },
  goneText: {
    vi: 'Liên kết đã hết hạn, đã được thu hồi, hoặc chưa được chép đủ. Hãy xin người chia sẻ một liên kết mới.',
    en: 'It has expired, was revoked, or was not copied in full. Ask whoever shared it for a new one.',
  },
  sharedBy: { vi: (who: string) => `${who} chia sẻ với bạn`, en: (who: string) => `${who} shares with you` },
  passwordText: {
    vi: 'Liên kết này có mật khẩu. Người chia sẻ đã báo riêng mật khẩu cho bạn.',
    en: 'This link has a password. Whoever shared it told it to you separately.',
  },
  password: { vi: 'Mật khẩu của liên kết', en: 'The link’s password' },
  open: { vi: 'Mở', en: 'Open' },
  terms: { vi: 'Điều kiện của liên kết', en: 'Terms of the link' },
  until: { vi: (day: string) => `Xem được đến ${day}`, en: (day: string) => `Open until ${day}` },
  left: {
    vi: (count: string) => `Còn ${count} lượt xem hoặc tải về`,
    en: (count: string) => (count === '1' ? '1 view or download left' : `${count} views or downloads left`),
  },
  usedUp: {
    vi: 'Đã hết lượt xem và tải về. Hãy xin người chia sẻ một liên kết mới.',
    en: 'No views or downloads are left. Ask whoever shared it for a new link.',
  },
  counts: {
    vi: 'Mỗi lần xem hoặc tải về tính một lượt. Xem rồi tải về ngay chỉ tính một lượt.',
    en: 'Each view or download counts once. Downloading what you are viewing costs nothing more.',
  },
  namesOnly: {
    vi: 'Chỉ được xem tên, không xem được nội dung',
    en: 'You may see names only, not the content',
  },
  show: { vi: 'Xem tại đây', en: 'View here' },
  download: { vi: 'Tải về', en: 'Download' },
  way: { vi: 'Đường dẫn thư mục', en: 'Way to this folder' },
  emptyTitle: { vi: 'Thư mục này chưa có gì', en: 'This folder is empty' },
  emptyText: {
    vi: 'Khi người chia sẻ thêm giấy tờ vào đây, bạn mở lại liên kết này là thấy.',
    en: 'When documents are added to it, this same link will show them.',
  },
} as const;
