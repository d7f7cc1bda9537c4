/** Sharing (B5, C5, D12), what I shared (F) and what is shared with me (G). */
import type { Page } from '@playwright/test';
import { act, expectBothViews, expectOrders, namesIn } from './lists';
import { expect, test, type Vault } from './support';

const GIVEN = 'Những gì tôi chia sẻ';
const RECEIVED = 'Những gì được chia sẻ với tôi';

async function give(from: Vault, to: Vault, entry: string, rights = ['view', 'download'], message?: string) {
  const recipient = { login: to.person.login };
  return from.post<{ id: string }>('/grants', { entry_id: entry, recipient, rights, message });
}

/** The days from today until the moment, rounded. */
const daysUntil = (moment: string | null | undefined) =>
  Math.round((new Date(moment ?? 0).getTime() - Date.now()) / 86_400_000);

async function received(vault: Vault) {
  const page = await vault.get<{
    items: { entry: { name: string }; grant: { rights: string[]; expires_at?: string } }[];
  }>('/grants/received');
  return page.items;
}

test('D12 shares a paper with a relative for 7 days in five taps @smoke', async ({ hoa, minh, page }) => {
  await hoa.addPdf((await hoa.defaultFolder('civil-status')).id, 'Giấy khai sinh.pdf');
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto('/');
  let taps = 0;
  const tap = async (target: ReturnType<Page['getByRole']>) => {
    await target.click();
    taps += 1;
  };
  await tap(page.getByRole('link', { name: 'Hộ tịch' }));
  await tap(page.getByRole('button', { name: 'Việc có thể làm với Giấy khai sinh.pdf' }));
  await tap(page.getByRole('menuitem', { name: 'Chia sẻ' }));
  await page.getByLabel('Chia sẻ với ai?').pressSequentially(minh.person.identity);
  await expect(page.getByRole('dialog')).toContainText('Trần Văn Minh');
  await tap(page.getByRole('button', { name: 'Chia sẻ với Trần Văn Minh' }));
  await expect(page.getByText('Đã chia sẻ “Giấy khai sinh.pdf” với Trần Văn Minh.')).toBeVisible();
  expect(taps).toBeLessThanOrEqual(5);
  const [got] = await received(minh);
  expect(got).toMatchObject({ entry: { name: 'Giấy khai sinh.pdf' }, grant: { rights: ['view', 'download'] } });
  expect(daysUntil(got?.grant.expires_at)).toBe(7);

  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect.poll(() => received(minh)).toEqual([]);
});

test('B5 C5 shares folders with rights, an end and a message', async ({ hoa, minh, page }) => {
  await hoa.folder(hoa.root, 'Xây nhà');
  await page.goto('/');
  for (const [folder, long] of [
    ['Hộ tịch', 'Không hết hạn'],
    ['Xây nhà', '30 ngày'],
  ] as const) {
    await act(page, folder, 'Chia sẻ');
    const who = page.getByLabel('Chia sẻ với ai?');
    await who.fill('khong.co.ai');
    await page.getByRole('button', { name: 'Tìm người nhận' }).click();
    await expect(page.getByText('Không tìm thấy người hoặc tổ chức nhận.')).toBeVisible();
    await who.fill(minh.person.login);
    await page.getByRole('button', { name: 'Tìm người nhận' }).click();
    await page.getByLabel(long).check();
    await page.getByLabel('Thêm và sửa giấy tờ trong thư mục').check();
    await page.getByLabel('Chia sẻ tiếp cho người khác').check();
    await page.getByLabel('Lời nhắn').fill('Anh xem giúp em.');
    await page.getByRole('button', { name: 'Chia sẻ với Trần Văn Minh' }).click();
    await expect(page.getByText(`Đã chia sẻ “${folder}” với Trần Văn Minh.`)).toBeVisible();
  }
  const got = await received(minh);
  expect(got).toMatchObject([
    {
      entry: { name: 'Xây nhà' },
      grant: { rights: ['view', 'download', 'edit', 'reshare'], message: 'Anh xem giúp em.' },
    },
    { entry: { name: 'Hộ tịch' }, grant: { expires_at: null } },
  ]);
  expect(daysUntil(got[0]?.grant.expires_at)).toBe(30);

  // Sharing the same again changes what there is.
  await act(page, 'Hộ tịch', 'Chia sẻ');
  await page.getByLabel('Chia sẻ với ai?').fill(minh.person.login);
  await page.getByRole('button', { name: 'Tìm người nhận' }).click();
  await page.getByRole('button', { name: 'Chia sẻ với Trần Văn Minh' }).click();
  await page.getByRole('button', { name: 'Đổi theo lựa chọn này' }).click();
  await expect(page.getByText('Đã đổi quyền và thời hạn của Trần Văn Minh.')).toBeVisible();
  const [, changed] = await received(minh);
  expect(changed?.grant.rights).toEqual(['view', 'download']);
});

test('D12 makes a link that is shown once, with its QR code', async ({ hoa, page, browser, server }) => {
  const folder = await hoa.defaultFolder('land-housing');
  await hoa.addPdf(folder.id, 'Giấy phép.pdf');
  await page.goto(`/folders/${folder.id}`);
  await act(page, 'Giấy phép.pdf', 'Chia sẻ');
  await page.getByRole('tab', { name: 'Liên kết' }).click();
  await page.getByLabel('Mật khẩu của liên kết').fill('ngắn');
  await page.getByRole('button', { name: 'Tạo liên kết' }).click();
  await expect(page.getByText('Mật khẩu cần ít nhất 6 ký tự.')).toBeVisible();
  await page.getByLabel('Mật khẩu của liên kết').fill('');
  await page.getByLabel('Số lượt tải tối đa').fill('3');
  await page.getByRole('button', { name: 'Tạo liên kết' }).click();
  await expect(page.getByRole('img', { name: 'Mã QR của liên kết' })).toBeVisible();
  const address = await page.getByLabel('Địa chỉ của liên kết').inputValue();
  expect(address).toMatch(new RegExp(`^${server.url}/link#kho_l_`));
  await expect(page.getByRole('dialog')).toContainText('đã tải 0 trên 3 lượt');

  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(address);
  await expect(stranger.getByText('Giấy phép.pdf').first()).toBeVisible();
  await stranger.context().close();

  await page.getByRole('button', { name: 'Thu hồi quyền của Liên kết' }).click();
  await page.getByRole('button', { name: 'Thu hồi', exact: true }).click();
  await expect(page.getByText('Đã thu hồi.')).toBeVisible();
  await expect(page.getByLabel('Địa chỉ của liên kết')).toBeHidden();
});

test('F1 F2 shows what I shared as a grid and as a list, sorted both ways', async ({ hoa, minh, page }) => {
  for (const name of ['Bằng lái.pdf', 'Án phí.pdf', 'Cam kết.pdf']) {
    await give(hoa, minh, (await hoa.addPdf(hoa.root, name)).id);
  }
  await page.goto('/shared/by-me');
  const newest = ['Cam kết.pdf', 'Án phí.pdf', 'Bằng lái.pdf'];
  await expectBothViews(page, GIVEN, newest);
  await expectOrders(page, GIVEN, ['Án phí.pdf', 'Bằng lái.pdf', 'Cam kết.pdf'], newest);
});

test('F3 F4 tells with whom something is shared, what was shared on, and its details', async ({
  hoa,
  minh,
  page,
  server,
}) => {
  const document = await hoa.addPdf(hoa.root, 'Giấy phép.pdf');
  await give(hoa, minh, document.id, ['view', 'reshare'], 'Để anh làm thủ tục.');
  const mai = await server.person('Lò Thị Mai');
  await minh.post('/grants', { entry_id: document.id, recipient: { login: mai.login }, rights: ['view'] });

  await page.goto('/shared/by-me');
  await page.getByRole('button', { name: 'Trần Văn Minh', exact: true }).click();
  const who = page.getByRole('dialog', { name: 'Đang chia sẻ “Giấy phép.pdf”' });
  await expect(who).toContainText('Xem, chia sẻ tiếp · Không hết hạn');
  await expect(who).toContainText('Để anh làm thủ tục.');
  const his = who.getByRole('listitem').filter({ hasText: 'Trần Văn Minh' }).first();
  await expect(his.getByRole('listitem')).toContainText('Lò Thị Mai');
  await page.keyboard.press('Escape');

  await act(page, 'Giấy phép.pdf', 'Xem thông tin');
  await expect(page.getByRole('complementary', { name: 'Giấy phép.pdf' })).toBeVisible();
  await namesIn(page, GIVEN).first().click();
  await expect(page).toHaveURL(new RegExp(`/documents/${document.id}`));
});

test('F5 revokes one share with those beneath it, or all, and reports what ended @smoke', async ({
  hoa,
  minh,
  page,
  server,
}) => {
  const document = await hoa.addPdf(hoa.root, 'Giấy phép.pdf');
  const [mai, lan] = [await server.person('Lò Thị Mai'), await server.person('Vàng Thị Lan')];
  await give(hoa, minh, document.id, ['view', 'reshare']);
  await minh.post('/grants', { entry_id: document.id, recipient: { login: mai.login }, rights: ['view'] });
  await hoa.post('/grants', { entry_id: document.id, recipient: { login: lan.login }, rights: ['view'] });

  await page.goto('/shared/by-me');
  await act(page, 'Giấy phép.pdf', 'Đang chia sẻ với ai');
  const who = page.getByRole('dialog');
  await who.getByRole('button', { name: 'Thu hồi quyền của Trần Văn Minh' }).click();
  await expect(who).toContainText('1 lượt chia sẻ tiếp cũng kết thúc.');
  await who.getByRole('button', { name: 'Thu hồi', exact: true }).click();
  await expect(who).toContainText('Đã thu hồi. 2 lượt chia sẻ đã kết thúc:');
  await expect(who.getByRole('button', { name: /^Thu hồi quyền của/ })).toHaveCount(1);
  expect(await received(minh)).toEqual([]);
  await page.keyboard.press('Escape');

  await act(page, 'Giấy phép.pdf', 'Thu hồi tất cả');
  await page.getByRole('dialog').getByRole('button', { name: 'Giữ nguyên' }).click();
  await act(page, 'Giấy phép.pdf', 'Thu hồi tất cả');
  await page.getByRole('dialog').getByRole('button', { name: 'Thu hồi tất cả' }).click();
  await expect(page.getByText('Đã thu hồi. Chỉ có lượt chia sẻ này kết thúc.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Bạn chưa chia sẻ gì' })).toBeVisible();
});

test('G1 G2 shows what is shared with me as a grid and as a list, sorted both ways', async ({ hoa, minh, page }) => {
  for (const name of ['Bằng lái.pdf', 'Án phí.pdf', 'Cam kết.pdf']) {
    await give(minh, hoa, (await minh.addPdf(minh.root, name)).id);
  }
  await page.goto('/shared/with-me');
  const newest = ['Cam kết.pdf', 'Án phí.pdf', 'Bằng lái.pdf'];
  await expectBothViews(page, RECEIVED, newest);
  await expectOrders(page, RECEIVED, ['Án phí.pdf', 'Bằng lái.pdf', 'Cam kết.pdf'], newest);
});

test('G1 shows the first page of what is shared with me', async ({ hoa, minh, page }) => {
  const paper = await minh.addPdf(minh.root, 'Bằng lái.pdf');
  await give(minh, hoa, paper.id);
  const seen = () => hoa.get<{ document: { has_thumbnail: boolean } }>(`/entries/${paper.id}`);
  await expect.poll(async () => (await seen()).document.has_thumbnail, { timeout: 30_000 }).toBe(true);
  await page.goto('/shared/with-me');
  const picture = page.getByRole('listitem').filter({ hasText: 'Bằng lái' }).locator('img');
  await expect(picture).not.toHaveJSProperty('naturalWidth', 0);
});

test('G3 G4 tells who shared something and with which rights, and opens it @smoke', async ({ hoa, minh, page }) => {
  const folder = await minh.folder(minh.root, 'Nhà thửa 86');
  await minh.addPdf(folder.id, 'Giấy phép xây dựng.pdf');
  await give(minh, hoa, folder.id, ['view', 'download'], 'Em giữ hộ anh.');
  await page.goto('/shared/with-me');
  await expect(page.getByRole('listitem').first()).toContainText('Trần Văn Minh');
  await act(page, 'Nhà thửa 86', 'Thông tin chia sẻ');
  const about = page.getByRole('dialog', { name: 'Nhà thửa 86' });
  for (const fact of ['Trần Văn Minh', 'xem, tải về', 'Không hết hạn', 'Em giữ hộ anh.']) {
    await expect(about).toContainText(fact);
  }
  await about.getByRole('link', { name: 'Mở' }).click();
  await expect(page.getByRole('link', { name: 'Giấy phép xây dựng.pdf' })).toBeVisible();

  await page.goto('/shared/with-me');
  await act(page, 'Nhà thửa 86', 'Xem thông tin');
  await expect(page.getByRole('complementary', { name: 'Nhà thửa 86' })).toBeVisible();
  await act(page, 'Nhà thửa 86', 'Bỏ khỏi danh sách');
  await page.getByRole('dialog', { name: 'Nhà thửa 86' }).getByRole('button', { name: 'Bỏ khỏi danh sách' }).click();
  await expect(page.getByRole('heading', { name: 'Chưa ai chia sẻ gì với bạn' })).toBeVisible();
});
