/** All that is done with files, done by the keyboard alone (UX principle 6): not one click, and no focus set by the test. */
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { Keys } from './keys';
import { namesIn } from './lists';
import { expect, pdf, test } from './support';

const PDF = 'application/pdf';

const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true });
const inMain = (page: Page, name: string): Locator => page.getByRole('main').getByRole('link', { name, exact: true });
const said = (page: Page, text: string): Locator => page.getByText(text, { exact: true });

test('B1 B2 B3 C7 C8 C9 C10 makes, orders, renames, moves and deletes folders by keyboard', async ({ hoa, page }) => {
  await hoa.folder(hoa.root, 'Lưu');
  const keys = new Keys(page);
  const own = namesIn(page, 'Thư mục của tôi');
  await page.goto('/');
  await keys.enter(button(page, 'Dạng danh sách'));
  await expect(button(page, 'Dạng danh sách')).toHaveAttribute('aria-pressed', 'true');
  await keys.choose(button(page, /^Sắp xếp/), 'Tên, từ Y đến A', 'Shift+Tab');
  await expect(page).toHaveURL(/sort=-name/);
  await keys.choose(button(page, /^Sắp xếp/), 'Tên, từ A đến Y', 'Shift+Tab');

  await keys.choose(button(page, 'Thêm'), 'Thư mục mới', 'Shift+Tab');
  await keys.to(page.getByLabel('Tên thư mục'));
  await keys.type('Giấy tờ của con');
  await keys.press('Enter');
  await expect(said(page, 'Đã tạo thư mục “Giấy tờ của con”.')).toBeVisible();

  await keys.row('Thư mục của tôi', 'Giấy tờ của con');
  await keys.press('F2');
  await expect(page.getByLabel('Tên thư mục')).toBeFocused();
  await keys.press('Control+a');
  await keys.type('Giấy tờ của Mai');
  await keys.press('Enter');
  await expect(said(page, 'Đã đổi tên thành “Giấy tờ của Mai”.')).toBeVisible();

  await keys.row('Thư mục của tôi', 'Giấy tờ của Mai');
  await keys.press('Delete');
  await expect(own).toHaveText(['Lưu']);
  await keys.press('Control+z');
  await expect(own).toHaveText(['Giấy tờ của Mai', 'Lưu']);

  await keys.row('Thư mục của tôi', 'Giấy tờ của Mai');
  await keys.press('Shift+F10');
  await keys.take('Chuyển đến…');
  await keys.to(page.getByRole('treeitem', { name: 'Lưu' }), 'ArrowDown');
  await keys.press('Enter');
  await keys.enter(button(page, 'Chuyển vào đây'));
  await expect(said(page, 'Đã chuyển “Giấy tờ của Mai” đến “Lưu”.')).toBeVisible();

  // Into it, and by the breadcrumb back out.
  await keys.row('Thư mục của tôi', 'Lưu');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Lưu', level: 1 })).toBeVisible();
  await expect(inMain(page, 'Giấy tờ của Mai')).toBeVisible();
  await keys.enter(page.getByRole('navigation', { name: 'Đường đến thư mục này' }).getByRole('link').first());
  await expect(own).toHaveText(['Lưu']);
});

test('D4 adds, pauses, goes on, gives up and settles a taken name by keyboard', async ({ hoa, page }) => {
  await hoa.addPdf(hoa.root, 'Sổ hộ khẩu.pdf', 'Ban cu');
  const keys = new Keys(page);
  const tray = page.getByRole('region', { name: 'Giấy tờ đang thêm' });
  const add = async (...files: { name: string; buffer: Buffer }[]) => {
    const chooser = page.waitForEvent('filechooser');
    await keys.choose(button(page, 'Thêm'), 'Thêm giấy tờ');
    await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: PDF })));
  };
  await page.goto(`/folders/${hoa.root}`);
  await expect(inMain(page, 'Sổ hộ khẩu.pdf')).toBeVisible();
  const long = Buffer.concat([await pdf('Dai'), Buffer.alloc(24 * 1024 * 1024, ' ')]);
  // A slow network, so that there is time for the keys.
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 * 1024 * 1024 };
  await network.send('Network.emulateNetworkConditions', slow);
  await add({ name: 'Bản quét.pdf', buffer: long }, { name: 'Bỏ đi.pdf', buffer: long });
  await keys.enter(tray.getByRole('button', { name: 'Tạm dừng Bản quét.pdf' }));
  await expect(tray).toContainText('Đang tạm dừng');
  await keys.enter(tray.getByRole('button', { name: 'Bỏ, không thêm Bỏ đi.pdf' }));
  await expect(tray).not.toContainText('Bỏ đi.pdf');
  await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await keys.enter(tray.getByRole('button', { name: 'Gửi tiếp Bản quét.pdf' }), 'Shift+Tab');
  await expect(inMain(page, 'Bản quét.pdf')).toBeVisible({ timeout: 30_000 });

  await add({ name: 'Sổ hộ khẩu.pdf', buffer: await pdf('Ban moi') });
  const dialog = page.getByRole('dialog', { name: 'Trùng tên' });
  await keys.to(dialog.getByRole('radio', { name: 'Giữ cả hai' }));
  await keys.press('ArrowDown');
  await expect(dialog.getByRole('radio', { name: 'Là lần cập nhật mới' })).toBeChecked();
  await keys.press('Enter');
  await expect(tray).toContainText('Đã thêm lần cập nhật mới');
  const kept = (await hoa.children(hoa.root)).filter(({ kind }) => kind === 'document').map(({ name }) => name);
  expect(kept).toEqual(['Bản quét.pdf', 'Sổ hộ khẩu.pdf']);
});

test('D5 D13 D14 D12 F5 fills in, updates, restores, shares and revokes by keyboard', async ({ hoa, minh, page }) => {
  const paper = await hoa.addPdf(hoa.root, 'scan0001.pdf', 'Lan mot');
  await minh.get('/me');
  const keys = new Keys(page);
  await page.goto(`/folders/${hoa.root}`);
  await keys.row('Kho của tôi', 'scan0001.pdf');
  await keys.press('Shift+F10');
  await keys.take('Xem thông tin');
  const panel = page.getByRole('complementary');
  const tab = (name: string): Locator => panel.getByRole('tab', { name });

  await keys.enter(panel.getByRole('button', { name: 'Điền thông tin' }));
  await keys.to(panel.getByLabel('Tên gọi'));
  await keys.type('Giấy khai sinh của An');
  await keys.to(panel.getByLabel('Loại giấy tờ'));
  await keys.press('ArrowDown');
  await keys.to(panel.getByLabel('Số', { exact: true }));
  await keys.type('123/2019');
  await keys.press('Enter');
  await expect(said(page, 'Đã lưu thông tin.')).toBeVisible();
  const { document } = await hoa.get<typeof paper>(`/entries/${paper.id}`);
  expect(document).toMatchObject({ title: 'Giấy khai sinh của An', number: '123/2019', type_code: expect.any(String) });

  await keys.to(tab('Tổng quan'), 'Shift+Tab');
  await keys.to(tab('Lần cập nhật'), 'ArrowRight');
  const chooser = page.waitForEvent('filechooser');
  await keys.enter(panel.getByRole('button', { name: 'Thêm lần cập nhật' }));
  await (await chooser).setFiles({ name: 'moi.pdf', mimeType: PDF, buffer: await pdf('Lan hai') });
  await keys.to(panel.getByLabel('Vì sao cập nhật?'));
  await keys.type('Bản quét rõ hơn');
  await keys.enter(panel.getByRole('button', { name: 'Thêm lần cập nhật' }));
  await expect(panel.getByRole('listitem')).toHaveCount(2);
  const first = panel.getByRole('listitem').last();
  const saving = page.waitForEvent('download');
  await keys.enter(first.getByRole('link', { name: /Tải về/ }));
  const versions = `/entries/${paper.id}/versions`;
  const bytes = await (await hoa.api.get(`/api/v1${versions}/1/content`)).body();
  expect(await readFile(await (await saving).path())).toEqual(bytes);
  await keys.enter(first.getByRole('button', { name: /Dùng lại/ }));
  await expect(panel.getByRole('listitem')).toHaveCount(3);

  await keys.to(tab('Lần cập nhật'), 'Shift+Tab');
  await keys.to(tab('Chia sẻ'), 'ArrowRight');
  await keys.enter(panel.getByRole('button', { name: 'Chia sẻ' }));
  const dialog = page.getByRole('dialog');
  await keys.to(dialog.getByLabel('Chia sẻ với ai?'));
  await keys.type(minh.person.identity);
  await keys.press('Enter');
  await keys.enter(dialog.getByRole('button', { name: 'Chia sẻ với Trần Văn Minh' }));
  await expect(panel.getByRole('listitem').filter({ hasText: 'Trần Văn Minh' })).toBeVisible();
  await keys.enter(panel.getByRole('button', { name: /^Thu hồi/ }));
  await keys.enter(panel.getByRole('button', { name: /^Thu hồi/ }).last());
  await expect(panel.getByRole('listitem').filter({ hasText: 'Trần Văn Minh' })).toHaveCount(0);

  await keys.to(tab('Chia sẻ'), 'Shift+Tab');
  await keys.to(tab('Ai đã xem'), 'ArrowRight');
  await expect(panel.getByRole('tabpanel')).toBeVisible();
  await keys.press('Escape');
  // The focus is back at the row whose menu was opened.
  await expect(page.locator(':focus')).toHaveAccessibleName('Việc có thể làm với Giấy khai sinh của An');
});

test('D11 D17 D6 chooses several, takes them along and reads one by keyboard', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Học bạ');
  for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) await hoa.addPdf(folder.id, name);
  const keys = new Keys(page);
  await page.goto(`/folders/${folder.id}`);
  await keys.row('Học bạ', 'a.pdf');
  await keys.press('Control+a');
  const bar = page.getByRole('toolbar');
  await expect(bar).toContainText('Đã chọn 3 mục');
  const saving = page.waitForEvent('download');
  await keys.enter(bar.getByRole('button', { name: 'Tải về' }), 'Shift+Tab');
  expect((await saving).suggestedFilename()).toBe('giay-to.zip');
  await keys.row('Học bạ', 'a.pdf');
  await keys.press('Escape');
  await expect(bar).toBeHidden();

  await keys.press('Space', 'Shift+ArrowRight');
  await keys.enter(bar.getByRole('button', { name: 'Xóa' }), 'Shift+Tab');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['c.pdf']);
  await keys.press('Control+z');
  await expect(namesIn(page, 'Học bạ')).toHaveText(['a.pdf', 'b.pdf', 'c.pdf']);

  await keys.row('Học bạ', 'a.pdf');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'a.pdf', level: 1 })).toBeVisible();
  await expect(page.locator('canvas').first()).toBeVisible();
  await keys.enter(page.getByRole('link', { name: /^Giấy tờ sau|^Tiếp/ }));
  await expect(page.getByRole('heading', { name: 'b.pdf', level: 1 })).toBeVisible();
});
