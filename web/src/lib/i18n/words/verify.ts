/** The page on which anybody has a signed file checked, without an account. */
export const verifying = {
  title: { vi: 'Kiểm tra chữ ký số', en: 'Check digital signatures' },
  text: {
    vi: 'Chọn tệp bạn nhận được để biết ai đã ký, ký lúc nào và nội dung có bị sửa không.',
    en: 'Choose a file that you were given, and see who signed it, when, and whether it was changed.',
  },
  privacy: {
    vi: 'Không cần đăng nhập. Tệp chỉ được đọc để kiểm tra rồi bỏ ngay; kho không giữ lại gì.',
    en: 'No account is needed. The file is read for the check and then dropped; nothing of it is kept.',
  },
  formats: {
    vi: 'Nhận PDF, P7S, P7M, XML, ASiC, Word và Excel đã ký số.',
    en: 'Signed PDF, P7S, P7M, XML, ASiC, Word and Excel files.',
  },
  choose: { vi: 'Chọn tệp', en: 'Choose a file' },
  orDrop: { vi: 'hoặc kéo tệp thả vào đây', en: 'or drop one here' },
  dropHere: { vi: 'Thả tệp để kiểm tra', en: 'Drop the file to check it' },
  other: { vi: 'Kiểm tra tệp khác', en: 'Check another file' },
  sending: { vi: (part: string) => `Đang gửi: ${part}`, en: (part: string) => `Sending: ${part}` },
  judging: { vi: 'Đang kiểm tra…', en: 'Checking…' },
  giveUp: { vi: 'Thôi', en: 'Cancel' },
  contentTitle: {
    vi: 'Chữ ký này nằm riêng, tách khỏi nội dung',
    en: 'This signature is kept apart from what it signs',
  },
  contentText: {
    vi: 'Hãy chọn thêm tệp đã được ký (thường cùng tên, không có đuôi .p7s) để biết nội dung có còn nguyên không.',
    en: 'Choose the file that was signed too (often of the same name without .p7s) to see whether it is unchanged.',
  },
  chooseContent: { vi: 'Chọn tệp nội dung', en: 'Choose the signed file' },
  withContent: { vi: (name: string) => `Nội dung đã ký: ${name}`, en: (name: string) => `Signed file: ${name}` },
  onlyOne: {
    vi: 'Mỗi lần chỉ kiểm tra được một tệp. Hãy thả từng tệp một.',
    en: 'One file is checked at a time. Please drop one.',
  },
  unreadable: {
    vi: 'Hãy chọn đúng tệp gốc bạn nhận được, không phải ảnh chụp hay bản đã lưu lại bằng phần mềm khác.',
    en: 'Choose the very file that you were given, not a picture of it or a copy saved by another program.',
  },
  tooLarge: {
    vi: 'Nếu có tài khoản, bạn có thể thêm tệp vào kho; kho kiểm tra được tệp lớn hơn.',
    en: 'If you have an account, add it to your vault, which checks larger files.',
  },
} as const;
