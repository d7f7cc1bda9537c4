/** The catalogue as administrators keep it (J8). */
import { readFile } from 'node:fs/promises';
import { administratorOf, expectFine } from './admin';
import { expect, test } from './support';

const words = (vi: string, en: string) => ({ vi, en });
const agency = (code: string, vi: string, more = {}) => ({
  code,
  name: words(vi, `EN ${vi}`),
  level: 'commune',
  ...more,
});

test('J8 finds procedures, and shows what each asks for', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const page = await signedIn(admin.person);
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Các phần của kho' }).getByRole('link', { name: 'Quản trị' }).click();
  await expect(page.getByRole('heading', { name: 'Thủ tục', level: 1 })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Tìm theo tên hoặc mã' }).fill('khai sinh');
  const list = page.getByRole('list', { name: 'Danh sách' });
  await expect(list.getByRole('link', { name: /^Đăng ký khai sinh/ })).toBeVisible();
  await expect(list).not.toContainText('Lý lịch tư pháp');
  await expectFine(page, 'the list');
  await list.getByRole('link', { name: '1.001193' }).click();
  await expect(page.getByRole('heading', { name: 'Đăng ký khai sinh', level: 1 })).toBeVisible();
  const alternatives = page.getByRole('group', { name: 'Chỉ cần một trong các thành phần này' });
  await expect(alternatives).toContainText('Giấy chứng sinh');
  await expect(page.getByRole('region', { name: 'Lịch sử' })).toContainText('Được thêm vào danh mục');
  await expectFine(page, 'the procedure');
});

test('J8 is for administrators alone', async ({ hoa, page }) => {
  expect(hoa.person.login).toBeTruthy();
  await page.goto('/admin/procedures');
  await expect(page.getByText('Phần này dành cho quản trị viên')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Quản trị' })).toBeHidden();
});

test('J8 adds an agency, says what is wrong at its field, and takes it back', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const page = await signedIn(admin.person);
  await page.goto('/admin/agencies');
  await page.getByRole('link', { name: 'Thêm mục' }).click();
  await page.getByLabel('Mã', { exact: true }).fill('H98.5');
  await page.getByLabel('Tên tiếng Việt').fill('UBND xã Thác Bạc');
  await page.getByLabel('Cơ quan cấp trên').fill('H98.77');
  await page.getByRole('button', { name: 'Lưu' }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Cơ quan · H98.5 · tên tiếng Anh: Chưa có tên.');
  const parent = page.getByLabel('Cơ quan cấp trên');
  await expect(parent).toHaveAttribute('aria-invalid', 'true');
  await expect(parent).toHaveAccessibleDescription(/Không có cơ quan cấp trên mang mã này/);
  await expectFine(page, 'the form with faults');

  await page.getByLabel('Tên tiếng Anh').fill('People’s Committee of Thác Bạc');
  await parent.fill('');
  await page.getByLabel('Căn cứ, lý do').fill('QĐ 12/QĐ-UBND');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('heading', { name: 'UBND xã Thác Bạc', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Lịch sử' })).toContainText('QĐ 12/QĐ-UBND');
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByRole('heading', { name: 'Cơ quan', level: 1 })).toBeVisible();
  await expect(page.getByText('UBND xã Thác Bạc', { exact: true })).toBeHidden();
});

test('J8 merges an agency into another, which its history tells', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  await admin.put('/catalogue/agencies/H97', agency('H97', 'UBND tỉnh Mường Hoa', { level: 'province' }));
  await admin.put('/catalogue/agencies/H97.1', agency('H97.1', 'UBND xã Bản Cũ', { parent: 'H97' }));
  await admin.put('/catalogue/agencies/H97.2', agency('H97.2', 'UBND xã Bản Mới', { parent: 'H97' }));
  const page = await signedIn(admin.person);
  await page.goto('/admin/agencies/H97');
  await page.getByRole('region', { name: 'Cơ quan trực thuộc' }).getByRole('link', { name: 'UBND xã Bản Cũ' }).click();
  await page.getByRole('button', { name: 'Đóng hoặc sáp nhập' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đóng hoặc sáp nhập' });
  await dialog.getByLabel('Ngày hoạt động cuối cùng').fill('2025-06-30');
  await dialog.getByLabel('Sáp nhập vào cơ quan (nếu có)').fill('H97.9');
  await dialog.getByRole('button', { name: 'Đóng cơ quan' }).click();
  await expect(dialog.getByLabel('Sáp nhập vào cơ quan (nếu có)')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Sáp nhập vào cơ quan (nếu có)').fill('H97.2');
  await expect(dialog.getByRole('paragraph').filter({ hasText: 'UBND xã Bản Mới' })).toBeVisible();
  await expectFine(page, 'the dialog');
  await dialog.getByLabel('Căn cứ, lý do').fill('NQ 1234 về sắp xếp xã');
  await dialog.getByRole('button', { name: 'Đóng cơ quan' }).click();
  const history = page.getByRole('region', { name: 'Lịch sử' });
  await expect(history).toContainText('NQ 1234 về sắp xếp xã');
  await expect(history.getByRole('insertion').filter({ hasText: 'H97.2' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Sáp nhập vào' })).toContainText('UBND xã Bản Mới');
  await page.goto('/admin/agencies');
  await expect(page.getByRole('link', { name: /UBND xã Bản Cũ/ })).toContainText('Hết hiệu lực 30/06/2025');
});

test('J8 changes a component of a procedure, whose earlier state stays', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const page = await signedIn(admin.person);
  await page.goto('/admin/procedures/1.004873');
  await page.getByRole('link', { name: 'Sửa' }).click();
  await page.getByRole('button', { name: 'Thêm thành phần' }).click();
  const added = page.getByRole('group', { name: 'Thành phần 7' });
  await added.getByLabel('Mã', { exact: true }).fill('BS');
  const component = page.getByRole('group', { name: 'Thành phần BS' });
  await component.getByLabel('Tên tiếng Việt').fill('Giấy xác nhận bổ sung');
  await component.getByLabel('Tên tiếng Anh').fill('Additional confirmation');
  await component.getByLabel('Giấy tờ được nhận').selectOption('Căn cước công dân');
  await component.getByRole('group', { name: 'Cấp không quá' }).getByLabel('Tháng').fill('6');
  await component.getByLabel('Mức cần').selectOption('Có điều kiện');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(component.getByLabel('Cần khi trả lời “có” cho')).toHaveAttribute('aria-invalid', 'true');
  await component.getByLabel('Mức cần').selectOption('Không bắt buộc');
  await page.getByRole('button', { name: 'Lưu' }).click();
  const asked = page.getByRole('region', { name: 'Thành phần hồ sơ' });
  await expect(asked).toContainText('Cấp trong 6 tháng gần đây');
  const history = page.getByRole('region', { name: 'Lịch sử' });
  await expect(history).toContainText('Thành phần BS');
  await history.getByRole('link', { name: 'Xem nội dung lúc đó' }).last().click();
  await expect(page.getByText('Đây là nội dung ở lần cập nhật 1 của danh mục.')).toBeVisible();
  await expect(asked).not.toContainText('Giấy xác nhận bổ sung');
});

test('J8 refuses a change of what somebody else changed meanwhile', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  await admin.put('/catalogue/agencies/H96', agency('H96', 'UBND tỉnh Sông Xa', { level: 'province' }));
  const page = await signedIn(admin.person);
  await page.goto('/admin/agencies/H96?edit=1');
  await page.getByLabel('Tên tiếng Việt').fill('UBND tỉnh Sông Gần');
  const versions = await admin.get<{ items: { number: number }[] }>('/catalogue/versions?limit=1');
  const other = agency('H96', 'UBND tỉnh Sông Khác', { level: 'province' });
  const headers = { 'X-CSRF-Token': admin.csrf, 'If-Match': `"${versions.items[0]?.number}"` };
  expect((await admin.api.put('/api/v1/catalogue/agencies/H96', { data: other, headers })).ok()).toBe(true);
  await page.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('alert')).toContainText('vừa được thay đổi ở nơi khác');
});

test('J8 takes out an item unless others name it', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  await admin.put('/catalogue/agencies/H95', agency('H95', 'UBND tỉnh Đồi Chè', { level: 'province' }));
  await admin.put('/catalogue/agencies/H95.1', agency('H95.1', 'UBND xã Đồi Một', { parent: 'H95' }));
  const page = await signedIn(admin.person);
  await page.goto('/admin/agencies/H95');
  await page.getByRole('button', { name: 'Bỏ khỏi danh mục' }).click();
  const dialog = page.getByRole('dialog', { name: 'Bỏ khỏi danh mục' });
  await dialog.getByRole('button', { name: 'Bỏ khỏi danh mục' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Cơ quan · H95.1 · cơ quan cấp trên');
  await page.keyboard.press('Escape');
  await page.goto('/admin/agencies/H95.1');
  await page.getByRole('button', { name: 'Bỏ khỏi danh mục' }).click();
  await dialog.getByRole('button', { name: 'Bỏ khỏi danh mục' }).click();
  await expect(page.getByText('Đã bỏ “UBND xã Đồi Một” khỏi danh mục.')).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByRole('heading', { name: 'UBND xã Đồi Một', level: 1 })).toBeVisible();
});

test('J8 exports the catalogue, checks a file, brings it in and tells what changed', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const page = await signedIn(admin.person);
  await page.goto('/admin/import');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Tải tệp danh mục' }).click();
  const exported = JSON.parse(await readFile(await (await download).path(), 'utf8')) as {
    document_types: { name: { vi: string } }[];
    result_types: { code: string; name: object; document_type: string }[];
  };
  const chooses = async (content: unknown) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Chọn tệp danh mục' }).click();
    const buffer = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    await (await chooser).setFiles({ name: 'danh-muc.json', mimeType: 'application/json', buffer });
  };
  await chooses(exported);
  await expect(page.getByText('Tệp giống danh mục hiện nay')).toBeVisible();

  await chooses('{ "format": "kho-catalogue/1", "agency": [] }');
  await expect(page.getByText('unknown field `agency`')).toBeVisible();

  const more = { code: 'moi-1', name: words('Kết quả mới', 'New result'), document_type: 'khong-co' };
  await chooses({ ...exported, result_types: [...exported.result_types, more] });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Chưa nhập được: 1 chỗ cần sửa trong tệp');
  await expect(alert).toContainText('Loại kết quả · moi-1 · loại giấy tờ: Không có loại giấy tờ mang mã này.');
  await expect(page.getByRole('button', { name: 'Nhập vào danh mục' })).toBeHidden();
  await expectFine(page, 'the import with faults');

  const [first] = exported.document_types;
  if (first) first.name.vi = 'Giấy khai sinh bản mới';
  const fits = { ...more, document_type: 'birth-certificate' };
  await chooses({ ...exported, result_types: [...exported.result_types, fits] });
  await expect(page.getByText('Thêm 1 · Đổi 1')).toBeVisible();
  await page.getByLabel('Căn cứ, lý do').fill('QĐ 77/QĐ-UBND');
  await page.getByRole('button', { name: 'Nhập vào danh mục' }).click();
  const version = page.getByRole('list', { name: 'Các lần cập nhật' }).getByRole('listitem').first();
  await expect(version).toContainText('QĐ 77/QĐ-UBND');
  await expect(version).toContainText('Thêm 1 · Đổi 1');
  await expect(version.getByRole('link', { name: 'Giấy khai sinh bản mới' })).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(version).toContainText('Đổi 1 · Bỏ 1');
  await expectFine(page, 'the versions');
});
