/** Codes that are given instead of copies: made, handed on, followed, withdrawn. */
export const citations = {
  tab: { vi: 'Dẫn nguồn', en: 'Citations' },
  title: { vi: 'Giấy tờ đã dẫn nguồn', en: 'Cited documents' },
  text: {
    vi: 'Đưa mã dẫn nguồn cho cơ quan thay vì nộp bản sao. Cơ quan chỉ mở được trong hồ sơ của bạn, hoặc khi bạn đồng ý.',
    en: 'Give an agency the citation code instead of a copy. The agency opens it only within your dossier, or when you agree.',
  },
  noneTitle: { vi: 'Chưa dẫn nguồn giấy tờ nào', en: 'Nothing is cited yet' },
  noneText: {
    vi: 'Mở “Thông tin” của một giấy tờ rồi chọn “Dẫn nguồn” để lấy mã.',
    en: 'Open the details of a document and choose “Cite” to get its code.',
  },
  cite: { vi: 'Dẫn nguồn', en: 'Cite' },
  dialog: { vi: 'Dẫn nguồn từ Kho', en: 'Cite from the vault' },
  how: {
    vi: 'Đưa mã này cho cơ quan thay vì bản sao. Người khác có mã cũng không xem được giấy tờ.',
    en: 'Give this code to an agency instead of a copy. With the code alone nobody sees the document.',
  },
  ofVersion: {
    vi: (number: number) => `Mã này là của lần cập nhật ${number}, kể cả khi sau này có bản mới hơn.`,
    en: (number: number) => `The code is that of version ${number}, also when there is a newer one later.`,
  },
  code: { vi: 'Mã dẫn nguồn', en: 'Citation code' },
  qr: { vi: 'Mã QR của mã dẫn nguồn', en: 'QR code of the citation' },
  copy: { vi: 'Sao chép mã', en: 'Copy the code' },
  copied: { vi: 'Đã sao chép.', en: 'Copied.' },
  print: { vi: 'In', en: 'Print' },
  sheetText: {
    vi: 'Cơ quan nhập mã này trong hồ sơ của chủ giấy tờ để xem và lấy giấy tờ.',
    en: 'An agency enters this code in the dossier of the owner to see and take the document.',
  },
  holding: { vi: 'Đang dùng được', en: 'In force' },
  past: { vi: 'Đã thu hồi', en: 'Withdrawn' },
  version: { vi: (number: number) => `Lần cập nhật ${number}`, en: (number: number) => `Version ${number}` },
  newer: { vi: 'đã có bản mới hơn', en: 'there is a newer one' },
  made: { vi: (when: string) => `Lấy mã ${when}`, en: (when: string) => `Made ${when}` },
  withdrawnAt: { vi: (when: string) => `Thu hồi ${when}`, en: (when: string) => `Withdrawn ${when}` },
  show: { vi: 'Xem mã', en: 'Show the code' },
  showOf: { vi: (title: string) => `Xem mã của ${title}`, en: (title: string) => `Show the code of ${title}` },
  withdraw: { vi: 'Thu hồi mã', en: 'Withdraw the code' },
  withdrawOf: {
    vi: (title: string) => `Thu hồi mã của ${title}`,
    en: (title: string) => `Withdraw the code of ${title}`,
  },
  sure: {
    vi: 'Mã sẽ không mở được nữa và không dùng lại được. Giấy tờ đã vào hồ sơ thì vẫn còn trong hồ sơ.',
    en: 'The code opens nothing any more and cannot come back. What is in a dossier stays there.',
  },
  keep: { vi: 'Giữ lại', en: 'Keep it' },
  withdrawDone: { vi: 'Đã thu hồi mã dẫn nguồn.', en: 'The code is withdrawn.' },
  seen: { vi: 'Nơi đã mở', en: 'Opened by' },
  nowhere: { vi: 'Chưa nơi nào mở.', en: 'Nobody has opened it.' },
  inDossier: { vi: (code: string) => `Trong hồ sơ ${code}`, en: (code: string) => `In dossier ${code}` },
  times: { vi: (count: string) => `${count} lần`, en: (count: string) => `${count} times` },
  asked: { vi: 'Đang xin xem', en: 'Asks to see it' },
  agreed: { vi: 'Bạn đã đồng ý, được xem trong 7 ngày', en: 'You agreed, for seven days' },
  given: { vi: 'Bạn đã đồng ý cho dùng trong hồ sơ', en: 'You agreed that it is used in the dossier' },
  requestEnded: { vi: 'Hồ sơ đã xong hoặc không cần nữa', en: 'The dossier is over, or it is no longer needed' },
  requestWithdrawn: { vi: 'Người xin đã thôi', en: 'No longer asked for' },
  ended: { vi: 'Đã hết 7 ngày', en: 'The seven days are over' },
  declined: { vi: 'Bạn không đồng ý', en: 'You declined' },
  asks: {
    vi: (who: string, agency: string) => `${who} (${agency}) xin xem giấy tờ này.`,
    en: (who: string, agency: string) => `${who} (${agency}) asks to see this document.`,
  },
  foreign: {
    vi: 'Đây không phải giấy tờ của người làm hồ sơ. Có thể xin chủ giấy tờ đồng ý cho dùng trong hồ sơ này.',
    en: 'This is not a document of the applicant. Its owner can be asked to agree that it is used in this dossier.',
  },
  askItsOwner: { vi: 'Xin chủ giấy tờ', en: 'Ask its owner' },
  asksForDossier: {
    vi: (who: string, procedure: string, agency: string) =>
      `${who} xin dùng giấy tờ này cho hồ sơ “${procedure}” nộp tại ${agency}.`,
    en: (who: string, procedure: string, agency: string) =>
      `${who} asks to use this document in a dossier: ${procedure}, at ${agency}.`,
  },
  asksAs: {
    vi: (component: string) =>
      `Dùng làm: ${component}. Chỉ cán bộ của cơ quan xem được, trong lúc hồ sơ chưa xong; người nộp hồ sơ không mở được.`,
    en: (component: string) =>
      `As: ${component}. Only officers of the agency see it, while the dossier is open; whoever hands it in does not.`,
  },
  give: { vi: 'Đồng ý cho dùng', en: 'Agree' },
  giveNoLonger: { vi: 'Không cho dùng nữa', en: 'No longer agree' },
  purposeIs: { vi: (text: string) => `Mục đích: ${text}`, en: (text: string) => `Purpose: ${text}` },
  agree: { vi: 'Đồng ý cho xem', en: 'Agree' },
  decline: { vi: 'Không đồng ý', en: 'Decline' },
  takeBack: { vi: 'Không cho xem nữa', en: 'No longer agree' },
  answered: { vi: 'Đã ghi câu trả lời của bạn.', en: 'Your answer is kept.' },

  publicTitle: { vi: 'Mã dẫn nguồn giấy tờ', en: 'A document’s citation code' },
  publicText: {
    vi: 'Đây là mã thay cho bản sao giấy tờ trong Kho. Hãy đưa mã cho cơ quan đang giải quyết hồ sơ của bạn.',
    en: 'This code stands for a copy of a document in the vault. Give it to the agency that works on your dossier.',
  },
  publicWhy: {
    vi: 'Trang này không cho biết mã là của ai hay giấy tờ gì. Chỉ cơ quan mở được, trong hồ sơ của chủ giấy tờ hoặc khi chủ giấy tờ đồng ý; chủ giấy tờ luôn thấy ai đã mở.',
    en: 'This page does not tell whose code it is or of what. Only an agency opens it, within the owner’s dossier or when the owner agrees; the owner always sees who did.',
  },
  slip: {
    vi: 'Mã này có chỗ gõ nhầm. Hãy xem lại từng chữ.',
    en: 'There is a slip in this code. Please look at each sign.',
  },
  noCode: { vi: 'Đây không phải mã dẫn nguồn.', en: 'This is no citation code.' },
  officerText: {
    vi: 'Nếu đang có hồ sơ của chủ giấy tờ, hãy mở hồ sơ và nhập mã ở ô “Mã dẫn nguồn”. Nếu không, xin chủ giấy tờ đồng ý tại đây.',
    en: 'Where there is a dossier of the owner, open it and enter the code under “Citation code”. Otherwise ask the owner here.',
  },
  look: { vi: 'Xem giấy tờ', en: 'Look' },
  askOwner: { vi: 'Xin chủ giấy tờ đồng ý', en: 'Ask the owner' },
  askedOwner: {
    vi: 'Đã gửi cho chủ giấy tờ. Khi chủ giấy tờ đồng ý, bấm “Xem giấy tờ”.',
    en: 'The owner was asked. Once the owner agrees, press “Look”.',
  },
  notYet: {
    vi: 'Chủ giấy tờ chưa đồng ý cho bạn xem ngoài hồ sơ.',
    en: 'The owner has not agreed that you see it outside of a dossier.',
  },
  unknown: {
    vi: 'Không có giấy tờ nào theo mã này, hoặc mã đã bị thu hồi.',
    en: 'No document has this code, or it was withdrawn.',
  },

  fieldHint: {
    vi: 'Người nộp đưa mã thay cho bản sao: gõ, hoặc quét mã QR.',
    en: 'Given instead of a copy: type it, or scan the QR code.',
  },
  find: { vi: 'Mở', en: 'Open' },
  owner: { vi: 'Chủ giấy tờ', en: 'Owner' },
  type: { vi: 'Loại giấy tờ', en: 'Kind' },
  number: { vi: 'Số', en: 'Number' },
  authority: { vi: 'Nơi cấp', en: 'Issued by' },
  issuedOn: { vi: 'Ngày cấp', en: 'Issued' },
  expiresOn: { vi: 'Hết hạn', en: 'Ends' },
  trust: { vi: 'Mức tin cậy', en: 'Trust' },
  verdict: { vi: 'Chữ ký số', en: 'Signatures' },
  noVerdict: { vi: 'Không có chữ ký số', en: 'No digital signature' },
  older: {
    vi: (cited: number, newest: number) =>
      `Mã là của lần cập nhật ${cited}; chủ giấy tờ đã có lần cập nhật ${newest}. Hồ sơ sẽ dùng đúng lần ${cited}.`,
    en: (cited: number, newest: number) =>
      `The code is that of version ${cited}; the owner has version ${newest}. The dossier takes version ${cited}.`,
  },
  superseded: { vi: 'Cơ quan cấp đã thay giấy tờ này.', en: 'Its issuer superseded this document.' },
  revoked: { vi: (why: string) => `Giấy tờ đã bị thu hồi: ${why}`, en: (why: string) => `Revoked: ${why}` },
  ground: { vi: 'Bạn đưa mã dẫn nguồn', en: 'You gave the citation code' },
  groundAgreed: {
    vi: 'Bạn đồng ý cho dùng trong hồ sơ của người khác',
    en: 'You agreed that it is used in somebody else’s dossier',
  },
  into: { vi: 'Lấy vào thành phần', en: 'Take it for' },
  fits: { vi: (name: string) => `${name} (đúng loại)`, en: (name: string) => `${name} (of its kind)` },
} as const;
