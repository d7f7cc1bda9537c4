/** Reports: what was counted, and what each figure counts. */
export const reports = {
  text: {
    vi: 'Đếm từ chính những việc đã làm; không ai nhập số bằng tay.',
    en: 'Counted from what was done; nobody types the figures in.',
  },
  period: { vi: 'Thời gian', en: 'Period' },
  periodMonth: { vi: 'Tháng này', en: 'This month' },
  periodLastMonth: { vi: 'Tháng trước', en: 'Last month' },
  periodQuarter: { vi: 'Quý này', en: 'This quarter' },
  periodYear: { vi: 'Năm nay', en: 'This year' },
  periodDays: { vi: 'Chọn ngày', en: 'Choose days' },
  from: { vi: 'Từ ngày', en: 'From' },
  until: { vi: 'Đến ngày', en: 'Until' },
  incomplete: { vi: 'Hãy chọn cả ngày đầu và ngày cuối.', en: 'Please choose the first and the last day.' },
  backwards: { vi: 'Ngày cuối phải sau ngày đầu.', en: 'The last day must be after the first.' },
  agency: { vi: 'Đơn vị', en: 'Agency' },
  allAgencies: { vi: 'Tất cả đơn vị có số liệu', en: 'All agencies with figures' },
  beneath: { vi: 'Tính cả các đơn vị cấp dưới', en: 'With the agencies beneath' },
  spanned: {
    vi: (from: string, until: string, before: string, beforeUntil: string) =>
      `${from} – ${until}, so với ${before} – ${beforeUntil}.`,
    en: (from: string, until: string, before: string, beforeUntil: string) =>
      `${from} – ${until}, compared with ${before} – ${beforeUntil}.`,
  },
  emptyTitle: { vi: 'Chưa có số liệu', en: 'No figures yet' },
  emptyText: {
    vi: 'Trong thời gian này chưa có hồ sơ nào được nộp hay giải quyết. Hãy chọn thời gian khác.',
    en: 'No dossier was handed in or worked on in this period. Please choose another one.',
  },
  notReaderTitle: { vi: 'Phần này dành cho cán bộ', en: 'This part is for officers' },
  notReaderText: {
    vi: 'Tài khoản của bạn không có nhiệm vụ xem báo cáo.',
    en: 'Your account is not charged with reading reports.',
  },

  figures: { vi: 'Con số chính', en: 'Main figures' },
  dossiers: { vi: 'Hồ sơ đã nộp', en: 'Dossiers handed in' },
  dossiersText: {
    vi: 'Số hồ sơ nộp trực tuyến, tại quầy hoặc do hệ thống một cửa gửi đến.',
    en: 'Handed in online, at the counter or by the one-stop system.',
  },
  reuseRate: { vi: 'Tỷ lệ dùng lại', en: 'Reuse rate' },
  reuseRateText: {
    vi: 'Trong số thành phần hồ sơ đã có giấy tờ, phần dùng giấy tờ nằm sẵn trong kho trước khi mở hồ sơ.',
    en: 'Of all components with a document, those answered by one that lay in the vault before the dossier was opened.',
  },
  digitisationRate: { vi: 'Tỷ lệ số hóa', en: 'Digitisation rate' },
  digitisationRateText: {
    vi: 'Trong số hồ sơ đã có quyết định, phần có kết quả nằm thành tệp trong kho của chủ hồ sơ.',
    en: 'Of the dossiers that were decided, those whose result lies as a file in the vault of whom it is for.',
  },
  componentRate: { vi: 'Thành phần có tệp điện tử', en: 'Components with a file' },
  componentRateText: {
    vi: 'Trong số thành phần của hồ sơ đã tiếp nhận, phần có tệp điện tử.',
    en: 'Of the components of dossiers that were received, those that have an electronic file.',
  },
  refusals: { vi: 'Giấy tờ bị từ chối', en: 'Refused documents' },
  refusalsText: {
    vi: 'Số lần cán bộ không nhận một giấy tờ trong hồ sơ.',
    en: 'How often an officer did not accept a document of a dossier.',
  },
  none: { vi: 'Chưa có', en: 'None yet' },
  nothingBefore: { vi: 'Kỳ trước chưa có số liệu', en: 'No figures in the period before' },
  same: { vi: (before: string) => `Bằng kỳ trước (${before})`, en: (before: string) => `As before (${before})` },
  more: {
    vi: (by: string, before: string) => `Tăng ${by} so với kỳ trước (${before})`,
    en: (by: string, before: string) => `${by} more than before (${before})`,
  },
  less: {
    vi: (by: string, before: string) => `Giảm ${by} so với kỳ trước (${before})`,
    en: (by: string, before: string) => `${by} less than before (${before})`,
  },
  points: { vi: (number: string) => `${number} điểm %`, en: (number: string) => `${number} points` },

  csv: { vi: 'Tải về bảng CSV', en: 'Download as CSV' },
  csvOf: { vi: (what: string) => `Tải về bảng CSV: ${what}`, en: (what: string) => `Download as CSV: ${what}` },
  table: { vi: 'Xem bảng số liệu', en: 'Show the figures as a table' },
  time: { vi: 'Thời gian', en: 'Time' },

  rates: { vi: 'Hai tỷ lệ theo thời gian', en: 'Both rates over time' },
  rateWent: {
    vi: (name: string, first: string, at: string, last: string, until: string) =>
      `${name}: từ ${first} (${at}) đến ${last} (${until})`,
    en: (name: string, first: string, at: string, last: string, until: string) =>
      `${name}: from ${first} (${at}) to ${last} (${until})`,
  },
  rateOnce: {
    vi: (name: string, rate: string, at: string) => `${name}: ${rate} (${at})`,
    en: (name: string, rate: string, at: string) => `${name}: ${rate} (${at})`,
  },
  rateNone: { vi: (name: string) => `${name}: chưa có số liệu`, en: (name: string) => `${name}: no figures` },

  sources: { vi: 'Giấy tờ trong hồ sơ đến từ đâu', en: 'Where the documents of dossiers come from' },
  sourcesText: {
    vi: 'Mỗi thành phần hồ sơ có giấy tờ được đếm một lần, theo ngày hồ sơ được nộp hoặc giấy tờ được số hóa.',
    en: 'Each component with a document is counted once, on the day on which it was handed in or digitised.',
  },
  reused: { vi: 'Có sẵn trong kho', en: 'Was in the vault' },
  added: { vi: 'Mới thêm', en: 'Newly added' },
  digitised: { vi: 'Cơ quan số hóa', en: 'Digitised by the agency' },
  sourcesSum: {
    vi: (reused: string, added: string, digitised: string) =>
      `${reused} thành phần dùng giấy tờ có sẵn trong kho, ${added} giấy tờ mới thêm, ${digitised} giấy tờ do cơ quan số hóa.`,
    en: (reused: string, added: string, digitised: string) =>
      `${reused} answered by documents that were in the vault, ${added} by new ones, ${digitised} by what the agency digitised.`,
  },

  reasons: { vi: 'Giấy tờ bị từ chối, theo lý do', en: 'Refused documents, by reason' },
  reason: { vi: 'Lý do', en: 'Reason' },
  noReason: { vi: 'Không ghi lý do', en: 'No reason given' },
  times: { vi: 'Số lần', en: 'Times' },
  part: { vi: 'Phần', en: 'Part' },
  noRefusals: { vi: 'Không có giấy tờ nào bị từ chối.', en: 'No document was refused.' },

  agencies: { vi: 'So sánh các đơn vị', en: 'Agencies compared' },
  agenciesText: { vi: 'Bấm vào tên để chỉ xem đơn vị đó.', en: 'Choose a name to see that agency alone.' },
  compared: { vi: 'So sánh theo', en: 'Compared by' },
  ofWhole: { vi: 'Trên tổng', en: 'Of' },
  figure: { vi: 'Số lượng', en: 'Number' },
  rate: { vi: 'Tỷ lệ', en: 'Rate' },

  standings: { vi: 'Hồ sơ tiếp nhận trong thời gian này đang ở đâu', en: 'Where the dossiers of this period stand' },
  standingsText: {
    vi: 'Hồ sơ quá hạn là hồ sơ đã qua ngày hẹn trả mà chưa có kết quả.',
    en: 'Overdue are those whose day has passed without a result.',
  },
  state: { vi: 'Trạng thái', en: 'State' },
  overdue: { vi: 'Quá hạn', en: 'Overdue' },
  noStandings: { vi: 'Chưa có hồ sơ nào được tiếp nhận.', en: 'No dossier was received.' },
} as const;
