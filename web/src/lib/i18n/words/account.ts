/** Signing in, and what a person can set about the own account. */
export const account = {
  signIn: { vi: 'Đăng nhập', en: 'Sign in' },
  login: { vi: 'Tên đăng nhập', en: 'Login name' },
  password: { vi: 'Mật khẩu', en: 'Password' },
  forgotten: { vi: 'Quên mật khẩu?', en: 'Forgotten your password?' },
  welcome: {
    vi: 'Giấy tờ của bạn, cất ở một nơi an toàn.',
    en: 'Your papers, kept in one safe place.',
  },
  needLogin: { vi: 'Hãy nhập tên đăng nhập.', en: 'Please enter your login name.' },
  needPassword: { vi: 'Hãy nhập mật khẩu.', en: 'Please enter your password.' },
} as const;
