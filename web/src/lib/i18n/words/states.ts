/** Where a dossier stands, as lists, marks and notices say it: the same words as the server's. */
export const dossierStates = {
  draft: { vi: 'Đang chuẩn bị', en: 'In preparation' },
  submitted: { vi: 'Đã nộp, chờ tiếp nhận', en: 'Submitted, waiting to be received' },
  received: { vi: 'Đã tiếp nhận', en: 'Received' },
  supplement_requested: { vi: 'Cần bổ sung', en: 'Supplement requested' },
  processing: { vi: 'Đang giải quyết', en: 'In progress' },
  decided: { vi: 'Đã có kết quả', en: 'Result ready' },
  returned: { vi: 'Đã trả kết quả', en: 'Result handed over' },
  withdrawn: { vi: 'Đã rút hồ sơ', en: 'Withdrawn' },
  refused: { vi: 'Bị từ chối', en: 'Refused' },
} as const;
