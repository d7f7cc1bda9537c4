/** Signing in, and what a person can set about the own account. */
export const account = {
  signIn: { vi: 'Đăng nhập', en: 'Sign in' },
  signInWith: {
    vi: (provider: string) => `Đăng nhập bằng ${provider}`,
    en: (provider: string) => `Sign in with ${provider}`,
  },
  or: { vi: 'hoặc', en: 'or' },
  login: { vi: 'Tên đăng nhập', en: 'Login name' },
  password: { vi: 'Mật khẩu', en: 'Password' },
  showPassword: { vi: 'Hiện mật khẩu', en: 'Show the password' },
  forgotten: { vi: 'Quên mật khẩu?', en: 'Forgotten your password?' },
  welcome: {
    vi: 'Giấy tờ của bạn, cất ở một nơi an toàn.',
    en: 'Your papers, kept in one safe place.',
  },
  needLogin: { vi: 'Hãy nhập tên đăng nhập.', en: 'Please enter your login name.' },
  needPassword: { vi: 'Hãy nhập mật khẩu.', en: 'Please enter your password.' },

  forgottenTitle: { vi: 'Đặt lại mật khẩu', en: 'Set a new password' },
  forgottenText: {
    vi: 'Nhập tên đăng nhập hoặc e-mail của bạn. Chúng tôi gửi một liên kết để bạn đặt mật khẩu mới.',
    en: 'Enter your login name or e-mail address. We send a link by which you set a new password.',
  },
  loginOrEmail: { vi: 'Tên đăng nhập hoặc e-mail', en: 'Login name or e-mail address' },
  needLoginOrEmail: {
    vi: 'Hãy nhập tên đăng nhập hoặc e-mail.',
    en: 'Please enter your login name or e-mail address.',
  },
  sendLink: { vi: 'Gửi liên kết', en: 'Send the link' },
  linkSentTitle: { vi: 'Hãy xem hộp thư của bạn', en: 'Please look into your mail' },
  linkSentText: {
    vi: 'Nếu có tài khoản này và tài khoản có e-mail, một liên kết đã được gửi đi. Liên kết dùng được một lần, trong một giờ.',
    en: 'If there is such an account and it has an e-mail address, a link is on its way. It works once, within one hour.',
  },
  noMail: {
    vi: 'Không nhận được thư? Hãy xem mục thư rác, hoặc đến bộ phận một cửa cùng căn cước để được giúp.',
    en: 'No letter? Look into your spam, or come to the one-stop counter with your identity card.',
  },
  noReset: {
    vi: 'Hãy mang căn cước đến bộ phận một cửa. Ở đó bạn nhận được liên kết để đặt mật khẩu mới.',
    en: 'Please take your identity card to the one-stop counter, where you get a link to set a new password.',
  },
  backToSignIn: { vi: 'Về trang đăng nhập', en: 'Back to sign-in' },
  newPassword: { vi: 'Mật khẩu mới', en: 'New password' },
  newPasswordHint: {
    vi: 'Ít nhất 10 ký tự. Một câu dài dễ nhớ tốt hơn một từ khó nhớ.',
    en: 'At least 10 characters. A long sentence that you remember is better than an intricate word.',
  },
  newPasswordShort: { vi: 'Mật khẩu cần ít nhất 10 ký tự.', en: 'A password needs at least 10 characters.' },
  setPassword: { vi: 'Đặt mật khẩu mới', en: 'Set the new password' },
  passwordSetTitle: { vi: 'Đã đặt mật khẩu mới', en: 'The new password is set' },
  passwordSetText: {
    vi: 'Mọi nơi đang đăng nhập đã được đăng xuất. Hãy đăng nhập bằng mật khẩu mới.',
    en: 'You are signed out everywhere. Please sign in with the new password.',
  },
  askNewLink: { vi: 'Xin liên kết mới', en: 'Ask for a new link' },

  title: { vi: 'Tài khoản của tôi', en: 'My account' },
  details: { vi: 'Thông tin của tôi', en: 'My details' },
  fullName: { vi: 'Họ và tên', en: 'Full name' },
  identityNumber: { vi: 'Số định danh cá nhân', en: 'Identity number' },
  accountNumber: { vi: 'Số tài khoản', en: 'Account number' },
  fixedDetails: {
    vi: 'Họ tên và số định danh theo căn cước. Nếu sai, hãy báo bộ phận một cửa.',
    en: 'Name and number are those of your identity card. If they are wrong, tell the one-stop counter.',
  },
  email: { vi: 'E-mail', en: 'E-mail' },
  emailHint: {
    vi: 'Để nhận thông báo và lấy lại mật khẩu.',
    en: 'For notices, and to get back in without your password.',
  },
  emailWrong: { vi: 'E-mail chưa đúng dạng, ví dụ: hoa@thu.vn', en: 'This is no e-mail address such as hoa@mail.vn' },
  emailTaken: { vi: 'E-mail này đã có tài khoản khác dùng.', en: 'Another account has this e-mail address.' },
  emailPassword: { vi: 'Mật khẩu hiện tại', en: 'Present password' },
  emailPasswordHint: {
    vi: 'Đổi e-mail cần mật khẩu, vì liên kết đặt lại mật khẩu gửi về e-mail.',
    en: 'Changing the e-mail address needs your password, since reset links go there.',
  },
  phone: { vi: 'Số điện thoại', en: 'Telephone number' },
  phoneWrong: {
    vi: 'Số điện thoại chưa đúng, ví dụ: 0912 345 678',
    en: 'This is no telephone number such as 0912 345 678',
  },
  address: { vi: 'Địa chỉ liên hệ', en: 'Contact address' },
  save: { vi: 'Lưu thay đổi', en: 'Save changes' },
  saved: { vi: 'Đã lưu thông tin của bạn.', en: 'Your details are saved.' },
  changedElsewhere: {
    vi: 'Thông tin vừa được thay đổi ở nơi khác. Đây là thông tin mới nhất; hãy sửa lại nếu cần.',
    en: 'Your details were changed elsewhere meanwhile. These are the latest; please change them again if need be.',
  },

  appearance: { vi: 'Ngôn ngữ và giao diện', en: 'Language and appearance' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  vietnamese: { vi: 'Tiếng Việt', en: 'Tiếng Việt' },
  english: { vi: 'English', en: 'English' },
  theme: { vi: 'Giao diện', en: 'Appearance' },
  themeDevice: { vi: 'Theo thiết bị', en: 'As the device' },
  themeLight: { vi: 'Sáng', en: 'Light' },
  themeDark: { vi: 'Tối', en: 'Dark' },

  changePassword: { vi: 'Đổi mật khẩu', en: 'Change the password' },
  changePasswordText: {
    vi: 'Sau khi đổi, những nơi khác đang đăng nhập sẽ được đăng xuất.',
    en: 'After the change you are signed out everywhere else.',
  },
  presentPassword: { vi: 'Mật khẩu hiện tại', en: 'Present password' },
  needPresent: { vi: 'Hãy nhập mật khẩu hiện tại.', en: 'Please enter your present password.' },
  passwordChanged: {
    vi: 'Đã đổi mật khẩu. Những nơi khác đã được đăng xuất.',
    en: 'The password is changed. You are signed out everywhere else.',
  },

  sessions: { vi: 'Nơi đang đăng nhập', en: 'Where you are signed in' },
  sessionsText: {
    vi: 'Thấy nơi nào không phải của bạn? Hãy đăng xuất nơi đó rồi đổi mật khẩu.',
    en: 'Is one of these not yours? Sign it out, then change your password.',
  },
  thisDevice: { vi: 'Thiết bị này', en: 'This device' },
  deviceOn: {
    vi: (browser: string, system: string) => `${browser} trên ${system}`,
    en: (browser: string, system: string) => `${browser} on ${system}`,
  },
  unknownDevice: { vi: 'Thiết bị không rõ', en: 'Unknown device' },
  seen: {
    vi: (when: string, address: string) => `Dùng lần cuối ${when}, từ địa chỉ mạng ${address}`,
    en: (when: string, address: string) => `Last used ${when}, from network address ${address}`,
  },
  endSession: { vi: 'Đăng xuất', en: 'Sign out' },
  endSessionOf: { vi: (device: string) => `Đăng xuất khỏi ${device}`, en: (device: string) => `Sign out of ${device}` },
  sessionEnded: {
    vi: (device: string) => `Đã đăng xuất khỏi ${device}.`,
    en: (device: string) => `Signed out of ${device}.`,
  },
  endOthers: { vi: 'Đăng xuất mọi nơi khác', en: 'Sign out everywhere else' },
  othersEnded: {
    vi: (count: string) => `Đã đăng xuất khỏi ${count} nơi khác.`,
    en: (count: string) => (count === '1' ? 'Signed out of 1 other place.' : `Signed out of ${count} other places.`),
  },
} as const;
