/** Showing a document: its content (D11), sharing and downloading it (D12, D13), its earlier states (D14). */
import { devices, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { PDFDocument } from 'pdf-lib';
import { expect, pdf, test, type Vault } from './support';

/** The smallest PNG: one red point. */
const POINT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

const content = (page: Page, name: string) => page.getByRole('region', { name: `Nội dung: ${name}` });
const sheet = (page: Page, number: number, count: number) =>
  page.getByRole('group', { name: `Trang ${number} trên ${count}`, exact: true });
const number = (page: Page) => page.getByRole('textbox', { name: 'Đến trang' });

/** A PDF that asks for a password, which nobody knows. */
function lockedPdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>',
    `<< /Filter /Standard /V 1 /R 2 /P -4 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`,
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 5\n0000000000 65535 f \n${places.join('')}`;
  const trailer = `trailer << /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<01> <01>] >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + trailer);
}

/** A PDF of many pages that is too large to come at once: it holds bytes that no page shows. */
async function longPdf(pages: number): Promise<Buffer> {
  const document = await PDFDocument.load(
    await pdf(...Array.from({ length: pages }, (_, index) => `trang ${index + 1}`)),
  );
  const ballast = Buffer.alloc(4 << 20).map((_, index) => (index * 2_654_435_761) >>> 13);
  document.context.register(document.context.stream(ballast));
  return Buffer.from(await document.save());
}

async function folderIn(vault: Vault): Promise<string> {
  return (await vault.folder(vault.root, 'Học bạ')).id;
}

test('D11 shows a PDF, larger and smaller, turned, and page by page', async ({ hoa, page }) => {
  const paper = await hoa.add(await folderIn(hoa), 'Học bạ.pdf', await pdf('lop mot', 'lop hai', 'lop ba'));
  await page.goto(`/documents/${paper.id}`);
  await expect(page.getByRole('heading', { name: 'Học bạ.pdf', level: 1 })).toBeVisible();
  await expect(sheet(page, 1, 3)).toContainText('lop mot');
  await expect(sheet(page, 1, 3).locator('canvas')).toBeVisible();

  const width = async () => Math.round((await sheet(page, 1, 3).boundingBox())?.width ?? 0);
  const fitted = await width();
  await page.getByRole('button', { name: 'Phóng to' }).click();
  await expect.poll(width).toBeGreaterThan(fitted);
  await page.keyboard.press('0');
  await expect.poll(width).toBe(fitted);
  await page.keyboard.press('-');
  await expect.poll(width).toBeLessThan(fitted);
  await page.getByRole('button', { name: 'Vừa chiều ngang' }).click();
  await expect.poll(width).toBe(fitted);
  await page.getByRole('button', { name: 'Vừa cả trang' }).click();
  await expect.poll(async () => (await sheet(page, 1, 3).boundingBox())?.height ?? 0).toBeLessThan(900);

  await page.keyboard.press('End');
  await expect(number(page)).toHaveValue('3');
  await page.keyboard.press('PageUp');
  await expect(number(page)).toHaveValue('2');
  await page.keyboard.press('Home');
  await expect(number(page)).toHaveValue('1');
  await page.keyboard.press('ArrowRight');
  await expect(number(page)).toHaveValue('2');
  await number(page).fill('3');
  await number(page).press('Enter');
  await expect(sheet(page, 3, 3)).toContainText('lop ba');
  await page.getByRole('button', { name: 'Danh sách trang' }).click();
  await page.getByRole('navigation', { name: 'Danh sách trang' }).getByRole('button', { name: 'Đến trang 1' }).click();
  await expect(number(page)).toHaveValue('1');

  const isWide = async () => {
    const box = await sheet(page, 1, 3).boundingBox();
    return box !== null && box.width > box.height;
  };
  expect(await isWide()).toBe(false);
  await page.getByRole('button', { name: 'Xoay' }).click();
  await expect.poll(isWide).toBe(true);
});

test('D11 asks for a long PDF in parts, and draws only what is in sight @smoke', async ({ hoa, page }) => {
  const paper = await hoa.add(await folderIn(hoa), 'Sổ.pdf', await longPdf(500));
  const ranges: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/content')) ranges.push(request.headers().range ?? 'whole');
  });
  await page.goto(`/documents/${paper.id}`);
  await expect(sheet(page, 1, 500)).toContainText('trang 1');
  await page.keyboard.press('End');
  await expect(sheet(page, 500, 500)).toContainText('trang 500');
  await number(page).fill('250');
  await number(page).press('Enter');
  await expect(sheet(page, 250, 500)).toContainText('trang 250');
  expect(await page.getByRole('group', { name: /^Trang / }).count()).toBeLessThan(8);
  expect(ranges.length).toBeGreaterThan(1);
  for (const range of ranges) expect(range).toMatch(/^bytes=\d+-\d+$/);
});

test('D11 shows pictures and plain text, and a card for other kinds', async ({ hoa, page }) => {
  const folder = await folderIn(hoa);
  const picture = await hoa.add(folder, 'Ảnh thẻ.png', POINT, 'image/png');
  await page.goto(`/documents/${picture.id}`);
  await expect(content(page, 'Ảnh thẻ.png').getByRole('img', { name: 'Ảnh thẻ.png' })).toBeVisible();
  await page.keyboard.press('+');

  const xml = '<?xml version="1.0"?>\n<to-khai><ten>Nguyễn Thị Hoa</ten></to-khai>\n';
  const text = await hoa.add(folder, 'Tờ khai.xml', Buffer.from(xml), 'application/xml');
  await page.goto(`/documents/${text.id}`);
  await expect(content(page, 'Tờ khai.xml')).toContainText('<to-khai><ten>Nguyễn Thị Hoa</ten></to-khai>');

  const scan = await hoa.add(folder, 'Bản quét.tif', Buffer.from('49492a0008000000000000000000', 'hex'), 'image/tiff');
  await page.goto(`/documents/${scan.id}`);
  await expect(page.getByRole('heading', { name: 'Chưa xem được ngay tại đây' })).toBeVisible();
});

test('D11 says why a PDF cannot be shown, and offers it for download', async ({ hoa, page }) => {
  const folder = await folderIn(hoa);
  const locked = await hoa.add(folder, 'Khóa.pdf', lockedPdf());
  await page.goto(`/documents/${locked.id}`);
  await expect(page.getByRole('heading', { name: 'Tệp này được khóa bằng mật khẩu' })).toBeVisible();

  const damaged = await hoa.add(folder, 'Hỏng.pdf', Buffer.from(`%PDF-1.7\n${'x'.repeat(2000)}\n%%EOF\n`));
  await page.goto(`/documents/${damaged.id}`);
  await expect(page.getByRole('heading', { name: 'Không đọc được tệp này' })).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải về' }).click();
  expect((await saved).suggestedFilename()).toBe('Hỏng.pdf');
});

test('D11 answers who issued a paper and whether it is valid', async ({ hoa, page }) => {
  const paper = await hoa.addPdf(await folderIn(hoa), 'scan.pdf');
  await hoa.patch(`/entries/${paper.id}`, paper.rev, {
    title: 'Hộ chiếu của Hoa',
    type_code: 'passport',
    number: 'C1234567',
    authority: 'Cục Quản lý xuất nhập cảnh',
    expires_on: '2020-01-31',
  });
  await page.goto(`/documents/${paper.id}`);
  await expect(page.getByRole('heading', { name: 'Hộ chiếu của Hoa', level: 1 })).toBeVisible();
  await expect(page.getByText('Hộ chiếu phổ thông · Số C1234567')).toBeVisible();
  await expect(page.getByText('Cục Quản lý xuất nhập cảnh')).toBeVisible();
  await expect(page.getByText('Không, đã hết hạn 31/01/2020')).toBeVisible();
  await expect(page).toHaveTitle(/^Hộ chiếu của Hoa/);
  await page.getByRole('link', { name: 'Xem danh sách' }).click();
  await expect(page.getByRole('tab', { name: 'Ai đã xem' })).toHaveAttribute('aria-selected', 'true');
});

test('D11 goes to the next and the previous paper of the folder', async ({ hoa, page }) => {
  const folder = await folderIn(hoa);
  const first = await hoa.addPdf(folder, 'Tờ 1.pdf', 'to mot');
  for (const name of ['Tờ 2.pdf', 'Tờ 10.pdf']) await hoa.addPdf(folder, name);
  await page.goto(`/documents/${first.id}`);
  await expect(page.getByRole('link', { name: 'Về Học bạ' })).toHaveAttribute('href', `/folders/${folder}`);
  await page.getByRole('link', { name: 'Giấy tờ sau: Tờ 2.pdf' }).click();
  await expect(page.getByRole('heading', { name: 'Tờ 2.pdf', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Giấy tờ sau: Tờ 10.pdf' }).click();
  await expect(page.getByRole('link', { name: 'Giấy tờ trước: Tờ 2.pdf' })).toBeVisible();
  await expect(page.getByRole('link', { name: /Giấy tờ sau/ })).toBeHidden();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Tờ 2.pdf', level: 1 })).toBeVisible();
});

test('D1 shows the first page of a paper in its folder @smoke', async ({ hoa, page }) => {
  const folder = await folderIn(hoa);
  const paper = await hoa.addPdf(folder, 'Đơn.pdf', 'don');
  const seen = () => hoa.get<{ document: { has_thumbnail: boolean } }>(`/entries/${paper.id}`);
  await expect.poll(async () => (await seen()).document.has_thumbnail, { timeout: 30_000 }).toBe(true);
  await page.goto(`/folders/${folder}`);
  const picture = page.getByRole('list', { name: 'Học bạ', exact: true }).getByRole('listitem').locator('img');
  for (const view of ['Dạng danh sách', 'Dạng ô']) {
    await page.getByRole('button', { name: view }).click();
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
  }
});

test('D11 a paper that was shared alone leads back to what was shared', async ({ hoa, minh, page }) => {
  const paper = await minh.addPdf(await folderIn(minh), 'Giấy ủy quyền.pdf', 'uy quyen');
  await minh.addPdf(paper.parent_id ?? '', 'Của riêng.pdf');
  const share = { entry_id: paper.id, recipient: { identity_number: hoa.person.identity } };
  await minh.post('/grants', { ...share, rights: ['view', 'download'] });
  const seen = await minh.addPdf(minh.root, 'Chỉ xem tên.pdf');
  await minh.post('/grants', { ...share, entry_id: seen.id, rights: ['view'] });
  await page.goto(`/documents/${paper.id}`);
  await expect(sheet(page, 1, 1)).toContainText('uy quyen');
  await expect(page.getByRole('link', { name: 'Về Được chia sẻ với tôi' })).toHaveAttribute('href', '/shared/with-me');
  await expect(page.getByRole('link', { name: /Giấy tờ (sau|trước)/ })).toBeHidden();
  await expect(page.getByText('Ai đã xem?')).toBeHidden();

  await page.goto(`/documents/${seen.id}`);
  await expect(page.getByRole('heading', { name: 'Bạn chỉ được xem thông tin' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Tải về' })).toBeHidden();
});

test('D11 prints the pages as they are', async ({ hoa, page }) => {
  await page.addInitScript(() => {
    window.print = () => {
      document.title = `printed ${document.querySelectorAll('.printed img').length}`;
      dispatchEvent(new Event('afterprint'));
    };
  });
  const paper = await hoa.add(await folderIn(hoa), 'Đơn.pdf', await pdf('mot', 'hai'));
  await page.goto(`/documents/${paper.id}`);
  await expect(sheet(page, 1, 2)).toContainText('mot');
  await page.keyboard.press('Control+p');
  await expect(page).toHaveTitle('printed 2');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('.printed')).toHaveCount(0);
});

test('D12 shares the paper that is shown', async ({ hoa, page }) => {
  const paper = await hoa.addPdf(await folderIn(hoa), 'Đơn.pdf');
  await page.goto(`/documents/${paper.id}`);
  await page.getByRole('button', { name: 'Chia sẻ' }).click();
  await expect(page.getByRole('dialog', { name: /Đơn\.pdf/ })).toBeVisible();
});

test('D13 downloads the very bytes that were added', async ({ hoa, page }) => {
  const bytes = await pdf('ban goc');
  const paper = await hoa.add(await folderIn(hoa), 'Giấy xác nhận.pdf', bytes);
  await page.goto(`/documents/${paper.id}`);
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Tải về' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('Giấy xác nhận.pdf');
  expect(bytes.equals(await readFile(await download.path()))).toBe(true);
});

test('D14 shows what a paper was before it was updated', async ({ hoa, page }) => {
  const paper = await hoa.addPdf(await folderIn(hoa), 'Đơn.pdf', 'ban dau');
  const updated = await hoa.update(paper, await pdf('ban sau'));
  await page.goto(`/documents/${updated.id}?version=1`);
  await expect(sheet(page, 1, 1)).toContainText('ban dau');
  await expect(page.getByText(/Đây là lần cập nhật thứ 1/)).toBeVisible();
  await page.getByRole('link', { name: 'Xem bản hiện nay' }).click();
  await expect(sheet(page, 1, 1)).toContainText('ban sau');
  await expect(page.getByText(/Đây là lần cập nhật/)).toBeHidden();
});

test.describe('on a phone', () => {
  const { viewport, userAgent, hasTouch, isMobile } = devices['Pixel 5'];
  test.use({ viewport, userAgent, hasTouch, isMobile });

  test('D11 a paper is found and shown to an officer with three taps', async ({ hoa, page }) => {
    const paper = await hoa.addPdf(await folderIn(hoa), 'Giấy khai sinh của con.pdf', 'khai sinh');
    await hoa.addPdf(await folderIn(hoa).catch(() => paper.parent_id ?? hoa.root), 'Hộ chiếu.pdf');
    let taps = 0;
    const tap = async (target: ReturnType<Page['getByRole']>) => {
      await target.tap();
      taps += 1;
    };
    await page.goto('/');
    await tap(page.getByRole('link', { name: 'Tìm giấy tờ' }));
    await expect(page.getByRole('searchbox', { name: 'Tìm giấy tờ' })).toBeFocused();
    await page.keyboard.type('khai sinh con');
    await tap(page.getByRole('link', { name: 'Giấy khai sinh của con.pdf' }));
    await tap(page.getByRole('button', { name: 'Trình giấy tờ' }));
    const shown = page.getByRole('dialog', { name: 'Giấy khai sinh của con.pdf' });
    await expect(shown.getByRole('group', { name: 'Trang 1 trên 1' })).toContainText('khai sinh');
    await expect(shown.getByText('Ai cấp?')).toBeVisible();
    expect(taps).toBe(3);

    await page.keyboard.press('Escape');
    await expect(shown).toBeHidden();
  });

  test('D11 two fingers make a paper larger', async ({ hoa, page }) => {
    const paper = await hoa.addPdf(await folderIn(hoa), 'Đơn.pdf', 'don');
    await page.goto(`/documents/${paper.id}`);
    await expect(sheet(page, 1, 1)).toContainText('don');
    const width = async () => (await sheet(page, 1, 1).boundingBox())?.width ?? 0;
    const before = await width();
    const touch = await page.context().newCDPSession(page);
    const at = (y1: number, y2: number) => [
      { x: 150, y: y1 },
      { x: 200, y: y2 },
    ];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(500, 560) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(480, 580) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(440, 620) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(width).toBeGreaterThan(before * 1.3);
  });
});
