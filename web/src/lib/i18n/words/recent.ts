/** What the person worked on lately. */
export const recent = {
  title: { vi: 'Gần đây', en: 'Recent' },
  text: {
    vi: 'Những giấy tờ và thư mục bạn vừa thêm, sửa hoặc mở.',
    en: 'Documents and folders that you added, changed or opened lately.',
  },
  find: { vi: 'Tìm trong danh sách này', en: 'Find in this list' },
  list: { vi: 'Danh sách gần đây', en: 'Recent list' },
  columnTime: { vi: 'Lúc', en: 'When' },
  lastAct: { vi: 'Việc gần nhất', en: 'Last act' },
  added: { vi: (when: string) => `Bạn đã thêm ${when}`, en: (when: string) => `You added it ${when}` },
  updated: { vi: (when: string) => `Bạn đã cập nhật ${when}`, en: (when: string) => `You updated it ${when}` },
  edited: { vi: (when: string) => `Bạn đã sửa ${when}`, en: (when: string) => `You edited it ${when}` },
  opened: { vi: (when: string) => `Bạn đã mở ${when}`, en: (when: string) => `You opened it ${when}` },
  restored: { vi: (when: string) => `Bạn đã khôi phục ${when}`, en: (when: string) => `You restored it ${when}` },
  openFolder: { vi: 'Đến thư mục chứa', en: 'Go to its folder' },
  clear: { vi: 'Xóa danh sách này', en: 'Clear this list' },
  cleared: {
    vi: 'Đã xóa danh sách gần đây. Giấy tờ của bạn vẫn còn nguyên.',
    en: 'The recent list is cleared. Your documents are untouched.',
  },
  emptyTitle: { vi: 'Chưa có gì gần đây', en: 'Nothing recent yet' },
  emptyText: {
    vi: 'Giấy tờ bạn thêm, sửa hoặc mở sẽ hiện ở đây để tìm lại cho nhanh.',
    en: 'Documents that you add, change or open appear here, to be found again quickly.',
  },
  noneTitle: { vi: 'Không tìm thấy', en: 'Nothing found' },
  noneText: {
    vi: 'Không có giấy tờ nào gần đây khớp với những chữ này.',
    en: 'No recent document matches these words.',
  },
  toPapers: { vi: 'Đến giấy tờ của tôi', en: 'To my documents' },
  findEverywhere: { vi: 'Tìm trong cả kho', en: 'Find in the whole vault' },
} as const;
