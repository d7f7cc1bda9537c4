/** Who uses the vault of an organisation. */
export const members = {
  title: { vi: 'Thành viên', en: 'Members' },
  text: {
    vi: (organisation: string) => `Những người dùng chung kho của ${organisation}.`,
    en: (organisation: string) => `Those who use the vault of ${organisation} together.`,
  },
  list: { vi: 'Danh sách thành viên', en: 'List of members' },
  you: { vi: 'Bạn', en: 'You' },
  since: { vi: (day: string) => `Từ ${day}`, en: (day: string) => `Since ${day}` },
  role: { vi: 'Vai trò', en: 'Role' },
  roleOf: { vi: (name: string) => `Vai trò của ${name}`, en: (name: string) => `Role of ${name}` },
  owner: { vi: 'Chủ quản lý', en: 'Owner' },
  editor: { vi: 'Người sửa', en: 'Editor' },
  viewer: { vi: 'Người xem', en: 'Viewer' },
  ownerMay: {
    vi: 'Chủ quản lý làm mọi việc, kể cả thêm thành viên và xóa vĩnh viễn.',
    en: 'Owners do everything, also add members and delete permanently.',
  },
  editorMay: {
    vi: 'Người sửa thêm, sửa, chia sẻ và xóa giấy tờ.',
    en: 'Editors add, change, share and delete documents.',
  },
  viewerMay: { vi: 'Người xem chỉ xem và tải về.', en: 'Viewers see and download only.' },
  add: { vi: 'Thêm thành viên', en: 'Add a member' },
  login: { vi: 'Tên đăng nhập', en: 'Login name' },
  loginHint: {
    vi: 'Người được thêm cần có tài khoản; hãy hỏi họ tên đăng nhập.',
    en: 'They need an account; ask them for their login name.',
  },
  needLogin: { vi: 'Hãy nhập tên đăng nhập.', en: 'Please enter the login name.' },
  noSuch: { vi: 'Không có tài khoản nào mang tên này.', en: 'There is no account of this name.' },
  isMember: {
    vi: (name: string) => `${name} đã là thành viên. Bạn đổi được vai trò trong danh sách.`,
    en: (name: string) => `${name} is a member already. Their role can be changed in the list.`,
  },
  added: {
    vi: (name: string) => `${name} dùng được kho này từ bây giờ.`,
    en: (name: string) => `${name} can use this vault from now on.`,
  },
  changed: {
    vi: (name: string, role: string) => `Vai trò của ${name}: ${role}.`,
    en: (name: string, role: string) => `Role of ${name}: ${role}.`,
  },
  remove: { vi: 'Bỏ khỏi kho', en: 'Remove' },
  removeName: { vi: (name: string) => `Bỏ ${name} khỏi kho`, en: (name: string) => `Remove ${name}` },
  removed: {
    vi: (name: string) => `${name} không còn dùng được kho này.`,
    en: (name: string) => `${name} can use this vault no more.`,
  },
  leave: { vi: 'Rời khỏi kho này', en: 'Leave this vault' },
  leaveTitle: { vi: 'Rời khỏi kho này?', en: 'Leave this vault?' },
  leaveText: {
    vi: 'Bạn sẽ không mở được kho này nữa, trừ khi chủ quản lý thêm lại bạn.',
    en: 'You will not be able to open this vault any more, unless an owner adds you again.',
  },
  stay: { vi: 'Ở lại', en: 'Stay' },
  noneTitle: { vi: 'Kho này là của riêng bạn', en: 'This vault is yours alone' },
  noneText: {
    vi: 'Kho cá nhân không có thành viên. Muốn người khác xem được, hãy chia sẻ giấy tờ.',
    en: 'A vault of a person has no members. Share documents to let others see them.',
  },
} as const;
