/** The frame of the administrator's pages. */
export const admin = {
  parts: { vi: 'Các phần quản trị', en: 'Parts of administration' },
  catalogue: { vi: 'Danh mục', en: 'Catalogue' },
  catalogueParts: { vi: 'Các danh mục', en: 'Parts of the catalogue' },
  notAdminTitle: { vi: 'Phần này dành cho quản trị viên', en: 'This part is for administrators' },
  notAdminText: {
    vi: 'Tài khoản của bạn không có nhiệm vụ quản trị hệ thống.',
    en: 'Your account is not charged with administering the system.',
  },
} as const;
