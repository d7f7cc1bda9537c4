/** What the account is told. */
export const notices = {
  title: { vi: 'Thông báo', en: 'Notices' },
  bell: {
    vi: (unread: string) => (unread === '0' ? 'Thông báo' : `Thông báo, ${unread} chưa đọc`),
    en: (unread: string) => (unread === '0' ? 'Notices' : `Notices, ${unread} unread`),
  },
  list: { vi: 'Danh sách thông báo', en: 'List of notices' },
  unread: { vi: 'Chưa đọc', en: 'Unread' },
  readAll: { vi: 'Đánh dấu đã đọc hết', en: 'Mark all as read' },
  allRead: { vi: 'Đã đánh dấu đọc hết.', en: 'All notices are marked as read.' },
  chooseMail: { vi: 'Chọn thông báo gửi qua e-mail', en: 'Choose which notices are mailed' },
  emptyTitle: { vi: 'Chưa có thông báo', en: 'No notices yet' },
  emptyText: {
    vi: 'Khi có người chia sẻ giấy tờ với bạn, hoặc giấy tờ sắp hết hạn, bạn sẽ thấy ở đây.',
    en: 'When somebody shares documents with you, or one is about to expire, you see it here.',
  },
  somebody: { vi: 'Một người', en: 'Somebody' },
  something: { vi: 'một mục', en: 'something' },

  shareReceived: {
    vi: (who: string, what: string) => `${who} chia sẻ “${what}” với bạn.`,
    en: (who: string, what: string) => `${who} shared “${what}” with you.`,
  },
  shareChanged: {
    vi: (who: string, what: string) => `${who} đổi quyền hoặc thời hạn của “${what}”.`,
    en: (who: string, what: string) => `${who} changed the rights or the end of “${what}”.`,
  },
  shareRevoked: {
    vi: (who: string, what: string) => `${who} đã thu hồi “${what}”. Bạn không mở được nữa.`,
    en: (who: string, what: string) => `${who} revoked “${what}”. You cannot open it any more.`,
  },
  shareEnded: {
    vi: (what: string) => `“${what}” không còn được chia sẻ với bạn.`,
    en: (what: string) => `“${what}” is not shared with you any more.`,
  },
  givenExpired: {
    vi: (what: string) => `Bạn đã chia sẻ “${what}”; thời hạn chia sẻ đã hết.`,
    en: (what: string) => `Your share of “${what}” has come to its end.`,
  },
  receivedExpired: {
    vi: (what: string) => `“${what}” đã hết thời hạn chia sẻ với bạn.`,
    en: (what: string) => `The time for which “${what}” was shared with you is over.`,
  },
  versionAdded: {
    vi: (who: string, what: string) => `${who} vừa cập nhật “${what}”.`,
    en: (who: string, what: string) => `${who} updated “${what}”.`,
  },
  paperExpiring: {
    vi: (what: string, day: string) => `“${what}” sắp hết hạn: ngày ${day}.`,
    en: (what: string, day: string) => `“${what}” expires soon: on ${day}.`,
  },
  newBrowser: {
    vi: (device: string, address: string) =>
      `Tài khoản vừa được đăng nhập từ nơi mới: ${device}, địa chỉ mạng ${address}.`,
    en: (device: string, address: string) =>
      `Your account was signed in from a new place: ${device}, network address ${address}.`,
  },
  passwordChanged: { vi: 'Mật khẩu của bạn đã được đổi.', en: 'Your password was changed.' },
  sessionsEnded: {
    vi: (count: string) => `Tài khoản đã được đăng xuất khỏi ${count} nơi khác.`,
    en: (count: string) => `Your account was signed out in ${count} other places.`,
  },
  emailChanged: { vi: 'E-mail của tài khoản đã được đổi.', en: 'The e-mail address of your account was changed.' },
  notYou: {
    vi: 'Không phải bạn? Hãy đổi mật khẩu ngay.',
    en: 'Was it not you? Change your password at once.',
  },
  paperReceived: {
    vi: (who: string, what: string, code: string) => `${who} đã lưu “${what}” của hồ sơ ${code} vào kho của bạn.`,
    en: (who: string, what: string, code: string) => `${who} put “${what}” of dossier ${code} into your vault.`,
  },
  paperCompared: {
    vi: (who: string, what: string, code: string) =>
      `${who} đã đối chiếu “${what}” với bản chính trong hồ sơ ${code}. Giấy tờ này đã được xác thực và khóa lại.`,
    en: (who: string, what: string, code: string) =>
      `${who} compared “${what}” with its original for dossier ${code}. It is authenticated and locked now.`,
  },
  resultRevoked: {
    vi: (who: string, what: string, why: string) => `${who} đã thu hồi “${what}”. Lý do: ${why}`,
    en: (who: string, what: string, why: string) => `${who} revoked “${what}”. Reason: ${why}`,
  },
  vaultTakenOver: {
    vi: 'Giấy tờ mà cơ quan đã lưu cho bạn nay nằm trong kho của bạn.',
    en: 'Papers that agencies had kept for you are in your vault now.',
  },
  retentionPlanned: {
    vi: (count: string, day: string) => `${count} mục trong thùng rác sẽ bị xóa vĩnh viễn ngày ${day}.`,
    en: (count: string, day: string) => `${count} items of your trash will be deleted permanently on ${day}.`,
  },
  quotaNear: {
    vi: (used: string, quota: string) => `Kho sắp đầy: đã dùng ${used} trong ${quota}.`,
    en: (used: string, quota: string) => `The vault is nearly full: ${used} of ${quota} used.`,
  },
  dossierMoved: {
    vi: (code: string, state: string) => `Hồ sơ ${code}: ${state}.`,
    en: (code: string, state: string) => `Dossier ${code}: ${state}.`,
  },
  supplementRequested: {
    vi: (code: string) => `Hồ sơ ${code} cần bổ sung giấy tờ.`,
    en: (code: string) => `More documents are asked for in dossier ${code}.`,
  },
  paperRefused: {
    vi: (what: string, code: string) =>
      `“${what}” trong hồ sơ ${code} chưa được chấp nhận. Bạn có thể thay giấy tờ khác.`,
    en: (what: string, code: string) => `“${what}” in dossier ${code} was refused. You can replace it.`,
  },
  consentAsked: {
    vi: (who: string, code: string, digits: string) =>
      `${who} xin tìm giấy tờ trong kho của bạn cho hồ sơ ${code}. Nếu đồng ý, hãy đọc mã ${digits} cho cán bộ.`,
    en: (who: string, code: string, digits: string) =>
      `${who} asks to look for documents in your vault for dossier ${code}. If you agree, tell the officer the code ${digits}.`,
  },
  citationAsked: {
    vi: (who: string, what: string, purpose: string) =>
      `${who} xin xem “${what}” theo mã dẫn nguồn. Mục đích: ${purpose}. Chỉ xem được khi bạn đồng ý.`,
    en: (who: string, what: string, purpose: string) =>
      `${who} asks to see “${what}” by its citation code. Purpose: ${purpose}. It is shown only if you agree.`,
  },
  citationUsed: {
    vi: (who: string, what: string, code: string) =>
      `${who} đã đưa “${what}” vào hồ sơ ${code} theo mã dẫn nguồn bạn đưa.`,
    en: (who: string, what: string, code: string) =>
      `${who} put “${what}” into dossier ${code} by the citation code that you gave.`,
  },
  paperAsked: {
    vi: (who: string, what: string, procedure: string) =>
      `${who} xin dùng “${what}” của bạn cho hồ sơ “${procedure}”. Chỉ cơ quan xem được, và chỉ khi bạn đồng ý.`,
    en: (who: string, what: string, procedure: string) =>
      `${who} asks to use your “${what}” in a dossier: ${procedure}. Only the agency sees it, and only if you agree.`,
  },
  paperGiven: {
    vi: (who: string, code: string) => `${who} đã đồng ý cho dùng giấy tờ trong hồ sơ ${code} của bạn.`,
    en: (who: string, code: string) => `${who} agreed that a document is used in your dossier ${code}.`,
  },
  paperNotGiven: {
    vi: (who: string, code: string) =>
      `${who} không đồng ý cho dùng giấy tờ trong hồ sơ ${code} của bạn. Hãy chọn giấy tờ khác.`,
    en: (who: string, code: string) =>
      `${who} does not agree that a document is used in your dossier ${code}. Choose another.`,
  },
  authorityUsed: {
    vi: (who: string, code: string, basis: string) =>
      `${who} tìm giấy tờ trong kho của bạn cho hồ sơ ${code} theo thẩm quyền: ${basis}.`,
    en: (who: string, code: string, basis: string) =>
      `${who} looks for documents in your vault for dossier ${code} by authority: ${basis}.`,
  },

  mailTitle: { vi: 'Thông báo qua e-mail', en: 'Notices by e-mail' },
  mailText: {
    vi: 'Mọi thông báo luôn có trong kho. Chọn những gì được gửi thêm qua e-mail.',
    en: 'All notices are in the vault. Choose what is mailed besides.',
  },
  noAddress: {
    vi: 'Tài khoản chưa có e-mail. Hãy thêm e-mail ở phần “Thông tin của tôi”.',
    en: 'The account has no e-mail address. Please add one under “My details”.',
  },
  mailShares: { vi: 'Được chia sẻ, bị thu hồi, hết thời hạn chia sẻ', en: 'Shares received, revoked and ended' },
  mailExpiring: {
    vi: 'Giấy tờ sắp hết hạn, thùng rác sắp bị xóa vĩnh viễn',
    en: 'Documents about to expire, trash about to be deleted permanently',
  },
  mailSecurity: {
    vi: 'An toàn của tài khoản (luôn gửi)',
    en: 'Security of the account (always)',
  },
  mailSaved: { vi: 'Đã lưu lựa chọn.', en: 'Your choice is saved.' },
} as const;
