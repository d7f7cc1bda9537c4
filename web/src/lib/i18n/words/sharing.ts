/** Sharing with people and organisations, links, what was shared and received. */
export const sharing = {
  title: { vi: (name: string) => `Chia sẻ “${name}”`, en: (name: string) => `Share “${name}”` },
  ways: { vi: 'Cách chia sẻ', en: 'How to share' },
  toSomebody: { vi: 'Người hoặc tổ chức', en: 'Person or organisation' },
  byLink: { vi: 'Liên kết', en: 'Link' },

  who: { vi: 'Chia sẻ với ai?', en: 'Share with whom?' },
  whoHint: {
    vi: 'Nhập số định danh cá nhân, tên đăng nhập, e-mail hoặc mã số của tổ chức.',
    en: 'Enter a personal identity number, login name, e-mail address or organisation code.',
  },
  needWho: { vi: 'Hãy nhập người hoặc tổ chức nhận.', en: 'Please enter the person or organisation.' },
  whoUnclear: {
    vi: 'Chưa đúng dạng. Số định danh có 12 chữ số, mã số doanh nghiệp có 10 hoặc 13 chữ số.',
    en: 'This has no known form. An identity number has 12 digits, a tax code 10 or 13.',
  },

  mayWhat: { vi: 'Người nhận xem được. Ngoài ra được:', en: 'The recipient can see it. Besides, they may:' },
  mayDownload: { vi: 'Tải về máy', en: 'Download it' },
  mayEditDocument: { vi: 'Sửa thông tin và cập nhật giấy tờ', en: 'Edit its details and update the document' },
  mayEditFolder: { vi: 'Thêm và sửa giấy tờ trong thư mục', en: 'Add and edit documents in the folder' },
  mayReshare: { vi: 'Chia sẻ tiếp cho người khác', en: 'Share it on with others' },
  see: { vi: 'Xem', en: 'See' },
  download: { vi: 'tải về', en: 'download' },
  edit: { vi: 'sửa', en: 'edit' },
  reshare: { vi: 'chia sẻ tiếp', en: 'share on' },

  howLong: { vi: 'Trong bao lâu?', en: 'For how long?' },
  sevenDays: { vi: '7 ngày', en: '7 days' },
  thirtyDays: { vi: '30 ngày', en: '30 days' },
  chooseDay: { vi: 'Chọn ngày', en: 'Choose a day' },
  noEnd: { vi: 'Không hết hạn', en: 'No end' },
  lastDay: { vi: 'Ngày cuối cùng', en: 'Last day' },
  needDay: { vi: 'Hãy chọn một ngày từ hôm nay trở đi.', en: 'Please choose a day from today on.' },
  untilDay: { vi: (day: string) => `Đến ${day}`, en: (day: string) => `Until ${day}` },
  endsItself: {
    vi: (day: string) => `Tự kết thúc vào ${day}. Bạn có thể thu hồi bất cứ lúc nào.`,
    en: (day: string) => `Ends by itself on ${day}. You can revoke it at any time.`,
  },
  endsByYou: { vi: 'Kéo dài cho đến khi bạn thu hồi.', en: 'Lasts until you revoke it.' },

  message: { vi: 'Lời nhắn (không bắt buộc)', en: 'Message (optional)' },
  send: { vi: 'Chia sẻ', en: 'Share' },
  shared: {
    vi: (name: string, who: string) => `Đã chia sẻ “${name}” với ${who}.`,
    en: (name: string, who: string) => `“${name}” is shared with ${who}.`,
  },
  sharedAlready: {
    vi: 'Đã chia sẻ với người nhận này rồi. Bạn có thể đổi quyền và thời hạn theo lựa chọn ở trên.',
    en: 'This is shared with that recipient already. You can change the rights and the end to the choice above.',
  },
  changeGrant: { vi: 'Đổi theo lựa chọn này', en: 'Change to this choice' },
  grantChanged: {
    vi: (who: string) => `Đã đổi quyền và thời hạn của ${who}.`,
    en: (who: string) => `Rights and end changed for ${who}.`,
  },

  linkText: {
    vi: 'Ai có liên kết cũng mở được, không cần tài khoản. Chỉ gửi cho người bạn tin.',
    en: 'Whoever has the link can open it without an account. Send it only to those you trust.',
  },
  linkDownload: { vi: 'Cho phép tải về', en: 'Allow download' },
  linkPassword: { vi: 'Mật khẩu của liên kết (không bắt buộc)', en: 'Password of the link (optional)' },
  linkPasswordHint: {
    vi: 'Ít nhất 6 ký tự. Hãy báo mật khẩu cho người nhận bằng cách khác.',
    en: 'At least 6 characters. Tell it to the recipient in another way.',
  },
  linkPasswordShort: { vi: 'Mật khẩu cần ít nhất 6 ký tự.', en: 'The password needs at least 6 characters.' },
  linkLimit: { vi: 'Số lượt tải tối đa (không bắt buộc)', en: 'Most downloads (optional)' },
  linkLimitWrong: { vi: 'Hãy nhập một số từ 1 trở lên.', en: 'Please enter a number from 1.' },
  makeLink: { vi: 'Tạo liên kết', en: 'Make a link' },
  linkMade: { vi: 'Liên kết đã sẵn sàng', en: 'The link is ready' },
  linkOnce: {
    vi: 'Liên kết chỉ hiện một lần này. Hãy sao chép hoặc gửi đi trước khi đóng.',
    en: 'The link is shown this once. Copy or send it before you close this.',
  },
  linkAddress: { vi: 'Địa chỉ của liên kết', en: 'Address of the link' },
  copy: { vi: 'Sao chép', en: 'Copy' },
  copied: { vi: 'Đã sao chép liên kết.', en: 'The link is copied.' },
  sendBy: { vi: 'Gửi bằng ứng dụng khác', en: 'Send by another app' },
  qr: { vi: 'Mã QR của liên kết', en: 'QR code of the link' },
  qrText: {
    vi: 'Người nhận quét mã này bằng máy ảnh của điện thoại để mở.',
    en: 'The recipient opens it by scanning this code with the camera of a phone.',
  },
  anotherLink: { vi: 'Tạo liên kết khác', en: 'Make another link' },

  active: { vi: 'Đang chia sẻ', en: 'Shared now' },
  notShared: { vi: 'Chưa chia sẻ với ai.', en: 'Not shared with anybody.' },
  link: { vi: 'Liên kết', en: 'Link' },
  linkWithPassword: { vi: 'Liên kết có mật khẩu', en: 'Link with a password' },
  downloads: {
    vi: (done: string) => `đã tải ${done} lượt`,
    en: (done: string) => `downloaded ${done} times`,
  },
  downloadsOf: {
    vi: (done: string, most: string) => `đã tải ${done} trên ${most} lượt`,
    en: (done: string, most: string) => `${done} of ${most} downloads used`,
  },
  throughFolder: {
    vi: (folder: string) => `Qua thư mục “${folder}”`,
    en: (folder: string) => `Through the folder “${folder}”`,
  },
  sharedOnBy: { vi: (who: string) => `${who} chia sẻ tiếp`, en: (who: string) => `Shared on by ${who}` },

  revoke: { vi: 'Thu hồi', en: 'Revoke' },
  revokeFor: { vi: (who: string) => `Thu hồi quyền của ${who}`, en: (who: string) => `Revoke for ${who}` },
  revokeSure: {
    vi: (who: string) => `${who} sẽ không mở được nữa.`,
    en: (who: string) => `${who} will not be able to open it any more.`,
  },
  revokeSureFolder: {
    vi: (who: string, folder: string) => `${who} sẽ không mở được cả thư mục “${folder}” nữa.`,
    en: (who: string, folder: string) => `${who} will not be able to open the whole folder “${folder}” any more.`,
  },
  revokeLinkSure: { vi: 'Liên kết này sẽ không mở được nữa.', en: 'This link will not open any more.' },
  keep: { vi: 'Giữ nguyên', en: 'Keep it' },
  revokeBeneath: {
    vi: (count: string) => `${count} lượt chia sẻ tiếp cũng kết thúc.`,
    en: (count: string) => `${count} shares made from it end too.`,
  },
  closedLine: {
    vi: (name: string, who: string) => `${name}: ${who}`,
    en: (name: string, who: string) => `${name}: ${who}`,
  },
  more: { vi: 'Xem thêm', en: 'Show more' },
  closedOne: { vi: 'Đã thu hồi. Chỉ có lượt chia sẻ này kết thúc.', en: 'Revoked. Only this share has ended.' },
  closedMany: {
    vi: (count: string) => `Đã thu hồi. ${count} lượt chia sẻ đã kết thúc:`,
    en: (count: string) => `Revoked. ${count} shares have ended:`,
  },

  screenTitle: { vi: 'Chia sẻ', en: 'Sharing' },
  byMe: { vi: 'Tôi chia sẻ', en: 'Shared by me' },
  withMe: { vi: 'Chia sẻ với tôi', en: 'Shared with me' },
  givenList: { vi: 'Những gì tôi chia sẻ', en: 'What I shared' },
  receivedList: { vi: 'Những gì được chia sẻ với tôi', en: 'What is shared with me' },
  columnRecipients: { vi: 'Chia sẻ với', en: 'Shared with' },
  columnGiver: { vi: 'Người chia sẻ', en: 'Shared by' },
  columnShared: { vi: 'Đã chia sẻ', en: 'Shared' },
  andOthers: {
    vi: (names: string, count: string) => `${names} và ${count} nơi khác`,
    en: (names: string, count: string) => `${names} and ${count} more`,
  },
  firstEnd: { vi: (day: string) => `Sớm nhất kết thúc ${day}`, en: (day: string) => `First ends ${day}` },
  open: { vi: 'Mở', en: 'Open' },
  recipients: { vi: 'Đang chia sẻ với ai', en: 'Who it is shared with' },
  recipientsOf: { vi: (name: string) => `Đang chia sẻ “${name}”`, en: (name: string) => `“${name}” is shared with` },
  shareMore: { vi: 'Chia sẻ thêm', en: 'Share with more' },
  revokeAll: { vi: 'Thu hồi tất cả', en: 'Revoke all' },
  revokeAllSure: {
    vi: (name: string) => `Mọi người và mọi liên kết đang mở được “${name}” sẽ không mở được nữa.`,
    en: (name: string) => `All people and links that can open “${name}” will not be able to any more.`,
  },
  givenEmptyTitle: { vi: 'Bạn chưa chia sẻ gì', en: 'You have shared nothing' },
  givenEmptyText: {
    vi: 'Mở một giấy tờ rồi bấm “Chia sẻ” để người thân hoặc cơ quan xem được trong thời gian bạn chọn.',
    en: 'Open a document and press “Share”, so that relatives or agencies can see it for as long as you choose.',
  },
  toPapers: { vi: 'Đến giấy tờ của tôi', en: 'To my documents' },

  about: { vi: 'Thông tin chia sẻ', en: 'About this share' },
  giver: { vi: 'Người chia sẻ', en: 'Shared by' },
  giverOf: {
    vi: (person: string, organisation: string) => `${person}, ${organisation}`,
    en: (person: string, organisation: string) => `${person}, ${organisation}`,
  },
  owner: { vi: 'Chủ của giấy tờ', en: 'Owner' },
  sharedAt: { vi: 'Lúc', en: 'When' },
  youMay: { vi: 'Bạn được', en: 'You may' },
  until: { vi: 'Thời hạn', en: 'Until' },
  words: { vi: 'Lời nhắn', en: 'Message' },
  shareOn: { vi: 'Chia sẻ tiếp', en: 'Share on' },
  giveUp: { vi: 'Bỏ khỏi danh sách', en: 'Remove from my list' },
  giveUpSure: {
    vi: (who: string) => `Bạn sẽ không mở được mục này nữa, trừ khi ${who} chia sẻ lại.`,
    en: (who: string) => `You will not be able to open this any more, unless ${who} shares it again.`,
  },
  gaveUp: {
    vi: (name: string) => `“${name}” không còn trong danh sách của bạn.`,
    en: (name: string) => `“${name}” is not in your list any more.`,
  },
  receivedEmptyTitle: { vi: 'Chưa ai chia sẻ gì với bạn', en: 'Nobody has shared anything with you' },
  receivedEmptyText: {
    vi: 'Giấy tờ người thân, cơ quan hoặc công ty chia sẻ với bạn sẽ hiện ở đây.',
    en: 'Documents that relatives, agencies or companies share with you appear here.',
  },
} as const;
