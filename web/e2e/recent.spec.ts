/** What was worked on lately (E). */
import { act, expectBothViews, expectOrders, namesIn } from './lists';
import { expect, test } from './support';

const LIST = 'Danh sách gần đây';

test('E1 shows what is recent as a grid and as a list, with what was done @smoke', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  await hoa.addPdf(folder.id, 'Giấy khai sinh.pdf');
  const second = await hoa.addPdf(folder.id, 'Sổ hộ khẩu.pdf');
  await hoa.patch(`/entries/${second.id}`, second.rev, { note: 'bản chính' });
  await page.goto('/recent');
  await expectBothViews(page, LIST, ['Sổ hộ khẩu.pdf', 'Giấy khai sinh.pdf']);
  await expect(page.getByRole('listitem').filter({ hasText: 'Giấy khai sinh' })).toContainText('Bạn đã thêm');
  await expect(page.getByRole('listitem').filter({ hasText: 'Sổ hộ khẩu' })).toContainText('Bạn đã sửa');
});

test('E2 sorts what is recent by name and time', async ({ hoa, page }) => {
  for (const name of ['Bằng lái.pdf', 'Án phí.pdf', 'Cam kết.pdf']) await hoa.addPdf(hoa.root, name);
  await page.goto('/recent');
  const byName = ['Án phí.pdf', 'Bằng lái.pdf', 'Cam kết.pdf'];
  await expectOrders(page, LIST, byName, ['Cam kết.pdf', 'Án phí.pdf', 'Bằng lái.pdf']);
});

test('E3 finds within what is recent, without diacritics too', async ({ hoa, page }) => {
  for (const name of ['Giấy khai sinh.pdf', 'Bằng lái.pdf']) await hoa.addPdf(hoa.root, name);
  await page.goto('/recent');
  await expect(namesIn(page, LIST)).toHaveCount(2);
  await page.getByLabel('Tìm trong danh sách này').fill('khai sinh');
  await expect(namesIn(page, LIST)).toHaveText(['Giấy khai sinh.pdf']);
  await expect(page).toHaveURL(/q=khai/);
  await page.getByLabel('Tìm trong danh sách này').fill('hoa don');
  await expect(page.getByRole('heading', { name: 'Không tìm thấy' })).toBeVisible();
});

test('E4 leads from what is recent to details and to the folder, and clears the list alone', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  await hoa.addPdf(folder.id, 'Giấy khai sinh.pdf');
  await page.goto('/recent');
  await act(page, 'Giấy khai sinh.pdf', 'Xem thông tin');
  await expect(page.getByRole('complementary', { name: 'Giấy khai sinh.pdf' })).toBeVisible();
  await act(page, 'Giấy khai sinh.pdf', 'Đến thư mục chứa');
  await expect(page.getByRole('heading', { level: 1, name: 'Hộ tịch' })).toBeVisible();

  await page.goto('/recent');
  await page.getByRole('button', { name: 'Xóa danh sách này' }).click();
  await expect(page.getByRole('heading', { name: 'Chưa có gì gần đây' })).toBeVisible();
  expect((await hoa.children(folder.id)).map(({ name }) => name)).toEqual(['Giấy khai sinh.pdf']);
});
