import { expect, PASSWORD, test } from './support';

test('A1 signs in and out @smoke', async ({ page, server }) => {
  const person = await server.person('Lò Thị Mai');
  await page.goto('/recent');
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel('Tên đăng nhập').fill(person.login);
  await page.getByLabel('Mật khẩu').fill('không phải mật khẩu này');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toContainText('không đúng');

  await page.getByLabel('Mật khẩu').fill(PASSWORD);
  await page.getByLabel('Mật khẩu').press('Enter');
  await expect(page).toHaveURL(/\/recent$/);

  await page.getByRole('button', { name: 'Tài khoản' }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('A2 signs out elsewhere, in one place and everywhere', async ({ hoa, page, signedIn }) => {
  const [phone, library] = [await signedIn(hoa.person), await signedIn(hoa.person)];
  await page.goto('/account');
  const places = page.getByRole('region', { name: 'Nơi đang đăng nhập' });
  // The tests' own, this page and the two others.
  await expect(places.getByRole('listitem')).toHaveCount(4);
  await expect(places.getByText('Thiết bị này')).toHaveCount(1);
  await places
    .getByRole('button', { name: /^Đăng xuất khỏi Chrome/ })
    .first()
    .click();
  await expect(places.getByRole('listitem')).toHaveCount(3);
  await places.getByRole('button', { name: 'Đăng xuất mọi nơi khác' }).click();
  await expect(page.getByText('Đã đăng xuất khỏi 2 nơi khác.')).toBeVisible();
  await expect(places.getByRole('listitem')).toHaveCount(1);
  for (const other of [phone, library]) {
    await other.goto('/account');
    await expect(other).toHaveURL(/\/sign-in/);
  }
  await page.getByRole('main').getByRole('button', { name: 'Đăng xuất', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
});

test('A3 asks for a link, and sets a new password by it', async ({ page, server }) => {
  const person = await server.person('Lò Thị Mai');
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Quên mật khẩu?' }).click();
  await expect(page.getByText('Hãy mang căn cước đến bộ phận một cửa.')).toBeVisible();

  // As where letters can be sent: the answer is the same whether there is such an account.
  await page.route('**/api/v1/sign-in-options', (route) =>
    route.fulfill({ json: { providers: [], password_reset: true } }),
  );
  await page.reload();
  await page.getByLabel('Tên đăng nhập hoặc e-mail').fill(person.login);
  await page.getByRole('button', { name: 'Gửi liên kết' }).click();
  await expect(page.getByRole('heading', { name: 'Hãy xem hộp thư của bạn' })).toBeVisible();

  const link = /http\S+#\S+/.exec(await server.command('user', 'reset', person.login))?.[0] ?? '';
  await page.goto(link);
  await expect(page).toHaveURL(/\/password-reset$/);
  await page.getByLabel('Mật khẩu mới').fill('ngắn');
  await page.getByRole('button', { name: 'Đặt mật khẩu mới' }).click();
  await expect(page.getByText('Mật khẩu cần ít nhất 10 ký tự.')).toBeVisible();
  await page.getByLabel('Mật khẩu mới').fill('nước chảy đá mòn 2');
  await page.getByLabel('Hiện mật khẩu').check();
  await page.getByRole('button', { name: 'Đặt mật khẩu mới' }).click();
  await page.getByRole('link', { name: 'Đăng nhập' }).click();
  await page.getByLabel('Tên đăng nhập').fill(person.login);
  await page.getByLabel('Mật khẩu').fill('nước chảy đá mòn 2');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('button', { name: 'Tài khoản' })).toBeVisible();

  // The link works once.
  await page.goto(link);
  await page.getByLabel('Mật khẩu mới').fill('nước chảy đá mòn 3');
  await page.getByRole('button', { name: 'Đặt mật khẩu mới' }).click();
  await expect(page.getByRole('alert')).toContainText('Hãy xin liên kết mới.');
  await expect(page.getByRole('link', { name: 'Xin liên kết mới' })).toBeVisible();
});

test('A4 A8 shows the account, and changes what is the person’s to change', async ({ hoa, page }) => {
  await page.goto('/account');
  const details = page.getByRole('region', { name: 'Thông tin của tôi' });
  for (const fact of ['Nguyễn Thị Hoa', hoa.person.identity, hoa.person.login, 'Số tài khoản']) {
    await expect(details).toContainText(fact);
  }
  await details.getByLabel('Số điện thoại').fill('12');
  await details.getByLabel('E-mail').fill('không phải thư');
  await details.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect(details).toContainText('Số điện thoại chưa đúng');
  await expect(details).toContainText('E-mail chưa đúng dạng');

  const email = `${hoa.person.login}@thu.example`;
  await details.getByLabel('Số điện thoại').fill('0912 345 678');
  await details.getByLabel('E-mail').fill(email);
  await details.getByLabel('Địa chỉ liên hệ').fill('Thôn Đá Trắng, xã Suối Mơ');
  await details.getByLabel('Mật khẩu hiện tại').fill('không phải mật khẩu này');
  await details.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect(details).toContainText('Mật khẩu hiện tại không đúng.');
  await details.getByLabel('Mật khẩu hiện tại').fill(PASSWORD);
  await details.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect(page.getByText('Đã lưu thông tin của bạn.')).toBeVisible();
  const kept = { email, phone: '+84912345678', address: 'Thôn Đá Trắng, xã Suối Mơ' };
  expect(await hoa.get('/me')).toMatchObject(kept);

  // A change made elsewhere meanwhile is shown, not overwritten.
  const { rev } = await hoa.get<{ rev: number }>('/me');
  await hoa.patch('/me', rev, { address: 'Bản Nậm Mơ' });
  await details.getByLabel('Số điện thoại').fill('0987 654 321');
  await details.getByRole('button', { name: 'Lưu thay đổi' }).click();
  await expect(details).toContainText('vừa được thay đổi ở nơi khác');
  await expect(details.getByLabel('Địa chỉ liên hệ')).toHaveValue('Bản Nậm Mơ');
});

test('A5 changes the password, and signs out elsewhere with it', async ({ hoa, page, signedIn }) => {
  const other = await signedIn(hoa.person);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đổi mật khẩu' });
  await dialog.getByLabel('Mật khẩu hiện tại').fill('không phải mật khẩu này');
  await dialog.getByLabel('Mật khẩu mới').fill('nước chảy đá mòn 2');
  await dialog.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await expect(dialog).toContainText('Mật khẩu hiện tại không đúng.');
  await dialog.getByLabel('Mật khẩu hiện tại').fill(PASSWORD);
  await dialog.getByLabel('Mật khẩu mới').press('Enter');
  await expect(page.getByText('Đã đổi mật khẩu.')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Tài khoản của tôi' })).toBeVisible();
  await other.goto('/account');
  await expect(other).toHaveURL(/\/sign-in/);
});

test('K12 keeps the language in the account, and the appearance in the browser', async ({ hoa, page }) => {
  await page.goto('/account');
  await page.getByLabel('English').check();
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await expect.poll(async () => (await hoa.get<{ language: string }>('/me')).language).toBe('en');
  await page.getByLabel('Dark', { exact: true }).check();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'My account' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Tiếng Việt' }).click();
  await expect.poll(async () => (await hoa.get<{ language: string }>('/me')).language).toBe('vi');
});
