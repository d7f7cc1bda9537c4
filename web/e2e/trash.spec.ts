/** What was deleted (H). */
import { act, expectBothViews, expectOrders, namesIn } from './lists';
import { expect, test, type Vault } from './support';

const LIST = 'Danh sách trong thùng rác';

/** Puts documents into the trash, one after the other; answers their ids by name. */
async function deleted(vault: Vault, folder: string, ...names: string[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const name of names) {
    const { id } = await vault.addPdf(folder, name);
    await vault.post('/entries/trash', { ids: [id] });
    ids.set(name, id);
  }
  return ids;
}

test('H1 shows the trash as a grid and as a list, with the days left', async ({ hoa, page }) => {
  await deleted(hoa, (await hoa.defaultFolder('civil-status')).id, 'Giấy khai sinh.pdf', 'Sổ hộ khẩu.pdf');
  await page.goto('/trash');
  await expectBothViews(page, LIST, ['Sổ hộ khẩu.pdf', 'Giấy khai sinh.pdf']);
  const row = page.getByRole('listitem').filter({ hasText: 'Sổ hộ khẩu' });
  await expect(row).toContainText(/Còn \d+ ngày/);
  await expect(row).toContainText('Đã ở: Hộ tịch');
});

test('H2 sorts the trash by name and time, and finds in it', async ({ hoa, page }) => {
  await deleted(hoa, hoa.root, 'Bằng lái.pdf', 'Án phí.pdf', 'Cam kết.pdf');
  await page.goto('/trash');
  const byName = ['Án phí.pdf', 'Bằng lái.pdf', 'Cam kết.pdf'];
  await expectOrders(page, LIST, byName, ['Cam kết.pdf', 'Án phí.pdf', 'Bằng lái.pdf']);
  await page.getByLabel('Tìm trong thùng rác').fill('bang lai');
  await expect(namesIn(page, LIST)).toHaveText(['Bằng lái.pdf']);
  await page.getByLabel('Tìm trong thùng rác').fill('không có');
  await expect(page.getByText('Trong thùng rác không có mục nào khớp.')).toBeVisible();
});

test('H3 shows the details of what is in the trash, at an address of their own', async ({ hoa, page }) => {
  const ids = await deleted(hoa, (await hoa.defaultFolder('health')).id, 'Thẻ bảo hiểm.pdf');
  await page.goto('/trash');
  await namesIn(page, LIST).first().click();
  const details = page.getByRole('dialog', { name: 'Thẻ bảo hiểm.pdf' });
  await expect(details).toContainText('Y tế – Bảo hiểm');
  await expect(details).toContainText('Nguyễn Thị Hoa');
  await page.goBack();
  await expect(details).toBeHidden();
  await page.goto(`/trash?entry=${ids.get('Thẻ bảo hiểm.pdf')}`);
  await expect(details).toBeVisible();
});

test('H4 restores a deleted document in three taps, and can take that back @smoke', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  await deleted(hoa, folder.id, 'Giấy khai sinh.pdf');
  await page.goto('/');
  let taps = 0;
  const tap = async (target: ReturnType<typeof page.getByRole>) => {
    await target.click();
    taps += 1;
  };
  await tap(page.getByRole('link', { name: 'Thùng rác' }));
  await tap(page.getByRole('button', { name: 'Việc có thể làm với Giấy khai sinh.pdf' }));
  await tap(page.getByRole('menuitem', { name: 'Khôi phục' }));
  await expect(page.getByText('Đã khôi phục “Giấy khai sinh.pdf” về chỗ cũ.')).toBeVisible();
  expect(taps).toBe(3);
  expect((await hoa.children(folder.id)).map(({ name }) => name)).toEqual(['Giấy khai sinh.pdf']);

  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(namesIn(page, LIST)).toHaveText(['Giấy khai sinh.pdf']);
});

test('H4 asks before it restores beside something of the same name', async ({ hoa, page }) => {
  await deleted(hoa, hoa.root, 'Tờ khai.pdf', 'Đơn.pdf');
  await hoa.addPdf(hoa.root, 'Tờ khai.pdf');
  await page.goto('/trash');
  await page.getByRole('checkbox', { name: 'Chọn Tờ khai.pdf' }).check();
  await page.getByRole('checkbox', { name: 'Chọn Đơn.pdf' }).check();
  await expect(page.getByText('Đã chọn 2')).toBeVisible();
  await page.getByRole('button', { name: 'Khôi phục', exact: true }).click();
  const taken = page.getByRole('dialog', { name: 'Chỗ cũ đã có mục cùng tên' });
  await expect(taken).toContainText('Tờ khai.pdf');
  await taken.getByRole('button', { name: 'Để trong thùng rác' }).click();
  await expect(namesIn(page, LIST)).toHaveText(['Tờ khai.pdf']);

  await act(page, 'Tờ khai.pdf', 'Khôi phục');
  await taken.getByRole('button', { name: 'Giữ cả hai' }).click();
  await expect(page.getByText('Đã khôi phục thành “Tờ khai (2).pdf”.')).toBeVisible();
  const files = (await hoa.children(hoa.root)).filter(({ kind }) => kind === 'document').map(({ name }) => name);
  expect(files.toSorted()).toEqual(['Tờ khai (2).pdf', 'Tờ khai.pdf', 'Đơn.pdf'].toSorted());
});

test('H5 deletes permanently only after the word is typed, and reports it @smoke', async ({ hoa, page }) => {
  await deleted(hoa, hoa.root, 'Nháp.pdf', 'Cũ.pdf');
  await page.goto('/trash');
  await act(page, 'Nháp.pdf', 'Xóa vĩnh viễn');
  const sure = page.getByRole('dialog', { name: 'Xóa vĩnh viễn?' });
  const word = sure.getByLabel('Gõ chữ “xóa” để xác nhận');
  await expect(word).toBeFocused();
  await word.fill('xo');
  await word.press('Enter');
  await expect(sure).toContainText('Hãy gõ đúng chữ “xóa”.');
  await word.fill('Xoá');
  await word.press('Enter');
  await expect(page.getByText(/^Đã xóa vĩnh viễn 1 mục, trả lại .* cho kho\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Đóng', exact: true }).last().click();
  await expect(namesIn(page, LIST)).toHaveText(['Cũ.pdf']);

  await page.getByRole('button', { name: 'Dọn sạch thùng rác' }).click();
  await word.fill('xóa');
  await sure.getByRole('button', { name: 'Xóa vĩnh viễn' }).click();
  await expect(page.getByText(/^Đã xóa vĩnh viễn 1 mục/)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Thùng rác trống' })).toBeVisible();
});

test('H1 keeps the trash in sight when its next page does not come', async ({ hoa, page }) => {
  const ids = [];
  for (let number = 1; number <= 101; number += 1) ids.push((await hoa.folder(hoa.root, `Tờ ${number}`)).id);
  await hoa.post('/entries/trash', { ids });
  const next = /\/trash\?.*cursor=/;
  await page.route(next, (route) => route.abort());
  await page.goto('/trash?sort=name');
  await expect(namesIn(page, LIST).first()).toHaveText('Tờ 1');
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const problem = page.getByRole('alert').filter({ hasText: 'Không có kết nối mạng' });
  await expect(problem).toBeVisible();
  await expect(page.getByRole('link', { name: 'Tờ 100', exact: true })).toBeVisible();
  await page.unroute(next);
  // Scrolling asks too, so the button is pressed from where the window is.
  await problem.getByRole('button', { name: 'Thử lại' }).dispatchEvent('click');
  await expect(problem).toBeHidden();
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(page.getByRole('link', { name: 'Tờ 101', exact: true })).toBeVisible();
});
