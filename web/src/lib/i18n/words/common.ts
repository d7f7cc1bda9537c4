/** What every screen may say. */
export const common = {
  appName: { vi: 'Kho giấy tờ', en: 'Document vault' },
  close: { vi: 'Đóng', en: 'Close' },
  cancel: { vi: 'Thôi', en: 'Cancel' },
  undo: { vi: 'Hoàn tác', en: 'Undo' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  more: { vi: 'Xem thêm', en: 'Show more' },
  loading: { vi: 'Đang tải…', en: 'Loading…' },
  offline: {
    vi: 'Không có kết nối mạng. Những gì đã lưu vẫn còn nguyên; hãy thử lại khi có mạng.',
    en: 'There is no network. Everything you saved is kept; try again once you are connected.',
  },
  unknownProblem: {
    vi: 'Có lỗi ngoài dự kiến. Những gì đã lưu vẫn còn nguyên; hãy thử lại.',
    en: 'Something unexpected happened. Everything you saved is kept; please try again.',
  },
} as const;
