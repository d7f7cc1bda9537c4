/** The panel of one folder or document: what it is, its updates, shares, who looked. */
import { count } from '../format';

export const details = {
  views: { vi: 'Các phần thông tin', en: 'Parts of the details' },
  overview: { vi: 'Tổng quan', en: 'Overview' },
  signatures: { vi: 'Chữ ký', en: 'Signatures' },
  versions: { vi: 'Lần cập nhật', en: 'Versions' },
  shares: { vi: 'Chia sẻ', en: 'Shares' },
  looks: { vi: 'Ai đã xem', en: 'Access history' },
  open: { vi: 'Mở', en: 'Open' },
  inTrash: { vi: 'Đang ở trong thùng rác.', en: 'This is in the trash.' },

  lockedAuthenticated: {
    vi: 'Giấy tờ này đã xác thực nên không sửa, cập nhật hoặc xóa được. Chỉ cơ quan cấp mới thay thế được.',
    en: 'This document is authenticated, so it cannot be changed, updated or deleted. Only its issuer can supersede it.',
  },
  lockedFolder: {
    vi: 'Đây là thư mục mặc định của kho nên không đổi tên, chuyển hoặc xóa được. Bạn vẫn thêm giấy tờ vào đây bình thường.',
    en: 'This is a default folder of the vault: it cannot be renamed, moved or deleted. You can add documents to it as usual.',
  },
  lockedView: {
    vi: 'Giấy tờ này được chia sẻ với bạn để xem, bạn không sửa được thông tin.',
    en: 'This was shared with you to look at; you cannot change its details.',
  },

  title: { vi: 'Tên gọi', en: 'Title' },
  titleHint: { vi: 'Ví dụ: Giấy khai sinh của An', en: 'For example: Birth certificate of An' },
  type: { vi: 'Loại giấy tờ', en: 'Kind of document' },
  noType: { vi: 'Chưa chọn', en: 'Not chosen' },
  number: { vi: 'Số', en: 'Number' },
  authority: { vi: 'Nơi cấp', en: 'Issued by' },
  issuedOn: { vi: 'Ngày cấp', en: 'Issued on' },
  expiresOn: { vi: 'Có giá trị đến', en: 'Valid until' },
  expiresHint: { vi: 'Để trống nếu không có thời hạn.', en: 'Leave empty if it has no end.' },
  datesWrong: {
    vi: 'Ngày hết giá trị phải sau ngày cấp.',
    en: 'The last day of validity must be after the day of issue.',
  },
  note: { vi: 'Ghi chú', en: 'Note' },
  tags: { vi: 'Từ khóa', en: 'Tags' },
  tagsHint: {
    vi: 'Cách nhau bằng dấu phẩy. Ví dụ: con, trường học',
    en: 'Separated by commas. For example: child, school',
  },
  fillInTitle: { vi: 'Giấy tờ này chưa có thông tin', en: 'This document has no details yet' },
  fillInText: {
    vi: 'Điền vài thông tin để sau này tìm lại dễ và được nhắc trước khi hết hạn.',
    en: 'Fill in a few details to find it again, and to be reminded before it ends.',
  },
  fillIn: { vi: 'Điền thông tin', en: 'Fill in details' },
  edit: { vi: 'Sửa thông tin', en: 'Edit details' },
  save: { vi: 'Lưu', en: 'Save' },
  saved: { vi: 'Đã lưu thông tin.', en: 'The details are saved.' },
  changedElsewhere: {
    vi: 'Giấy tờ này vừa được sửa ở nơi khác, nên chưa lưu. Những ô bạn chưa sửa đã lấy theo bản mới; ô bạn đã sửa vẫn giữ nguyên. Hãy xem lại rồi lưu.',
    en: 'This was changed elsewhere meanwhile, so nothing was saved. Fields you did not touch show the new values, yours are kept. Please check and save again.',
  },

  trust: { vi: 'Mức tin cậy', en: 'Trust level' },
  trustWhy1: {
    vi: 'Chủ kho tự thêm vào, chưa ai đối chiếu.',
    en: 'Added by the owner of the vault; nobody has compared it yet.',
  },
  trustWhy2: {
    vi: 'Cán bộ một cửa đã đối chiếu với bản gốc.',
    en: 'An officer has compared it with the original.',
  },
  trustWhy3: {
    vi: 'Cơ quan cấp đã ký số trên giấy tờ này, và kho đã kiểm tra chữ ký.',
    en: 'The issuer has signed it digitally, and the vault has checked the signature.',
  },
  trustWhy4: {
    vi: 'Lấy thẳng từ cơ sở dữ liệu của cơ quan nhà nước.',
    en: 'Taken straight from a register of the state.',
  },
  file: { vi: 'Tệp', en: 'File' },
  size: { vi: 'Dung lượng', en: 'Size' },
  holds: { vi: 'Trong thư mục có', en: 'The folder holds' },
  addedAt: { vi: 'Thêm vào kho', en: 'Added' },
  changedAt: { vi: 'Thay đổi gần nhất', en: 'Last changed' },
  liesIn: { vi: 'Nằm trong', en: 'Lies in' },

  versionNumber: {
    vi: (number: number) => `Lần ${count(number)}`,
    en: (number: number) => `Version ${count(number)}`,
  },
  current: { vi: 'đang dùng', en: 'in use' },
  firstVersion: { vi: 'Thêm vào kho lần đầu', en: 'First added to the vault' },
  restoredFrom: {
    vi: (number: number) => `Dùng lại nội dung của lần ${count(number)}`,
    en: (number: number) => `Content of version ${count(number)} again`,
  },
  you: { vi: 'Bạn', en: 'You' },
  download: { vi: 'Tải về', en: 'Download' },
  restore: { vi: 'Dùng lại', en: 'Use again' },
  restored: {
    vi: (number: number) => `Đã dùng lại lần ${count(number)}. Các lần khác vẫn còn nguyên.`,
    en: (number: number) => `Version ${count(number)} is in use again. The others are kept.`,
  },
  update: { vi: 'Thêm lần cập nhật', en: 'Add a version' },
  updateText: {
    vi: 'Chọn tệp mới hơn của giấy tờ này. Những lần trước vẫn giữ lại và xem được.',
    en: 'Choose a newer file of this document. Earlier versions are kept and can still be opened.',
  },
  chosenFile: { vi: (name: string) => `Tệp đã chọn: ${name}`, en: (name: string) => `Chosen file: ${name}` },
  comment: { vi: 'Vì sao cập nhật? (không bắt buộc)', en: 'Why is it updated? (optional)' },
  otherKind: {
    vi: (ending: string) =>
      `Lần cập nhật phải cùng loại tệp với giấy tờ này (${ending}). Loại tệp khác thì hãy thêm thành giấy tờ mới.`,
    en: (ending: string) =>
      `A version must be of the same kind of file as this document (${ending}). Add another kind as a new document.`,
  },

  share: { vi: 'Chia sẻ', en: 'Share' },
  sharesTitle: { vi: 'Đang chia sẻ với', en: 'Shared with' },

  which: { vi: 'Hiện những gì', en: 'What to show' },
  byOthers: { vi: 'Việc của người khác', en: 'What others did' },
  onlyLooks: { vi: 'Lượt xem', en: 'Looks' },
  everything: { vi: 'Mọi việc', en: 'Everything' },
  noLooks: { vi: 'Chưa có lượt xem nào', en: 'Nobody has looked yet' },
  noLooksText: {
    vi: 'Khi có người xem hoặc tải về, tên, thời điểm và lý do của họ sẽ hiện ở đây.',
    en: 'When somebody looks at it or downloads it, their name, the time and the reason will be here.',
  },
  why: { vi: (purpose: string) => `Lý do: ${purpose}`, en: (purpose: string) => `Reason: ${purpose}` },
  noReason: { vi: 'Không ghi lý do', en: 'No reason given' },
  times: { vi: (times: number) => `${count(times)} lần`, en: (times: number) => `${count(times)} times` },
  onBehalf: { vi: 'thay mặt một tổ chức', en: 'on behalf of an organisation' },
  byProgram: { vi: 'qua phần mềm kết nối với kho', en: 'through a program connected to the vault' },
  byCommand: { vi: 'do quản trị viên của máy chủ thực hiện', en: 'by the operator of the server' },
  linkBearer: { vi: 'Người có liên kết', en: 'Somebody with the link' },
  system: { vi: 'Hệ thống', en: 'The system' },
  refused: { vi: 'Không được phép', en: 'Refused' },
  failed: { vi: 'Không thành công', en: 'Did not succeed' },
} as const;

/** What somebody did to a folder or document, by the code of the act. */
export const acts = {
  'entry.view': { vi: (who: string) => `${who} đã xem thông tin`, en: (who: string) => `${who} looked at the details` },
  'document.download': {
    vi: (who: string) => `${who} đã mở hoặc tải về`,
    en: (who: string) => `${who} opened or downloaded it`,
  },
  'folder.zip': {
    vi: (who: string) => `${who} đã tải về cả thư mục`,
    en: (who: string) => `${who} downloaded the whole folder`,
  },
  'link.open': { vi: (who: string) => `${who} đã mở liên kết`, en: (who: string) => `${who} opened the link` },
  'link.download': {
    vi: (who: string) => `${who} đã tải về`,
    en: (who: string) => `${who} downloaded it`,
  },
  'folder.create': { vi: (who: string) => `${who} đã tạo thư mục`, en: (who: string) => `${who} made the folder` },
  'entry.update': {
    vi: (who: string) => `${who} đã sửa thông tin hoặc đổi tên`,
    en: (who: string) => `${who} changed the details or the name`,
  },
  'entry.move': { vi: (who: string) => `${who} đã chuyển chỗ`, en: (who: string) => `${who} moved it` },
  'entry.trash': {
    vi: (who: string) => `${who} đã bỏ vào thùng rác`,
    en: (who: string) => `${who} put it into the trash`,
  },
  'entry.restore': {
    vi: (who: string) => `${who} đã khôi phục từ thùng rác`,
    en: (who: string) => `${who} restored it from the trash`,
  },
  'entry.purge': {
    vi: (who: string) => `${who} đã xóa vĩnh viễn`,
    en: (who: string) => `${who} deleted it permanently`,
  },
  'document.add': { vi: (who: string) => `${who} đã thêm vào kho`, en: (who: string) => `${who} added it` },
  'version.add': {
    vi: (who: string) => `${who} đã thêm lần cập nhật`,
    en: (who: string) => `${who} added a version`,
  },
  'version.restore': {
    vi: (who: string) => `${who} đã dùng lại một lần cập nhật trước`,
    en: (who: string) => `${who} put an earlier version into use again`,
  },
  'upload.start': {
    vi: (who: string) => `${who} bắt đầu gửi giấy tờ`,
    en: (who: string) => `${who} began to send a document`,
  },
  'upload.end': {
    vi: (who: string) => `${who} đã bỏ dở việc gửi giấy tờ`,
    en: (who: string) => `${who} did not finish sending a document`,
  },
  'grant.create': { vi: (who: string) => `${who} đã chia sẻ`, en: (who: string) => `${who} shared it` },
  'grant.update': {
    vi: (who: string) => `${who} đã đổi quyền hoặc thời hạn chia sẻ`,
    en: (who: string) => `${who} changed the rights or the end of a share`,
  },
  'grant.revoke': {
    vi: (who: string) => `${who} đã thu hồi chia sẻ`,
    en: (who: string) => `${who} revoked a share`,
  },
  'link.create': { vi: (who: string) => `${who} đã tạo liên kết`, en: (who: string) => `${who} made a link` },
  'signature.judge': {
    vi: (who: string) => `${who} đã cho kiểm tra lại chữ ký`,
    en: (who: string) => `${who} had the signatures checked again`,
  },
  'dossier.open': {
    vi: (who: string) => `${who} đã mở hồ sơ`,
    en: (who: string) => `${who} opened a dossier`,
  },
  'dossier.view': {
    vi: (who: string) => `${who} đã xem hồ sơ`,
    en: (who: string) => `${who} looked at a dossier`,
  },
  'dossier.update': {
    vi: (who: string) => `${who} đã sửa hồ sơ`,
    en: (who: string) => `${who} changed a dossier`,
  },
  'dossier.move': {
    vi: (who: string) => `${who} đã chuyển bước hồ sơ`,
    en: (who: string) => `${who} moved a dossier on`,
  },
  'dossier.push': {
    vi: (who: string) => `${who} đã gửi thông tin hồ sơ`,
    en: (who: string) => `${who} pushed what is known of a dossier`,
  },
  'component.push': {
    vi: (who: string) => `${who} đã đưa bản số hóa vào kho`,
    en: (who: string) => `${who} put a digitised paper into the vault`,
  },
  'result.push': {
    vi: (who: string) => `${who} đã đưa kết quả thủ tục vào kho`,
    en: (who: string) => `${who} put the result of a procedure into the vault`,
  },
  'result.revoke': {
    vi: (who: string) => `${who} đã thu hồi kết quả`,
    en: (who: string) => `${who} revoked a result`,
  },
  'vault.take_over': {
    vi: (who: string) => `${who} đã giao kho cho tài khoản của chủ kho`,
    en: (who: string) => `${who} gave the vault to its owner’s account`,
  },
  'dossier.proposals': {
    vi: (who: string) => `${who} đã tìm giấy tờ phù hợp cho hồ sơ`,
    en: (who: string) => `${who} looked for papers that answer a dossier`,
  },
  'paper.attach': {
    vi: (who: string) => `${who} đã dùng cho hồ sơ`,
    en: (who: string) => `${who} used it for a dossier`,
  },
  'paper.detach': {
    vi: (who: string) => `${who} đã bỏ khỏi hồ sơ`,
    en: (who: string) => `${who} took it out of a dossier`,
  },
  'paper.read': {
    vi: (who: string) => `${who} đã mở bản trong hồ sơ`,
    en: (who: string) => `${who} opened the copy in a dossier`,
  },
  'paper.digitise': {
    vi: (who: string) => `${who} đã quét giấy tờ vào kho và hồ sơ`,
    en: (who: string) => `${who} scanned it into the vault and a dossier`,
  },
  'paper.compare': {
    vi: (who: string) => `${who} đã đối chiếu với bản chính`,
    en: (who: string) => `${who} compared it with the original`,
  },
  'paper.accept': {
    vi: (who: string) => `${who} đã chấp nhận trong hồ sơ`,
    en: (who: string) => `${who} accepted it in a dossier`,
  },
  'paper.refuse': {
    vi: (who: string) => `${who} chưa chấp nhận trong hồ sơ`,
    en: (who: string) => `${who} refused it in a dossier`,
  },
  'owner.look_up': {
    vi: (who: string) => `${who} đã tra cứu xem bạn có kho hay không`,
    en: (who: string) => `${who} looked up whether you have a vault`,
  },
  'paper.look_up': {
    vi: (who: string) => `${who} đã tra cứu giấy tờ cho hồ sơ`,
    en: (who: string) => `${who} looked papers up for a dossier`,
  },
  'paper.fetch': {
    vi: (who: string) => `${who} đã lấy bản sao cho hồ sơ`,
    en: (who: string) => `${who} fetched a copy for a dossier`,
  },
  'consent.ask': {
    vi: (who: string) => `${who} đã xin phép tìm giấy tờ cho hồ sơ`,
    en: (who: string) => `${who} asked to look for papers for a dossier`,
  },
  'consent.give': {
    vi: (who: string) => `${who} đã ghi nhận sự đồng ý cho hồ sơ`,
    en: (who: string) => `${who} recorded the consent for a dossier`,
  },
  'consent.withdraw': {
    vi: (who: string) => `${who} đã rút lại sự đồng ý`,
    en: (who: string) => `${who} withdrew the consent`,
  },
  'citation.create': {
    vi: (who: string) => `${who} đã lấy mã dẫn nguồn`,
    en: (who: string) => `${who} made a citation code`,
  },
  'citation.withdraw': {
    vi: (who: string) => `${who} đã thu hồi mã dẫn nguồn`,
    en: (who: string) => `${who} withdrew the citation code`,
  },
  'citation.answer': {
    vi: (who: string) => `${who} đã trả lời người xin xem theo mã dẫn nguồn`,
    en: (who: string) => `${who} answered who asked to see it by its code`,
  },
  'citation.ask': {
    vi: (who: string) => `${who} đã xin xem theo mã dẫn nguồn`,
    en: (who: string) => `${who} asked to see it by its citation code`,
  },
  'citation.resolve': {
    vi: (who: string) => `${who} đã mở mã dẫn nguồn`,
    en: (who: string) => `${who} opened the citation code`,
  },
  'citation.read': {
    vi: (who: string) => `${who} đã xem giấy tờ theo mã dẫn nguồn`,
    en: (who: string) => `${who} read it by its citation code`,
  },
  'citation.fetch': {
    vi: (who: string) => `${who} đã lấy giấy tờ theo mã dẫn nguồn`,
    en: (who: string) => `${who} fetched it by its citation code`,
  },
  'citation.attach': {
    vi: (who: string) => `${who} đưa giấy tờ vào hồ sơ theo mã dẫn nguồn`,
    en: (who: string) => `${who} put it into a dossier by its citation code`,
  },
  'citation.push': {
    vi: (who: string) => `${who} đưa giấy tờ vào hồ sơ theo mã dẫn nguồn`,
    en: (who: string) => `${who} put it into a dossier by its citation code`,
  },
  'paper.ask': {
    vi: (who: string) => `${who} đã xin dùng giấy tờ này cho hồ sơ theo mã dẫn nguồn`,
    en: (who: string) => `${who} asked to use it in a dossier by its citation code`,
  },
  'paper.ask_withdraw': {
    vi: (who: string) => `${who} không xin dùng giấy tờ này cho hồ sơ nữa`,
    en: (who: string) => `${who} no longer asks to use it in a dossier`,
  },
  'vault.trail': {
    vi: (who: string) => `${who} đã xem danh sách ai đã xem`,
    en: (who: string) => `${who} looked at the access history`,
  },
  other: {
    vi: (who: string) => `${who} đã làm một việc khác`,
    en: (who: string) => `${who} did something else`,
  },
} as const;

/** `signature.judge` with what came of it. */
export const judgedSignatures = {
  sentence: {
    vi: (who: string, conclusion: string) => `${who} đã kiểm tra chữ ký: ${conclusion}`,
    en: (who: string, conclusion: string) => `${who} checked the signatures: ${conclusion}`,
  },
} as const;

/** `grant.create` with the recipient's name. */
export const sharedWith = {
  sentence: {
    vi: (who: string, recipient: string) => `${who} đã chia sẻ với ${recipient}`,
    en: (who: string, recipient: string) => `${who} shared it with ${recipient}`,
  },
} as const;
