/** What the page says of digital signatures: in the details of a document, and of any file without an account. */
import type { Locator, Page } from '@playwright/test';
import { filledIn, plainPdf, Signers, tampered } from './signed';
import { expect, test as base, type Vault } from './support';

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
