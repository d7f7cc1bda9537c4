/** What the account is told (K10). */
import { expect, test } from './support';

test('K10 counts what is unread, says it in a sentence and leads there @smoke', async ({ hoa, minh, page }) => {
  const folder = await minh.folder(minh.root, 'Nhà thửa 86');
  const recipient = { login: hoa.person.login };
  await minh.post('/grants', { entry_id: folder.id, recipient, rights: ['view', 'download'] });
  await page.goto('/');
  // One of the share; signing in from a browser not seen before is told too.
  const bell = page.getByRole('link', { name: /^Thông báo/ });
  await expect(bell).toHaveAccessibleName(/^Thông báo, [12] chưa đọc$/);
  await bell.click();
  const list = page.getByRole('list', { name: 'Danh sách thông báo' });
  const shared = list.getByRole('link', { name: 'Trần Văn Minh chia sẻ “Nhà thửa 86” với bạn.' });
  await expect(shared).toContainText('Xem, tải về · Không hết hạn');
  await shared.click();
  await expect(page).toHaveURL(new RegExp(`/folders/${folder.id}`));

  await page.goto('/notices');
  await expect(shared).not.toContainText('Chưa đọc');
  const again = await minh.folder(minh.root, 'Giấy tờ xe');
  await minh.post('/grants', { entry_id: again.id, recipient, rights: ['view'] });
  await page.reload();
  await expect(list.getByRole('link', { name: /^Chưa đọc.*“Giấy tờ xe”/ })).toBeVisible();
  await page.getByRole('button', { name: 'Đánh dấu đã đọc hết' }).click();
  await expect(list.getByText('Chưa đọc')).toHaveCount(0);
  await expect(bell).toHaveAccessibleName('Thông báo');
});

test('K10 lets people choose which notices are mailed', async ({ hoa, page }) => {
  await page.goto('/notices');
  await page.getByRole('link', { name: 'Chọn thông báo gửi qua e-mail' }).click();
  const mail = page.getByRole('region', { name: 'Thông báo qua e-mail' });
  await expect(mail).toContainText('Tài khoản chưa có e-mail.');
  await mail.getByLabel('Được chia sẻ').uncheck();
  await expect(page.getByText('Đã lưu lựa chọn.')).toBeVisible();
  await expect(mail.getByLabel('An toàn của tài khoản')).toBeDisabled();
  await page.reload();
  await expect(mail.getByLabel('Được chia sẻ')).not.toBeChecked();
  expect(await hoa.get('/me/notice-settings')).toMatchObject({
    email: { shares: false, expiring: true, security: true },
  });
});
