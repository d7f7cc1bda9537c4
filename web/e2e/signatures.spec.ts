/** What the page says of digital signatures: in the details of a document, and of any file without an account. */
import type { Locator, Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { filledIn, plainPdf, Signers, tampered } from './signed';
import { expect, pdf, test as base, type Vault } from './support';

const test = base.extend<object, { signers: Signers }>({
  signers: [
    async ({ server }, use) => {
      const signers = new Signers();
      await signers.believed(server);
      await use(signers);
    },
    { scope: 'worker' },
  ],
});

/** Adds a paper and shows what is known of its signatures. */
async function opened(page: Page, hoa: Vault, name: string, bytes: Buffer): Promise<Locator> {
  const paper = await hoa.add(hoa.root, name, bytes);
  await page.goto(`/folders/${hoa.root}?details=${paper.id}&tab=signatures`);
  return page.getByRole('complementary', { name });
}

test('signatures: tells who signed a valid paper, when, and by whose authority', async ({ hoa, page, signers }) => {
  const panel = await opened(page, hoa, 'trích lục.pdf', signers.valid(await plainPdf('Trich luc')));
  await expect(panel.getByText('Đã xác định được người ký, và nội dung còn nguyên như khi ký.')).toBeVisible();
  const card = panel.getByRole('article', { name: 'Hoàng Văn Sơn' });
  await expect(card).toContainText('Ủy ban nhân dân xã Suối Mơ');
  await expect(card).toContainText('theo dấu thời gian của chữ ký');
  await expect(card).toContainText('Suối Mơ CA · Trung tâm Chứng thực Suối Mơ');
  await expect(card).toContainText('9 đạt');
});

test('signatures: tells what was changed after signing', async ({ hoa, page, signers }) => {
  const panel = await opened(page, hoa, 'đơn.pdf', filledIn(signers.valid(await plainPdf('Don'))));
  await expect(panel.getByText('Hợp lệ, có thay đổi sau khi ký').first()).toBeVisible();
});

test('signatures: says what is lacking where it cannot tell', async ({ hoa, page, signers }) => {
  const panel = await opened(page, hoa, 'hợp đồng.pdf', signers.indeterminate(await plainPdf('Hop dong')));
  await expect(panel.getByText('Chưa đủ căn cứ').first()).toBeVisible();
});

test('signatures: says why an invalid one is not to be relied on', async ({ hoa, page, signers }) => {
  const panel = await opened(page, hoa, 'sửa.pdf', tampered(signers.valid(await plainPdf('Sua'))));
  await expect(panel.getByText('Chữ ký không hợp lệ').first()).toBeVisible();
});

/** What the browser was last asked to print, as it would stand on paper. */
async function printed(page: Page): Promise<Locator> {
  await page.evaluate(() => {
    // Nobody answers the browser's dialog, so what is printed stays.
    window.print = () => undefined;
  });
  await page.getByRole('button', { name: 'In kết quả' }).click();
  await expect(page.locator('body.printing')).toHaveCount(1);
  await page.emulateMedia({ media: 'print' });
  return page.locator('.printed');
}

test('signatures: prints the result with the nine points and nothing around it', async ({ hoa, page, signers }) => {
  const bytes = filledIn(signers.valid(await plainPdf('Don')));
  const panel = await opened(page, hoa, 'đơn.pdf', bytes);
  await expect(panel.getByText('Hợp lệ, có thay đổi sau khi ký').first()).toBeVisible();
  const paper = await printed(page);
  await expect(paper.getByRole('heading', { level: 1 })).toHaveText('Kết quả kiểm tra chữ ký số');
  await expect(paper).toContainText(createHash('sha256').update(bytes).digest('hex'));
  await expect(paper).toContainText('kho-2026');
  await expect(paper.getByRole('heading', { level: 2 })).toHaveText('Chữ ký 1/1: Hoàng Văn Sơn');
  await expect(paper.getByRole('list').last().getByRole('listitem')).toHaveCount(9);
  await expect(panel).toBeHidden();
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(panel).toBeVisible();
  await expect(page.locator('.printed')).toHaveCount(0);
});

test('signatures: shows those of an earlier version, and has them checked again', async ({ hoa, page, signers }) => {
  const paper = await hoa.add(hoa.root, 'đơn.pdf', signers.valid(await plainPdf('Don')));
  await hoa.update(paper, await pdf('Khong ky'));
  await page.goto(`/folders/${hoa.root}?details=${paper.id}&tab=signatures`);
  const panel = page.getByRole('complementary', { name: 'đơn.pdf' });
  await expect(panel).toContainText('Giấy tờ này không mang chữ ký số nào.');
  await panel.getByRole('tab', { name: 'Lần cập nhật' }).click();
  await panel.getByRole('link', { name: 'Chữ ký của lần này Lần 1' }).click();
  await expect(panel).toContainText('Đây là chữ ký của lần 1');
  await expect(panel.getByRole('article', { name: 'Hoàng Văn Sơn' })).toBeVisible();
  await panel.getByRole('button', { name: 'Kiểm tra lại' }).click();
  await expect(page.getByText('Đã kiểm tra lại chữ ký.')).toBeVisible();
  await panel.getByRole('link', { name: 'Xem chữ ký của lần đang dùng' }).click();
  await expect(panel).toContainText('Giấy tờ này không mang chữ ký số nào.');
  await panel.getByRole('tab', { name: 'Ai đã xem' }).click();
  await panel.getByRole('radio', { name: 'Mọi việc' }).check();
  await expect(panel).toContainText('Kho đã kiểm tra chữ ký: hợp lệ');
  await expect(panel).toContainText('Bạn đã cho kiểm tra lại chữ ký');
});

test('signatures: says so while a paper waits, and where it cannot be judged', async ({ hoa, page, signers }) => {
  const valid = signers.valid(await plainPdf('Don'));
  let state: string | undefined = 'pending';
  await page.route('**/api/**/signatures*', (route) =>
    state ? route.fulfill({ json: { version: 1, state } }) : route.continue(),
  );
  const panel = await opened(page, hoa, 'đơn.pdf', valid);
  await expect(panel.getByRole('heading', { name: 'Đang kiểm tra chữ ký' })).toBeVisible();
  state = undefined;
  await expect(panel.getByRole('article', { name: 'Hoàng Văn Sơn' })).toBeVisible();
  state = 'too_large';
  await page.reload();
  await expect(panel.getByRole('heading', { name: 'Tệp quá lớn để kiểm tra' })).toBeVisible();
  state = undefined;
  const broken = await opened(page, hoa, 'rác.pdf', Buffer.from('%PDF-1.7\nrác'));
  await expect(broken.getByRole('heading', { name: 'Không đọc được chữ ký' })).toBeVisible();
});

test('signatures: gives the bytes that were signed', async ({ hoa, page, signers }) => {
  const signed = signers.valid(await plainPdf('Don'));
  const panel = await opened(page, hoa, 'đơn.pdf', filledIn(signed));
  const download = page.waitForEvent('download');
  await panel.getByRole('link', { name: 'Tải bản đã ký' }).click();
  const bytes = await readFile(await (await download).path());
  expect(bytes.equals(signed)).toBe(true);
});

/** Chooses a file on the page that needs no account. */
async function choose(page: Page, button: string, name: string, buffer: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button, exact: true }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer });
}

test.describe('without an account', () => {
  test('signatures: checks a file, from the sign-in page and by keyboard', async ({ page, signers }) => {
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Kiểm tra chữ ký của một tệp' }).press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Kiểm tra chữ ký số' })).toBeVisible();
    await expect(page.getByText('kho không giữ lại gì')).toBeVisible();
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Chọn tệp', exact: true }).press('Enter');
    const buffer = signers.valid(await plainPdf('Trich luc'));
    await (await chooser).setFiles({ name: 'trích lục.pdf', mimeType: 'application/pdf', buffer });
    const result = page.getByRole('region', { name: 'trích lục.pdf' });
    await expect(result.getByRole('article', { name: 'Hoàng Văn Sơn' })).toContainText('9 đạt');
    await expect(result).toBeFocused();
    // One after the other: the nine points, the details, the evidence.
    for (const title of ['Chín điều đã kiểm tra', 'Chi tiết kỹ thuật', 'Bằng chứng đã dùng']) {
      await page.keyboard.press('Tab');
      await expect(page.locator('summary:focus')).toContainText(title);
    }
    await page.keyboard.press('Enter');
    await expect(result.getByText('Suối Mơ TSA').first()).toBeVisible();
    await page.getByRole('button', { name: 'Kiểm tra tệp khác' }).click();
    await expect(page.getByRole('button', { name: 'Chọn tệp', exact: true })).toBeVisible();
  });

  test('signatures: takes a file that is dropped, and says why one is refused', async ({ page, signers }) => {
    await page.goto('/verify');
    const drop = async (name: string, bytes: Buffer) => {
      const transfer = await page.evaluateHandle(
        ({ name, base64 }) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name));
          return transfer;
        },
        { name, base64: bytes.toString('base64') },
      );
      await page.getByRole('main').dispatchEvent('drop', { dataTransfer: transfer });
    };
    await drop('sửa.pdf', tampered(signers.valid(await plainPdf('Sua'))));
    await expect(page.getByRole('region', { name: 'sửa.pdf' })).toContainText('Chữ ký không hợp lệ');
    await page.getByRole('button', { name: 'Kiểm tra tệp khác' }).click();
    await drop('rác.pdf', Buffer.from('%PDF-1.7\nkhông phải PDF'));
    await expect(page.getByRole('alert')).toContainText('Hãy chọn đúng tệp gốc bạn nhận được');
    await page.getByRole('button', { name: 'Kiểm tra tệp khác' }).click();
    await drop('không ký.pdf', await pdf('Khong ky'));
    await expect(page.getByRole('region', { name: 'không ký.pdf' })).toContainText('Không có chữ ký số');
    await page.route('**/api/v1/verify', (route) =>
      route.fulfill({ status: 429, json: { code: 'too_many_attempts', detail: 'Hãy đợi vài phút rồi thử lại.' } }),
    );
    await page.getByRole('button', { name: 'Kiểm tra tệp khác' }).click();
    await drop('lại.pdf', await pdf('Lai'));
    await expect(page.getByRole('alert')).toContainText('Hãy đợi vài phút rồi thử lại.');
    await page.unroute('**/api/v1/verify');
    await page.getByRole('button', { name: 'Thử lại' }).click();
    await expect(page.getByRole('region', { name: 'lại.pdf' })).toContainText('Không có chữ ký số');
  });

  test('signatures: asks for the content of a signature that is kept apart', async ({ page, signers }) => {
    const content = Buffer.from('Đơn đề nghị cấp bản sao trích lục');
    const signature = signers.detached(content);
    await page.goto('/verify');
    await choose(page, 'Chọn tệp', 'đơn.txt.p7s', signature);
    const result = page.getByRole('region', { name: 'đơn.txt.p7s' });
    await expect(result).toContainText('Chữ ký này nằm riêng, tách khỏi nội dung');
    await choose(page, 'Chọn tệp nội dung', 'đơn.txt', content);
    await expect(result).toContainText('Nội dung đã ký: đơn.txt');
    await expect(result).toContainText('Đã xác định được người ký, và nội dung còn nguyên như khi ký.');
    const digest = createHash('sha256').update(signature).digest('hex');
    const paper = await printed(page);
    await expect(paper).toContainText(digest);
    await expect(paper).toContainText('kho-2026');
  });

  test('signatures: says so where only a part of a file is signed', async ({ page, signers }) => {
    await page.route('**/api/v1/verify', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), format: 'xades', partly_signed: true } });
    });
    await page.goto('/verify');
    await choose(page, 'Chọn tệp', 'hóa đơn.xml', signers.valid(await plainPdf('Hoa don')));
    const result = page.getByRole('region', { name: 'hóa đơn.xml' });
    await expect(result).toContainText('Hợp lệ cho phần được ký');
    await expect(result).toContainText('Phần còn lại của tệp không được chữ ký bảo vệ.');
    await expect(await printed(page)).toContainText('Hợp lệ cho phần được ký');
  });
});
