/** What is known of digital signatures: the verdict, who signed and when, and what it rests on. */
import { count } from '../format';

export const signatures = {
  pendingTitle: { vi: 'Đang kiểm tra chữ ký', en: 'The signatures are being checked' },
  pendingText: {
    vi: 'Thường chỉ mất vài giây. Kết quả sẽ tự hiện ở đây.',
    en: 'This usually takes some seconds. The result will show here by itself.',
  },
  unsignedTitle: { vi: 'Không có chữ ký số', en: 'No digital signature' },
  unsignedText: {
    vi: 'Giấy tờ này không mang chữ ký số nào. Chữ ký tay hoặc con dấu trong ảnh chụp, bản quét không phải là chữ ký số.',
    en: 'This document carries no digital signature. A handwritten signature or a seal on a picture or scan is none.',
  },
  unreadableTitle: { vi: 'Không đọc được chữ ký', en: 'The signatures cannot be read' },
  unreadableText: {
    vi: 'Tệp bị hỏng hoặc không đúng loại như tên của nó. Nếu bạn có bản khác, hãy thêm bản đó thành lần cập nhật mới.',
    en: 'The file is damaged, or not of the kind that its name says. If you have another copy, add it as a new version.',
  },
  tooLargeTitle: { vi: 'Tệp quá lớn để kiểm tra', en: 'The file is too large to be checked' },
  tooLargeText: {
    vi: 'Giấy tờ vẫn được giữ an toàn, nhưng kho không kiểm tra chữ ký của tệp lớn như vậy.',
    en: 'The document is kept safely, but signatures of files this large are not checked.',
  },

  judgeAgain: { vi: 'Kiểm tra lại', en: 'Check again' },
  judgingAgain: { vi: 'Đang kiểm tra lại…', en: 'Checking again…' },
  judgedAgain: { vi: 'Đã kiểm tra lại chữ ký.', en: 'The signatures were checked again.' },
  notYet: {
    vi: 'Kho đang bận nên chưa kiểm tra lại xong. Kết quả sẽ tự thay đổi ở đây.',
    en: 'The vault is busy and has not finished checking. The result will change here by itself.',
  },
  judgedAt: { vi: (when: string) => `Kiểm tra lúc ${when}.`, en: (when: string) => `Checked at ${when}.` },
  judgeAt: {
    vi: (when: string) => `Kho sẽ tự kiểm tra lại vào ${when}.`,
    en: (when: string) => `It will be checked again by itself on ${when}.`,
  },
  ofVersion: {
    vi: (number: number) => `Đây là chữ ký của lần ${count(number)}, không phải lần đang dùng.`,
    en: (number: number) => `These are the signatures of version ${count(number)}, which is not the one in use.`,
  },
  toCurrent: { vi: 'Xem chữ ký của lần đang dùng', en: 'Show those of the version in use' },
  ofThisVersion: { vi: 'Chữ ký của lần này', en: 'Its signatures' },

  whyValid: {
    vi: 'Đã xác định được người ký, và nội dung còn nguyên như khi ký.',
    en: 'It is known who signed, and the content is as it was when signed.',
  },
  whyChanged: {
    vi: 'Đã xác định được người ký. Sau khi ký có thêm những thay đổi mà chữ ký cho phép.',
    en: 'It is known who signed. Later there were changes that the signature permits.',
  },
  partlyTitle: { vi: 'Hợp lệ cho phần được ký', en: 'Valid for the part that is signed' },
  whyPartly: {
    vi: 'Đã xác định được người ký, và phần được ký còn nguyên như khi ký. Phần còn lại của tệp không được chữ ký bảo vệ.',
    en: 'It is known who signed, and the signed part is as it was when signed. The rest of the file is not protected by the signature.',
  },
  whatIndeterminate: {
    vi: 'Điều này không có nghĩa là giấy tờ giả. Nếu cần dùng ngay, hãy hỏi nơi cấp.',
    en: 'This does not mean that the document is forged. If you need it now, ask its issuer.',
  },
  whatInvalid: {
    vi: 'Đừng dùng bản này làm căn cứ. Hãy xin lại bản gốc từ nơi cấp hoặc người gửi.',
    en: 'Do not rely on this copy. Ask the issuer or whoever sent it for the original.',
  },

  list: { vi: 'Các chữ ký', en: 'Signatures' },
  signerUnknown: { vi: 'Chưa rõ ai đã ký', en: 'It is not known who signed' },
  provenTime: { vi: 'Đã ký muộn nhất lúc', en: 'Signed at the latest at' },
  claimedTime: { vi: 'Giờ người ký tự ghi', en: 'Time the signer gave' },
  claim: { vi: 'theo đồng hồ của người ký', en: 'by the signer’s own clock' },
  issuer: { vi: 'Nơi cấp chứng thư số', en: 'Certificate issued by' },
  why: { vi: 'Vì sao', en: 'Why' },
  found: { vi: 'Đã ghi nhận', en: 'What was noticed' },
  checks: { vi: 'Chín điều đã kiểm tra', en: 'The nine points checked' },
  checksSum: {
    vi: (yes: number, no: number, unknown: number) =>
      [`${count(yes)} đạt`, no && `${count(no)} không đạt`, unknown && `${count(unknown)} chưa rõ`]
        .filter(Boolean)
        .join(', '),
    en: (yes: number, no: number, unknown: number) =>
      [`${count(yes)} passed`, no && `${count(no)} failed`, unknown && `${count(unknown)} unclear`]
        .filter(Boolean)
        .join(', '),
  },
  downloadSigned: { vi: 'Tải bản đã ký', en: 'Download what was signed' },

  technical: { vi: 'Chi tiết kỹ thuật', en: 'Technical details' },
  structure: { vi: 'Cấu trúc và mật mã', en: 'Structure and cryptography' },
  coverage: { vi: 'Phần được ký và thay đổi về sau', en: 'What is signed, and later changes' },
  trust: { vi: 'Độ tin cậy và thời điểm', en: 'Trust and time' },
  policy: { vi: 'Quy tắc áp dụng', en: 'Policy' },
  content: { vi: 'Nội dung đã ký', en: 'Signed content' },
  value: { vi: 'Giá trị chữ ký', en: 'Signature value' },
  algorithm: { vi: 'Thuật toán', en: 'Algorithm' },
  signedPart: { vi: 'Phần được ký', en: 'Signed part' },
  wholeFile: { vi: 'Cả tệp', en: 'The whole file' },
  partOfFile: { vi: 'Một phần của tệp', en: 'A part of the file' },
  firstBytes: {
    vi: (bytes: number) => `${count(bytes)} byte đầu của tệp`,
    en: (bytes: number) => `The first ${count(bytes)} bytes of the file`,
  },
  laterChanges: { vi: 'Thay đổi về sau', en: 'Later changes' },
  indication: { vi: 'Kết luận (ETSI)', en: 'Indication (ETSI)' },
  subIndication: { vi: 'Lý do (ETSI)', en: 'Sub-indication (ETSI)' },
  signerName: { vi: 'Tên đầy đủ trên chứng thư', en: 'Full name on the certificate' },
  field: { vi: 'Vị trí trong tệp', en: 'Place in the file' },
  format: { vi: 'Loại chữ ký', en: 'Kind of signature' },
  rules: { vi: 'Bộ quy tắc', en: 'Rules' },
  codes: { vi: 'Mã ghi nhận', en: 'Codes' },

  evidence: { vi: 'Bằng chứng đã dùng', en: 'Evidence used' },
  noEvidence: { vi: 'Không có bằng chứng nào.', en: 'There is none.' },
  certificates: { vi: 'Chứng thư số', en: 'Certificates' },
  revocations: { vi: 'Thông tin thu hồi', en: 'Revocation' },
  timestamps: { vi: 'Dấu thời gian', en: 'Time stamps' },
  validity: { vi: 'Hiệu lực', en: 'Valid' },
  fromTo: {
    vi: (from: string, to: string) => `từ ${from} đến ${to}`,
    en: (from: string, to: string) => `from ${from} to ${to}`,
  },
  serial: { vi: 'Số hiệu', en: 'Serial number' },
  key: { vi: 'Khóa', en: 'Key' },
  origin: { vi: 'Lấy từ', en: 'Found in' },
  fingerprint: { vi: 'Dấu vân tay SHA-256', en: 'SHA-256 fingerprint' },
  status: { vi: 'Tình trạng', en: 'Status' },
  asOf: { vi: 'Tính đến', en: 'As of' },
  nextUpdate: { vi: 'Bản tiếp theo', en: 'Next one due' },
  revokedAt: { vi: 'Thu hồi lúc', en: 'Revoked at' },
  time: { vi: 'Thời điểm', en: 'Time' },
  authority: { vi: 'Nơi cấp dấu', en: 'Made by' },
  counts: { vi: 'Có giá trị chứng minh', en: 'It proves the time' },
  countsNot: { vi: 'Không được tính', en: 'It proves nothing' },

  print: { vi: 'In kết quả', en: 'Print the result' },
  export: { vi: 'Tải báo cáo ETSI (XML)', en: 'Download the ETSI report (XML)' },
  reportTitle: { vi: 'Kết quả kiểm tra chữ ký số', en: 'Result of checking digital signatures' },
  reportName: { vi: 'Giấy tờ', en: 'Document' },
  reportFile: { vi: 'Tệp', en: 'File' },
  reportVersion: { vi: 'Lần cập nhật', en: 'Version' },
  reportDigest: { vi: 'SHA-256 của tệp', en: 'SHA-256 of the file' },
  reportAt: { vi: 'Thời điểm kiểm tra', en: 'Checked at' },
  reportResult: { vi: 'Kết luận', en: 'Conclusion' },
  organisation: { vi: 'Cơ quan, tổ chức', en: 'Organisation' },
  reportSignature: {
    vi: (place: number, all: number) => `Chữ ký ${count(place)}/${count(all)}`,
    en: (place: number, all: number) => `Signature ${count(place)} of ${count(all)}`,
  },
  reportFoot: {
    vi: 'Bản in này cho biết kết quả kiểm tra vào thời điểm ghi ở trên; nó không thay cho tệp đã ký. Để kiểm tra lại, hãy dùng chính tệp đó.',
    en: 'This print tells the result at the time given above; it does not replace the signed file. Use that file to check again.',
  },
} as const;

/** A conclusion within a sentence. */
export const concluded = {
  valid: { vi: 'hợp lệ', en: 'valid' },
  valid_with_later_changes: { vi: 'hợp lệ, có thay đổi sau khi ký', en: 'valid, changed after signing' },
  indeterminate: { vi: 'chưa đủ căn cứ', en: 'not enough evidence' },
  invalid: { vi: 'không hợp lệ', en: 'invalid' },
} as const;

/** What kind of signature it is, where it is not simply one. */
export const kinds = {
  certification: { vi: 'Ký chứng nhận cả giấy tờ', en: 'Certifies the document' },
  document_timestamp: { vi: 'Dấu thời gian của cả giấy tờ', en: 'Time stamp of the document' },
} as const;

export const timeSources = {
  signature_timestamp: { vi: 'theo dấu thời gian của chữ ký', en: 'by the signature’s time stamp' },
  document_timestamp: { vi: 'theo dấu thời gian của cả giấy tờ', en: 'by the document’s time stamp' },
  vault: { vi: 'vì kho đã giữ giấy tờ từ lúc đó', en: 'because the vault has held the document since' },
  judging: {
    vi: 'là lúc kiểm tra, vì không có gì chứng minh giờ sớm hơn',
    en: 'the time of checking, as nothing proves an earlier one',
  },
} as const;

export const answers = {
  yes: { vi: 'Có', en: 'Yes' },
  no: { vi: 'Không', en: 'No' },
  unknown: { vi: 'Chưa rõ', en: 'Unclear' },
} as const;

export const integrities = {
  intact: { vi: 'Còn nguyên', en: 'Intact' },
  broken: { vi: 'Bị thay đổi hoặc đặt sai chỗ', en: 'Changed, or not where it must be' },
  unknown: { vi: 'Chưa so sánh được', en: 'Could not be compared' },
} as const;

export const values = {
  valid: { vi: 'Đúng với khóa của người ký', en: 'Made with the signer’s key' },
  invalid: { vi: 'Sai với khóa của người ký', en: 'Not made with the signer’s key' },
  unsupported: { vi: 'Thuật toán chưa được hỗ trợ', en: 'The algorithm is not supported' },
} as const;

export const modifications = {
  none: { vi: 'Không có', en: 'None' },
  permitted: { vi: 'Có, chữ ký cho phép', en: 'Some, permitted by the signature' },
  forbidden: { vi: 'Có, chữ ký không cho phép', en: 'Some, not permitted by the signature' },
} as const;

export const origins = {
  trust_store: { vi: 'danh sách tin cậy', en: 'the trust store' },
  given: { vi: 'dữ liệu của máy chủ', en: 'what the server has' },
  kept: { vi: 'bằng chứng kho đã giữ', en: 'evidence kept by the vault' },
  signature: { vi: 'chữ ký', en: 'the signature' },
  timestamp: { vi: 'dấu thời gian', en: 'the time stamp' },
  security_store: { vi: 'phần bằng chứng của tệp', en: 'the file’s store of evidence' },
} as const;

export const revocationStates = {
  good: { vi: 'Không bị thu hồi', en: 'Not revoked' },
  revoked: { vi: 'Đã bị thu hồi', en: 'Revoked' },
  revoked_later: { vi: 'Bị thu hồi sau khi ký', en: 'Revoked after signing' },
  on_hold: { vi: 'Đang bị tạm dừng', en: 'Suspended' },
  stale: { vi: 'Thông tin đã quá cũ', en: 'Too old to count' },
  unknown: { vi: 'Không biết', en: 'Unknown' },
} as const;

export const timestampKinds = {
  signature: { vi: 'Của chữ ký', en: 'Of the signature' },
  archive: { vi: 'Lưu trữ lâu dài', en: 'For archiving' },
  document: { vi: 'Của cả giấy tờ', en: 'Of the document' },
} as const;
