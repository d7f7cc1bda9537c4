/** The vault of an organisation and those who use it (A9). */
import { randomInt } from 'node:crypto';
import { expect, test } from './support';

test('A9 lets owners add members, change their roles and remove them @smoke', async ({
  hoa,
  minh,
  page,
  server,
  signedIn,
}) => {
  const code = `${randomInt(1e9)}`.padStart(10, '0');
  await server.command('org', 'add', code, '--name', 'Hợp tác xã Chè Suối Mơ', '--owner', hoa.person.login);
  await page.goto('/');
  await page.getByRole('button', { name: 'Kho của tôi' }).click();
  await page.getByRole('menuitem', { name: 'Hợp tác xã Chè Suối Mơ' }).click();
  await page.getByRole('button', { name: 'Tài khoản' }).click();
  await page.getByRole('menuitem', { name: 'Thành viên' }).click();

  const login = page.getByLabel('Tên đăng nhập');
  await login.fill('khong-co-ai');
  await login.press('Enter');
  await expect(page.getByText('Không có tài khoản nào mang tên này.')).toBeVisible();
  await login.fill(minh.person.login);
  await page.getByRole('button', { name: 'Thêm thành viên' }).click();
  await expect(page.getByText('Trần Văn Minh dùng được kho này từ bây giờ.')).toBeVisible();
  const role = page.getByLabel('Vai trò của Trần Văn Minh');
  await expect(role).toHaveValue('viewer');
  await role.selectOption('Người sửa');
  await expect(page.getByText('Vai trò của Trần Văn Minh: Người sửa.')).toBeVisible();

  const his = await signedIn(minh.person);
  await his.goto('/');
  await his.getByRole('button', { name: 'Kho của tôi' }).click();
  await his.getByRole('menuitem', { name: 'Hợp tác xã Chè Suối Mơ' }).click();
  await expect(his.getByRole('button', { name: 'Hợp tác xã Chè Suối Mơ' })).toBeVisible();

  // The last owner stays one, and the box does not say otherwise.
  await page.getByLabel('Vai trò của Nguyễn Thị Hoa').selectOption('Người xem');
  await expect(page.getByRole('alert')).toContainText('ít nhất một chủ quản lý');
  await expect(page.getByLabel('Vai trò của Nguyễn Thị Hoa')).toHaveValue('owner');

  await page.getByRole('button', { name: 'Bỏ Trần Văn Minh khỏi kho' }).click();
  await expect(page.getByText('Trần Văn Minh không còn dùng được kho này.')).toBeVisible();
  await expect(role).toBeHidden();
  await his.goto('/');
  await expect(his.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(his.getByRole('button', { name: /Kho của tôi|Hợp tác xã/ })).toBeHidden();
});
