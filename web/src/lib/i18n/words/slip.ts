/** The slip of a dossier, on the screen and on paper. */
export const slip = {
  received: { vi: 'Giấy tiếp nhận', en: 'Receipt' },
  ahead: { vi: 'Phiếu hồ sơ', en: 'Dossier slip' },
  receivedTitle: { vi: 'Giấy tiếp nhận hồ sơ', en: 'Receipt of a dossier' },
  print: { vi: 'In giấy này', en: 'Print it' },
  procedure: { vi: 'Thủ tục', en: 'Procedure' },
  owner: { vi: 'Chủ hồ sơ', en: 'Owner' },
  submitter: { vi: 'Người nộp', en: 'Submitter' },
  processing: { vi: 'Nơi giải quyết', en: 'Decided by' },
  submittedAt: { vi: 'Nộp lúc', en: 'Handed in' },
  receivedAt: { vi: 'Tiếp nhận lúc', en: 'Received' },
  dueOn: { vi: 'Hẹn trả', en: 'Due' },
  officer: { vi: 'Cán bộ tiếp nhận', en: 'Received by' },
  papers: { vi: 'Giấy tờ đã nộp', en: 'Documents handed in' },
  papersAhead: { vi: 'Giấy tờ trong hồ sơ', en: 'Documents in the dossier' },
  sum: { vi: (sum: string) => `Mã kiểm tra ${sum}`, en: (sum: string) => `Checksum ${sum}` },
  foot: {
    vi: 'Tra cứu hồ sơ bằng mã trên, hoặc quét một trong hai hình.',
    en: 'Look the dossier up by the code above, or scan either of the pictures.',
  },
  barcode: { vi: (code: string) => `Mã vạch của ${code}`, en: (code: string) => `Barcode of ${code}` },
  qr: { vi: (code: string) => `Mã QR của ${code}`, en: (code: string) => `QR code of ${code}` },
} as const;
