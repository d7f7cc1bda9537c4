/** What is wrong with a file that nobody can read: in a word for lists, and in a sentence that says what to do. */

export const readability = {
  blank: { vi: 'Trang trắng', en: 'Blank pages' },
  locked: { vi: 'Có mật khẩu', en: 'Password-protected' },
  empty: { vi: 'Tệp rỗng', en: 'Empty file' },
  damaged: { vi: 'Có thể bị hỏng', en: 'May be damaged' },
  blankWhy: {
    vi: 'Các trang của tệp này đều trắng, cơ quan sẽ không nhận. Hãy quét lại, chú ý đặt mặt có chữ đúng phía.',
    en: 'The pages of this file are blank, so agencies will not accept it. Scan it again with the written side facing the right way.',
  },
  lockedWhy: {
    vi: 'Tệp này có mật khẩu: cơ quan không mở được. Hãy bỏ mật khẩu rồi thêm tệp mới thành lần cập nhật sau.',
    en: 'This file is protected by a password: agencies cannot open it. Remove the password and add it again as a new version.',
  },
  emptyWhy: {
    vi: 'Tệp này không có chữ và cũng không có hình. Hãy xem lại có chọn nhầm tệp không.',
    en: 'This file holds neither text nor a picture. Check whether the wrong file was chosen.',
  },
  damagedWhy: {
    vi: 'Hệ thống không mở được tệp này, có thể tệp đã bị hỏng. Nếu bạn cũng không mở được, hãy thêm lại tệp khác.',
    en: 'The file could not be opened here and may be damaged. If you cannot open it either, add another copy.',
  },
} as const;
