import { expect, PASSWORD, test } from './support';

test('A1 signs in and out', async ({ page, server }) => {
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
