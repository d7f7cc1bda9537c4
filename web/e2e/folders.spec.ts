/** Default folders (B) and own folders (C), as people use them. */
import { act, namesIn, orderBy } from './lists';
import { expect, test } from './support';

const BY_NAME = [
  'Cư trú',
  'Đất đai – Nhà ở',
  'Giấy tờ khác',
  'Giấy tờ tùy thân',
  'Học tập – Bằng cấp',
  'Hộ tịch',
  'Lao động – Kinh doanh',
  'Phương tiện – Giấy phép lái xe',
  'Thuế – Tài chính',
  'Tư pháp',
  'Y tế – Bảo hiểm',
];

test('B1 B2 shows the default folders as a grid and as a list, and remembers which', async ({ hoa, page }) => {
  await hoa.addPdf((await hoa.defaultFolder('health')).id, 'the-bao-hiem.pdf');
  await page.goto('/');
  const folders = namesIn(page, 'Thư mục mặc định');
  await expect(folders).toHaveText(BY_NAME);
  await expect(page.getByRole('listitem').filter({ hasText: 'Y tế – Bảo hiểm' })).toContainText('1 giấy tờ');
  await expect(page.getByRole('button', { name: 'Dạng ô' })).toHaveAttribute('aria-pressed', 'true');

  await page.getByRole('button', { name: 'Dạng danh sách' }).click();
  await expect(folders).toHaveText(BY_NAME);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Dạng danh sách' })).toHaveAttribute('aria-pressed', 'true');
  await expect(folders).toHaveText(BY_NAME);
});

test('B3 B4 sorts the default folders by name and by time, both ways', async ({ hoa, page }) => {
  await page.goto('/');
  const folders = namesIn(page, 'Thư mục mặc định');
  await orderBy(page, 'Tên, từ Y đến A');
  await expect(folders).toHaveText([...BY_NAME].reverse());

  // The order stands in the address, so that it can be kept and shared.
  await expect(page).toHaveURL(/sort=-name/);
  for (const [choice, sort] of [
    ['Mới thay đổi trước', '-updated_at'],
    ['Cũ trước', 'updated_at'],
  ] as const) {
    const wanted = await hoa.get<{ items: { name: string }[] }>(`/entries/${hoa.root}/children?sort=${sort}`);
    await orderBy(page, choice);
    await expect(folders).toHaveText(wanted.items.map(({ name }) => name));
  }
});

test('B5 B6 offers sharing and details of a default folder, and says why it is locked', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('health');
  await page.goto('/');
  await page.getByRole('button', { name: 'Việc có thể làm với Y tế – Bảo hiểm' }).click();
  for (const locked of ['Đổi tên', 'Chuyển đến…', 'Xóa']) {
    await expect(page.getByRole('menuitem', { name: locked })).toBeDisabled();
  }
  await page.getByRole('menuitem', { name: 'Chia sẻ' }).click();
  await expect(page.getByRole('dialog')).toContainText('Y tế – Bảo hiểm');
  await page.keyboard.press('Escape');

  await act(page, 'Y tế – Bảo hiểm', 'Xem thông tin');
  await expect(page).toHaveURL(new RegExp(`details=${folder.id}`));

  await page.goto(`/folders/${folder.id}`);
  const why = { hasText: 'không đổi tên, chuyển hoặc xóa được' };
  await expect(page.getByRole('paragraph').filter(why)).toBeVisible();
});

test('C1 C2 shows own folders as a grid and as a list', async ({ hoa, page }) => {
  await hoa.folder(hoa.root, 'Giấy tờ của con');
  await page.goto('/');
  const own = namesIn(page, 'Thư mục của tôi');
  await expect(own).toHaveText(['Giấy tờ của con']);
  await page.getByRole('button', { name: 'Dạng danh sách' }).click();
  await expect(own).toHaveText(['Giấy tờ của con']);
});

test('C3 C4 sorts own folders by name and by time, both ways', async ({ hoa, page }) => {
  const parent = await hoa.folder(hoa.root, 'Sổ sách');
  for (const name of ['Tờ 10', 'Đơn', 'Tờ 2']) await hoa.folder(parent.id, name);
  await page.goto(`/folders/${parent.id}`);
  const folders = namesIn(page, 'Sổ sách');
  await expect(folders).toHaveText(['Đơn', 'Tờ 2', 'Tờ 10']);
  await orderBy(page, 'Tên, từ Y đến A');
  await expect(folders).toHaveText(['Tờ 10', 'Tờ 2', 'Đơn']);
  await orderBy(page, 'Mới thay đổi trước');
  await expect(folders).toHaveText(['Tờ 2', 'Đơn', 'Tờ 10']);

  // Heads of columns do the same, and turn the order round.
  await page.getByRole('button', { name: 'Dạng danh sách' }).click();
  const head = page.getByRole('group', { name: 'Thứ tự' });
  await head.getByRole('button', { name: 'Thay đổi' }).click();
  await expect(folders).toHaveText(['Tờ 10', 'Đơn', 'Tờ 2']);
  await head.getByRole('button', { name: 'Tên' }).click();
  await expect(folders).toHaveText(['Đơn', 'Tờ 2', 'Tờ 10']);
});

test('C5 C6 shares an own folder and shows its details', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Giấy tờ của con');
  await page.goto('/');
  await act(page, 'Giấy tờ của con', 'Chia sẻ');
  await expect(page.getByRole('dialog')).toContainText('Giấy tờ của con');
  await page.keyboard.press('Escape');
  await act(page, 'Giấy tờ của con', 'Xem thông tin');
  await expect(page).toHaveURL(new RegExp(`details=${folder.id}`));
});

test('C7 makes a folder, and lets choose where the name is taken @smoke', async ({ hoa, page }) => {
  const parent = await hoa.folder(hoa.root, 'Học bạ');
  await page.goto(`/folders/${parent.id}`);
  await expect(page.getByRole('heading', { name: 'Thư mục chưa có gì' })).toBeVisible();
  const make = async (name: string) => {
    await page.getByRole('button', { name: 'Thêm', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Thư mục mới' }).click();
    await page.getByLabel('Tên thư mục').fill(name);
    await page.getByRole('button', { name: 'Tạo thư mục' }).click();
  };
  await make('Lớp 1');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Lớp 1']);

  await make('lớp 1');
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('đã có mục cùng tên');
  await page.getByRole('button', { name: 'Giữ cả hai' }).click();
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Lớp 1', 'lớp 1 (2)']);

  await make('lớp 1');
  await page.getByLabel('Tên thư mục').fill('Lớp 2');
  await page.getByRole('button', { name: 'Tạo thư mục' }).click();
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Lớp 1', 'lớp 1 (2)', 'Lớp 2']);
});

test('C8 renames a folder, and takes it back', async ({ hoa, page }) => {
  await hoa.folder(hoa.root, 'Giay to cua con');
  await page.goto('/');
  await act(page, 'Giay to cua con', 'Đổi tên');
  await page.getByLabel('Tên thư mục').fill('Giấy tờ của con');
  await page.keyboard.press('Enter');
  await expect(namesIn(page, 'Thư mục của tôi')).toHaveText(['Giấy tờ của con']);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(namesIn(page, 'Thư mục của tôi')).toHaveText(['Giay to cua con']);
});

test('C9 deletes a folder without asking, and takes it back', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Cũ');
  await hoa.addPdf(folder.id, 'to-khai.pdf');
  await page.goto('/');
  await act(page, 'Cũ', 'Xóa');
  await expect(page.getByRole('status').filter({ hasText: 'Đã chuyển “Cũ” vào thùng rác' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Thư mục của tôi' })).toBeHidden();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(namesIn(page, 'Thư mục của tôi')).toHaveText(['Cũ']);
  expect(await hoa.children(folder.id)).toHaveLength(1);
});

test('C10 moves a folder by the dialog, and takes it back @smoke', async ({ hoa, page }) => {
  await hoa.folder(hoa.root, 'Lớp 1');
  const target = await hoa.folder(hoa.root, 'Học bạ');
  await page.goto('/');
  await act(page, 'Lớp 1', 'Chuyển đến…');
  const tree = page.getByRole('tree', { name: 'Chuyển đến thư mục nào?' });
  // A folder does not go into itself.
  await expect(tree.getByRole('treeitem', { name: 'Học bạ' })).toBeVisible();
  await expect(tree.getByRole('treeitem', { name: 'Lớp 1' })).toBeHidden();
  await tree.getByRole('treeitem', { name: 'Học bạ' }).getByText('Học bạ').click();
  await page.getByRole('button', { name: 'Chuyển vào đây' }).click();
  await expect(namesIn(page, 'Thư mục của tôi')).toHaveText(['Học bạ']);
  expect((await hoa.children(target.id)).map(({ name }) => name)).toEqual(['Lớp 1']);

  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(namesIn(page, 'Thư mục của tôi')).toHaveText(['Học bạ', 'Lớp 1']);
});

test('C10 moves a folder by dragging it onto another, and onto a step of the way', async ({ hoa, page }) => {
  const parent = await hoa.folder(hoa.root, 'Học bạ');
  await hoa.folder(parent.id, 'Lớp 1');
  const years = await hoa.folder(parent.id, 'Năm học');
  await page.goto(`/folders/${parent.id}`);
  await page.getByRole('link', { name: 'Lớp 1' }).dragTo(page.getByRole('link', { name: 'Năm học' }));
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Năm học']);

  await page.goto(`/folders/${years.id}`);
  const way = page.getByRole('navigation', { name: 'Đường đến thư mục này' });
  await page.getByRole('link', { name: 'Lớp 1' }).dragTo(way.getByRole('link', { name: 'Kho của tôi' }));
  await expect(page.getByRole('heading', { name: 'Thư mục chưa có gì' })).toBeVisible();
  expect((await hoa.children(hoa.root)).map(({ name }) => name)).toContain('Lớp 1');
});
