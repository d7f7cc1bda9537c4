/** The panel of one folder or document: what it is, its updates, its shares, who looked. */
import type { Locator, Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, pdf, test, type Vault } from './support';

const panel = (page: Page, name: string): Locator => page.getByRole('complementary', { name });

async function openPanel(page: Page, entry: { id: string; parent_id?: string | null }, tab?: string) {
  await page.goto(`/folders/${entry.parent_id}?details=${entry.id}${tab ? `&tab=${tab}` : ''}`);
}

/** Shares with somebody, and has them look: at the details, and at the content with a reason. */
async function sharedAndSeen(owner: Vault, looker: Vault, entry: string, why: string) {
  const recipient = { login: looker.person.login };
  await owner.post('/grants', { entry_id: entry, recipient, rights: ['view', 'download'] });
  await looker.get(`/entries/${entry}`);
  await looker.get(`/entries/${entry}`);
  const headers = { 'Kho-Purpose': encodeURIComponent(why) };
  await looker.api.get(`/api/v1/entries/${entry}/content`, { headers });
}

test('D5 fills in and changes what is known of a document @smoke', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  const document = await hoa.addPdf(folder.id, 'scan0001.pdf');
  await openPanel(page, document);
  const details = panel(page, 'scan0001.pdf');
  await expect(details.getByText('Tự bổ sung')).toBeVisible();
  await details.getByRole('button', { name: 'Điền thông tin' }).click();
  await details.getByLabel('Tên gọi').fill('Giấy khai sinh của An');
  await details.getByLabel('Loại giấy tờ').selectOption('Giấy khai sinh');
  await details.getByLabel('Số', { exact: true }).fill('123/2019');
  await details.getByLabel('Nơi cấp').fill('UBND xã Suối Mơ');
  await details.getByLabel('Ngày cấp').fill('2019-03-05');
  await details.getByLabel('Có giá trị đến').fill('2018-01-01');
  await expect(details.getByText('Ngày hết giá trị phải sau ngày cấp.')).toBeVisible();
  await details.getByLabel('Có giá trị đến').fill('');
  await details.getByLabel('Từ khóa').fill('con, trường học');
  await details.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu thông tin.')).toBeVisible();
  await expect(panel(page, 'Giấy khai sinh của An')).toContainText('05/03/2019');
  await expect(page.getByRole('main').getByRole('link', { name: 'Giấy khai sinh của An' })).toBeVisible();
  const { document: known } = await hoa.get<typeof document>(`/entries/${document.id}`);
  expect(known).toMatchObject({
    title: 'Giấy khai sinh của An',
    type_code: 'birth-certificate',
    number: '123/2019',
    authority: 'UBND xã Suối Mơ',
    issued_on: '2019-03-05',
    tags: ['con', 'trường học'],
  });
});

test('D5 overwrites nothing that was changed elsewhere meanwhile', async ({ hoa, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Hợp đồng.pdf');
  await openPanel(page, document);
  const details = panel(page, 'Hợp đồng.pdf');
  await details.getByRole('button', { name: 'Điền thông tin' }).click();
  await details.getByLabel('Ghi chú').fill('Bản chính ở nhà');
  await hoa.patch(`/entries/${document.id}`, document.rev, { number: '77' });
  await details.getByRole('button', { name: 'Lưu' }).click();
  await expect(details.getByRole('alert')).toContainText('vừa được sửa ở nơi khác');
  await expect(details.getByLabel('Số', { exact: true })).toHaveValue('77');
  await expect(details.getByLabel('Ghi chú')).toHaveValue('Bản chính ở nhà');
  await details.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã lưu thông tin.')).toBeVisible();
  const { document: known } = await hoa.get<typeof document>(`/entries/${document.id}`);
  expect(known).toMatchObject({ number: '77', note: 'Bản chính ở nhà' });
});

test('D5 D6 says why an authenticated document is locked', async ({ hoa, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Căn cước.pdf');
  // Authenticating is the issuer's act, which no citizen can do.
  await page.route(`**/api/v1/entries/${document.id}`, async (route) => {
    const answer = await route.fetch();
    const entry = (await answer.json()) as typeof document;
    if (entry.document) Object.assign(entry.document, { authenticated: true, trust_level: 3 });
    await route.fulfill({ response: answer, json: entry });
  });
  await openPanel(page, document);
  const details = panel(page, 'Căn cước.pdf');
  await expect(details).toContainText('Giấy tờ này đã xác thực nên không sửa, cập nhật hoặc xóa được');
  await expect(details).toContainText('Cơ quan cấp đã ký số trên giấy tờ này, và kho đã kiểm tra chữ ký.');
  await expect(details.getByRole('button', { name: /Điền|Sửa/ })).toHaveCount(0);
  await details.getByRole('tab', { name: 'Lần cập nhật' }).click();
  await expect(details.getByText('đang dùng')).toBeVisible();
  await expect(details.getByRole('button', { name: 'Thêm lần cập nhật' })).toHaveCount(0);
});

test('D14 shows the history, and puts an earlier version into use again and back @smoke', async ({ hoa, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Sổ tiêm chủng.pdf', 'Ban 1');
  await openPanel(page, document, 'versions');
  const details = panel(page, 'Sổ tiêm chủng.pdf');
  const history = details.getByRole('list').getByRole('listitem');
  await expect(history).toHaveCount(1);

  const chooser = page.waitForEvent('filechooser');
  await details.getByRole('button', { name: 'Thêm lần cập nhật' }).click();
  const newer = { name: 'scan.pdf', mimeType: 'application/pdf', buffer: await pdf('Ban 2') };
  await (await chooser).setFiles(newer);
  await details.getByLabel('Vì sao cập nhật?').fill('Thêm mũi mới');
  await details.getByRole('button', { name: 'Thêm lần cập nhật' }).click();
  await expect(history).toHaveCount(2);
  await expect(history.first()).toContainText('Lần 2 đang dùng');
  await expect(history.first()).toContainText('Thêm mũi mới');
  await expect(history.first()).toContainText('Bạn ·');

  const download = page.waitForEvent('download');
  await details.getByRole('link', { name: 'Tải về Lần 1' }).click();
  const first = await readFile(await (await download).path());
  expect(first.equals(await (await hoa.api.get(`/api/v1/entries/${document.id}/versions/1/content`)).body())).toBe(
    true,
  );

  await details.getByRole('button', { name: 'Dùng lại Lần 1' }).click();
  await expect(page.getByText('Đã dùng lại lần 1.')).toBeVisible();
  await expect(history.first()).toContainText('Dùng lại nội dung của lần 1');
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(history).toHaveCount(4);
  await expect(history.first()).toContainText('Dùng lại nội dung của lần 2');
});

test('D14 takes a version of the same kind of file alone', async ({ hoa, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Bằng tốt nghiệp.pdf');
  await openPanel(page, document, 'versions');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Thêm lần cập nhật' }).click();
  await (await chooser).setFiles({ name: 'anh.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  await expect(page.getByRole('alert')).toContainText('phải cùng loại tệp với giấy tờ này (.pdf)');
});

test('D14 says who made each version', async ({ hoa, minh, page }) => {
  const folder = await hoa.folder(hoa.root, 'Chung');
  const recipient = { login: minh.person.login };
  await hoa.post('/grants', { entry_id: folder.id, recipient, rights: ['view', 'download', 'edit'] });
  const document = await minh.addPdf(folder.id, 'Của Minh.pdf');
  await openPanel(page, document, 'versions');
  await expect(panel(page, 'Của Minh.pdf').getByRole('listitem')).toContainText('Trần Văn Minh');
});

test('B6 C6 shows the details of default and own folders', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  await hoa.addPdf(folder.id, 'Một.pdf');
  await openPanel(page, folder);
  const details = panel(page, 'Hộ tịch');
  await expect(details).toContainText('Đây là thư mục mặc định của kho');
  await expect(details).toContainText('1 giấy tờ');
  await expect(details.getByRole('tab', { name: 'Lần cập nhật' })).toHaveCount(0);
  const own = await hoa.folder(folder.id, 'Của con');
  await openPanel(page, own);
  await expect(panel(page, 'Của con').getByRole('link', { name: 'Hộ tịch' })).toBeVisible();
});

test('D12 F5 shares from the details and revokes there', async ({ hoa, minh, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Giấy ra viện.pdf');
  await openPanel(page, document, 'shares');
  const details = panel(page, 'Giấy ra viện.pdf');
  await details.getByRole('button', { name: 'Chia sẻ' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Chia sẻ với ai?').fill(minh.person.identity);
  await dialog.getByRole('button', { name: 'Chia sẻ với Trần Văn Minh' }).click();
  await expect(dialog).toBeHidden();
  await expect(details.getByText('Trần Văn Minh')).toBeVisible();
  await details.getByRole('button', { name: 'Thu hồi quyền của Trần Văn Minh' }).click();
  await details.getByRole('button', { name: 'Thu hồi', exact: true }).click();
  await expect(details).toContainText('Đã thu hồi.');
  const answer = await minh.api.get(`/api/v1/entries/${document.id}`);
  expect(answer.status()).toBe(404);
});

test('says who looked, when and why', async ({ hoa, minh, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Bảo hiểm y tế.pdf');
  await sharedAndSeen(hoa, minh, document.id, 'Làm hồ sơ nhập học');
  await openPanel(page, document, 'looks');
  const details = panel(page, 'Bảo hiểm y tế.pdf');
  const looks = details.getByRole('listitem');
  await expect(looks).toHaveCount(2);
  await expect(looks.nth(0)).toContainText('Trần Văn Minh đã mở hoặc tải về');
  await expect(looks.nth(0)).toContainText('Lý do: Làm hồ sơ nhập học');
  await expect(looks.nth(1)).toContainText('Trần Văn Minh đã xem thông tin, 2 lần');
  await expect(looks.nth(1)).toContainText('Không ghi lý do');
  const now = new Date();
  await expect(
    details.getByRole('heading', { name: `tháng ${now.getMonth() + 1} năm ${now.getFullYear()}` }),
  ).toBeVisible();
  await details.getByRole('radio', { name: 'Mọi việc' }).check();
  await expect(details).toContainText('Bạn đã chia sẻ với Trần Văn Minh');
  await expect(details).toContainText('Bạn đã thêm vào kho');
});

test('is for the owner to know who looked', async ({ hoa, minh, page }) => {
  const document = await minh.addPdf(minh.root, 'Của Minh.pdf');
  const recipient = { login: hoa.person.login };
  await minh.post('/grants', { entry_id: document.id, recipient, rights: ['view'] });
  await page.goto(`/shared/with-me?details=${document.id}`);
  const details = panel(page, 'Của Minh.pdf');
  await expect(details).toContainText('Giấy tờ này được chia sẻ với bạn để xem');
  await expect(details.getByRole('tab', { name: 'Ai đã xem' })).toHaveCount(0);
  await expect(details.getByRole('button', { name: /Điền|Sửa/ })).toHaveCount(0);
});

test('goes by keyboard from part to part, and back to where the focus was', async ({ hoa, page }) => {
  const document = await hoa.addPdf(hoa.root, 'Hộ chiếu.pdf');
  await page.goto(`/folders/${hoa.root}`);
  const card = page.getByRole('main').getByRole('link', { name: 'Hộ chiếu.pdf' });
  await card.focus();
  await page.evaluate((id) => {
    const link = Object.assign(window.document.createElement('a'), { href: `?details=${id}` });
    window.document.body.append(link);
    link.click();
    link.remove();
  }, document.id);
  const details = panel(page, 'Hộ chiếu.pdf');
  await expect(details.getByRole('heading', { name: 'Hộ chiếu.pdf' })).toBeFocused();
  await details.getByRole('tab', { name: 'Tổng quan' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(details.getByRole('tab', { name: 'Chữ ký' })).toBeFocused();
  await expect(details.getByRole('tabpanel')).toContainText('Không có chữ ký số');
  await page.keyboard.press('End');
  await expect(details.getByRole('tab', { name: 'Ai đã xem' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(card).toBeFocused();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 800 }, hasTouch: true });

  test('shows who looked at a paper last month and why in 2 taps', async ({ hoa, minh, page }) => {
    const document = await hoa.addPdf(hoa.root, 'Bảo hiểm y tế.pdf');
    await sharedAndSeen(hoa, minh, document.id, 'Làm hồ sơ nhập học');
    await page.goto('/');
    let taps = 0;
    const tap = async (target: Locator) => {
      taps += 1;
      await target.tap();
    };
    await tap(page.getByRole('main').getByRole('link', { name: 'Bảo hiểm y tế.pdf' }).first());
    await tap(page.getByRole('link', { name: 'Xem danh sách' }).first());
    await expect(page.getByRole('dialog')).toContainText('Trần Văn Minh đã mở hoặc tải về');
    await expect(page.getByRole('dialog')).toContainText('Lý do: Làm hồ sơ nhập học');
    expect(taps).toBe(2);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });
});
