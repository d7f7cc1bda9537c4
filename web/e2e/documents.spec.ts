/** Documents in their folder (D1–D6, D17), and choosing several. */
import { act, namesIn } from './lists';
import { expect, pdf, test, type Vault } from './support';

/** A folder “Học bạ” with papers of these names. */
async function folderOf(vault: Vault, ...files: string[]): Promise<string> {
  const folder = await vault.folder(vault.root, 'Học bạ');
  for (const file of files) await vault.addPdf(folder.id, file);
  return folder.id;
}

test('D1 shows papers with what matters about them, as a grid and as a list', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Học bạ');
  const paper = await hoa.addPdf(folder.id, 'scan-0012.pdf');
  await hoa.patch(`/entries/${paper.id}`, paper.rev, {
    title: 'Bằng tốt nghiệp của Mai',
    type_code: 'diploma',
    number: 'DH-0990',
    authority: 'Trường Đại học Kho Mẫu',
    expires_on: '2020-01-31',
  });
  await page.goto(`/folders/${folder.id}`);
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'Bằng tốt nghiệp của Mai' }) });
  const facts = [
    'Bằng tốt nghiệp',
    'Số DH-0990',
    'Nơi cấp: Trường Đại học Kho Mẫu',
    'Đã hết hạn 31/01/2020',
    'Tự bổ sung',
  ];
  for (const fact of facts) await expect(card).toContainText(fact);
  await expect(card).toContainText('scan-0012.pdf');

  await page.getByRole('button', { name: 'Dạng danh sách' }).click();
  for (const fact of facts) await expect(card).toContainText(fact);
});

test('D1 shows the first page of a paper in small, moments after it was added', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Học bạ');
  await page.goto(`/folders/${folder.id}`);
  await page
    .locator('input[type=file][multiple]')
    .setInputFiles({ name: 'moi.pdf', mimeType: 'application/pdf', buffer: await pdf('moi') });
  const picture = page.getByRole('listitem').filter({ hasText: 'moi.pdf' }).locator('img');
  await expect(picture).toHaveJSProperty('complete', true);
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0);
});

test('D2 sorts papers by name, time and size, folders before them', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Học bạ');
  await hoa.add(folder.id, 'Tờ 10.pdf', await pdf('mot', 'hai', 'ba'));
  await hoa.add(folder.id, 'Đơn.pdf', await pdf('mot'));
  await hoa.add(folder.id, 'Tờ 2.pdf', await pdf('mot', 'hai'));
  await hoa.folder(folder.id, 'Xưa');
  const orders = {
    name: ['Xưa', 'Đơn.pdf', 'Tờ 2.pdf', 'Tờ 10.pdf'],
    '-name': ['Xưa', 'Tờ 10.pdf', 'Tờ 2.pdf', 'Đơn.pdf'],
    updated_at: ['Xưa', 'Tờ 10.pdf', 'Đơn.pdf', 'Tờ 2.pdf'],
    '-updated_at': ['Xưa', 'Tờ 2.pdf', 'Đơn.pdf', 'Tờ 10.pdf'],
    size: ['Xưa', 'Đơn.pdf', 'Tờ 2.pdf', 'Tờ 10.pdf'],
    '-size': ['Xưa', 'Tờ 10.pdf', 'Tờ 2.pdf', 'Đơn.pdf'],
  };
  for (const [sort, order] of Object.entries(orders)) {
    await page.goto(`/folders/${folder.id}?sort=${sort}`);
    await expect(namesIn(page, 'Học bạ')).toHaveText(order);
  }
});

test('D3 keeps sub-folders in place: opens them, goes back, makes one inside', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Học bạ');
  await hoa.folder(folder.id, 'Lớp 1');
  await page.goto(`/folders/${folder.id}`);
  await page.getByRole('link', { name: 'Lớp 1' }).click();
  await expect(page.getByRole('heading', { name: 'Lớp 1', level: 1 })).toBeVisible();
  const way = page.getByRole('navigation', { name: 'Đường đến thư mục này' });
  await expect(way.getByRole('link')).toHaveText(['Kho của tôi', 'Học bạ']);

  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Thư mục mới' }).click();
  await page.getByLabel('Tên thư mục').fill('Kỳ 1');
  await page.keyboard.press('Enter');
  await expect(namesIn(page, 'Lớp 1')).toHaveText(['Kỳ 1']);

  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Học bạ', level: 1 })).toBeVisible();
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Lớp 1']);
});

test('D4 D16 adds a paper, which appears in the list at once', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'cu.pdf');
  await page.goto(`/folders/${folder}`);
  await expect(namesIn(page, 'Học bạ')).toHaveText(['cu.pdf']);
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Thêm giấy tờ' }).click();
  await (await choosing).setFiles({ name: 'moi.pdf', mimeType: 'application/pdf', buffer: await pdf('moi') });
  await expect(namesIn(page, 'Học bạ')).toHaveText(['cu.pdf', 'moi.pdf']);
});

test('D5 renames a paper and keeps its extension', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'scan-0012.pdf');
  await page.goto(`/folders/${folder}`);
  await page.getByRole('link', { name: 'scan-0012.pdf' }).focus();
  await page.keyboard.press('F2');
  await expect(page.getByLabel('Tên tệp')).toHaveValue('scan-0012');
  await expect(page.getByRole('dialog')).toContainText('.pdf');
  await page.getByLabel('Tên tệp').fill('Học bạ lớp 1');
  await page.keyboard.press('Enter');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Học bạ lớp 1.pdf']);
});

test('D6 deletes a paper, and takes it back @smoke', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'a.pdf', 'b.pdf');
  await page.goto(`/folders/${folder}`);
  await act(page, 'a.pdf', 'Xóa');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['b.pdf']);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(namesIn(page, 'Học bạ')).toHaveText(['a.pdf', 'b.pdf']);
});

test('D17 moves several papers at once, and lets choose where a name is taken', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'a.pdf', 'b.pdf', 'c.pdf');
  const target = await hoa.folder(hoa.root, 'Lưu');
  await hoa.addPdf(target.id, 'b.pdf');
  await page.goto(`/folders/${folder}`);
  await page.getByRole('link', { name: 'a.pdf' }).click({ modifiers: ['Control'] });
  await page.getByRole('link', { name: 'b.pdf' }).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar');
  await expect(bar).toContainText('Đã chọn 2 mục');
  await bar.getByRole('button', { name: 'Chuyển đến…' }).click();
  await page.getByRole('treeitem', { name: 'Lưu' }).getByText('Lưu').click();
  await page.getByRole('button', { name: 'Chuyển vào đây' }).click();

  const conflict = page.getByRole('dialog', { name: 'Trùng tên' });
  await expect(conflict).toContainText('b.pdf');
  await conflict.getByRole('button', { name: 'Giữ cả hai' }).click();
  await expect(namesIn(page, 'Học bạ')).toHaveText(['c.pdf']);
  const kept = (await hoa.children(target.id)).map(({ name }) => name);
  expect(kept).toEqual(['a.pdf', 'b (2).pdf', 'b.pdf']);
});

test('D17 moves a paper by dragging it into a folder', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'a.pdf');
  const inner = await hoa.folder(folder, 'Lớp 1');
  await page.goto(`/folders/${folder}`);
  await page.getByRole('link', { name: 'a.pdf' }).dragTo(page.getByRole('link', { name: 'Lớp 1' }));
  await expect(namesIn(page, 'Học bạ')).toHaveText(['Lớp 1']);
  expect((await hoa.children(inner.id)).map(({ name }) => name)).toEqual(['a.pdf']);
});

test('D13 downloads what is chosen as one ZIP file @smoke', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'a.pdf', 'b.pdf');
  await page.goto(`/folders/${folder}`);
  await page.getByRole('link', { name: 'a.pdf' }).focus();
  await page.keyboard.press('Control+a');
  const download = page.waitForEvent('download');
  await page.getByRole('toolbar').getByRole('button', { name: 'Tải về' }).click();
  expect((await download).suggestedFilename()).toBe('giay-to.zip');
});

test('D17 D6 does all of it by keyboard alone', async ({ hoa, page }) => {
  const folder = await folderOf(hoa, 'a.pdf', 'b.pdf', 'c.pdf');
  await hoa.folder(hoa.root, 'Lưu');
  await page.goto(`/folders/${folder}`);
  const focused = page.locator(':focus');
  await page.getByRole('link', { name: 'a.pdf' }).focus();
  await page.keyboard.press('End');
  await expect(focused).toHaveText('c.pdf');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(focused).toHaveText('b.pdf');

  // Rows take one step of Tab: the box, the name, the menu.
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByRole('toolbar')).toContainText('Đã chọn 2 mục');
  await page.keyboard.press('Delete');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['a.pdf']);
  await expect(focused).toHaveText('a.pdf');

  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem', { name: 'Mở' })).toBeFocused();
  for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowDown');
  await expect(focused).toHaveText('Chuyển đến…');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('treeitem', { name: 'Kho của tôi' })).toBeFocused();
  await expect(page.getByRole('treeitem', { name: 'Lưu' })).toBeVisible();
  await page.keyboard.press('End');
  for (const name of ['Y tế – Bảo hiểm', 'Tư pháp', 'Thuế – Tài chính', 'Phương tiện – Giấy phép lái xe', 'Lưu']) {
    await expect(page.getByRole('treeitem', { name })).toBeFocused();
    await page.keyboard.press(name === 'Lưu' ? 'Enter' : 'ArrowUp');
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã chuyển “a.pdf” đến “Lưu”.')).toBeVisible();

  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toContainText('Đến ô tìm giấy tờ');
  await page.keyboard.press('Escape');
});

test('D17 chooses by a long press on a phone', async ({ hoa, browser, baseURL, page }) => {
  const folder = await folderOf(hoa, 'a.pdf', 'b.pdf');
  const phone = await browser.newContext({
    baseURL,
    viewport: { width: 360, height: 800 },
    hasTouch: true,
    isMobile: true,
    storageState: await page.context().storageState(),
  });
  const touch = await phone.newPage();
  await touch.goto(`/folders/${folder}`);
  const box = await touch.getByRole('link', { name: 'a.pdf' }).boundingBox();
  if (!box) throw new Error('a.pdf is not shown');
  const at = { x: box.x + 20, y: box.y + 10 };
  const cdp = await phone.newCDPSession(touch);
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  await expect(touch.getByRole('toolbar')).toContainText('Đã chọn 1 mục');
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });

  // While something is chosen a tap chooses more.
  await touch.getByRole('link', { name: 'b.pdf' }).tap();
  await expect(touch.getByRole('toolbar')).toContainText('Đã chọn 2 mục');
  await touch.getByRole('toolbar').getByRole('button', { name: 'Xóa' }).tap();
  await expect(touch.getByRole('heading', { name: 'Thư mục chưa có gì' })).toBeVisible();
  await phone.close();
});
