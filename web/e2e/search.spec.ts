/** Finding documents and folders (E3, and from every screen). */
import type { Page } from '@playwright/test';
import { expect, test, type Vault } from './support';

const box = (page: Page) => page.getByRole('searchbox', { name: 'Tìm giấy tờ' });
const hits = (page: Page) => page.getByRole('list', { name: 'Những gì tìm thấy' }).getByRole('link');

/** Papers of a family, in a folder of their own. */
async function papersOf(vault: Vault): Promise<string> {
  const folder = await vault.folder(vault.root, 'Gia đình');
  const birth = await vault.addPdf(folder.id, 'Giấy khai sinh của Mai.pdf');
  await vault.patch(`/entries/${birth.id}`, birth.rev, {
    type_code: 'birth-certificate',
    authority: 'UBND xã Suối Mơ',
    note: 'Bản chính cất ở nhà bà ngoại',
  });
  const passport = await vault.addPdf(folder.id, 'Hộ chiếu.pdf');
  await vault.patch(`/entries/${passport.id}`, passport.rev, {
    type_code: 'passport',
    authority: 'Cục Quản lý xuất nhập cảnh',
    note: 'Cất cùng giấy khai sinh',
  });
  return folder.id;
}

test('E3 finds papers while the words are typed, with or without diacritics @smoke', async ({ hoa, page }) => {
  await papersOf(hoa);
  await page.goto('/recent');
  await box(page).fill('khai');
  await box(page).press('Enter');
  await expect(hits(page)).toHaveText(['Giấy khai sinh của Mai.pdf', 'Hộ chiếu.pdf']);
  await expect(page.getByRole('status').filter({ hasText: 'Tìm thấy 2 mục' })).toBeVisible();

  await box(page).pressSequentially(' sinh mai');
  await expect(hits(page)).toHaveText(['Giấy khai sinh của Mai.pdf']);
  await expect(hits(page).locator('mark')).toHaveText(['khai', 'sinh', 'Mai']);
  await expect(page).toHaveURL(/q=khai\+sinh\+mai/);

  await box(page).fill('bà ngoại');
  const hit = page.getByRole('list', { name: 'Những gì tìm thấy' }).getByRole('listitem');
  await expect(hit.getByText('Ghi chú: Bản chính cất ở nhà bà ngoại')).toBeVisible();
  await expect(hit.locator('mark')).toHaveText(['bà', 'ngoại']);

  await box(page).fill('không có giấy này');
  await expect(page.getByRole('heading', { name: 'Không tìm thấy “không có giấy này”' })).toBeVisible();
  await box(page).fill('');
  await expect(page.getByRole('heading', { name: 'Bạn cần tìm giấy tờ nào?' })).toBeVisible();
});

test('E3 narrows a search, and the address keeps it @smoke', async ({ hoa, page }) => {
  const folder = await papersOf(hoa);
  await hoa.addPdf(hoa.root, 'Đơn xin cấp lại giấy khai sinh.pdf');
  await page.goto(`/folders/${folder}`);
  await box(page).fill('khai sinh');
  await box(page).press('Enter');
  await expect(hits(page)).toHaveCount(3);

  await page.getByRole('button', { name: 'Lọc' }).click();
  await page.getByLabel('Tìm ở đâu').selectOption({ label: 'Chỉ trong thư mục: Gia đình' });
  await expect(hits(page)).toHaveCount(2);
  await page.getByLabel('Loại giấy tờ').selectOption({ label: 'Hộ chiếu phổ thông' });
  await expect(hits(page)).toHaveText(['Hộ chiếu.pdf']);
  await page.reload();
  await expect(hits(page)).toHaveText(['Hộ chiếu.pdf']);
  await expect(page.getByLabel('Loại giấy tờ')).toHaveValue('passport');

  await page.getByRole('textbox', { name: 'Nơi cấp' }).fill('suoi mo');
  await expect(page.getByText('Không có giấy tờ nào vừa có những chữ này vừa đúng với phần lọc.')).toBeVisible();
  await page.getByRole('button', { name: 'Bỏ lọc' }).click();
  await expect(hits(page)).toHaveCount(3);
  await page.getByLabel('Thay đổi đến ngày').fill('2020-01-01');
  await expect(hits(page)).toHaveCount(0);
});

test('E3 orders what is found, as a grid and as a list', async ({ hoa, page }) => {
  await papersOf(hoa);
  await page.goto('/search?q=khai+sinh');
  await page.getByRole('button', { name: 'Sắp xếp: Đúng nhất trước' }).click();
  await page.getByRole('menuitemradio', { name: 'Tên, từ Y đến A' }).click();
  await expect(hits(page)).toHaveText(['Hộ chiếu.pdf', 'Giấy khai sinh của Mai.pdf']);
  await page.getByRole('button', { name: 'Dạng danh sách' }).click();
  await expect(hits(page)).toHaveText(['Hộ chiếu.pdf', 'Giấy khai sinh của Mai.pdf']);
});

test('E3 is done by the keyboard alone', async ({ hoa, page }) => {
  await papersOf(hoa);
  await page.goto('/recent');
  await expect(box(page)).toBeVisible();
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('ho chieu');
  await page.keyboard.press('Enter');
  await expect(hits(page)).toHaveText(['Hộ chiếu.pdf']);
  await page.keyboard.press('ArrowDown');
  await expect(hits(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Hộ chiếu.pdf', level: 1 })).toBeVisible();
});

test('E3 shows the answer to the last words, whichever comes first', async ({ hoa, page }) => {
  await papersOf(hoa);
  const held: (() => Promise<void>)[] = [];
  await page.route(/\/api\/v1\/search\?q=ho%20chieu&/, (route) => {
    held.push(() => route.continue().catch(() => undefined));
  });
  await page.goto('/search');
  await box(page).fill('ho chieu');
  await expect.poll(() => held.length).toBe(1);
  await box(page).fill('mai');
  await expect(hits(page)).toHaveText(['Giấy khai sinh của Mai.pdf']);
  await held[0]?.();
  await expect(hits(page)).toHaveText(['Giấy khai sinh của Mai.pdf']);
});
