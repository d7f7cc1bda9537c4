/** What somebody without an account sees by a share link (D11–D13, F5). */
import type { Page } from '@playwright/test';
import { expect, pdf, test, type Vault } from './support';

interface LinkOptions {
  rights?: string[];
  password?: string;
  max_downloads?: number;
}

async function linkTo(
  vault: Vault,
  entry: string,
  options: LinkOptions = {},
): Promise<{ id: string; address: string }> {
  const made = await vault.post<{ id: string; secret: string }>('/links', {
    entry_id: entry,
    rights: ['view', 'download'],
    expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    ...options,
  });
  return { id: made.id, address: `/link#${made.secret}` };
}

const firstPage = (page: Page) => page.getByRole('group', { name: 'Trang 1 trên 1' });
const left = (page: Page) => page.getByRole('list', { name: 'Điều kiện của liên kết' });

test.describe('without signing in', () => {
  test('D12 a link shows a paper, by whom and until when', async ({ page, minh }) => {
    const paper = await minh.addPdf(minh.root, 'Giấy khai sinh.pdf', 'khai sinh');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const { address } = await linkTo(minh, paper.id);
    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'Giấy khai sinh.pdf' })).toBeVisible();
    await expect(page.getByText('Trần Văn Minh chia sẻ với bạn')).toBeVisible();
    await expect(left(page)).toContainText('Xem được đến');
    await expect(firstPage(page)).toContainText('khai sinh');
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải về' }).click();
    expect((await saved).suggestedFilename()).toBe('Giấy khai sinh.pdf');
    // The page itself is asked for without the secret.
    const secret = address.split('#')[1] ?? '';
    expect(
      asked.filter((url) => !url.includes('/api/') && url.includes(secret)).map((url) => new URL(url).pathname),
    ).toEqual(asked.filter((url) => !url.includes('/api/') && new URL(url).hash.includes(secret)).map(() => '/link'));
  });

  test('D12 a link to a folder shows what lies in it, page by page', async ({ page, minh }) => {
    const folder = await minh.folder(minh.root, 'Hồ sơ xin học');
    const inner = await minh.folder(folder.id, 'Học bạ');
    await minh.addPdf(inner.id, 'Lớp 1.pdf', 'lop mot');
    const bytes = await pdf('x');
    for (let index = 0; index < 101; index += 1) await minh.add(folder.id, `Tờ ${index}.pdf`, bytes);
    await page.goto((await linkTo(minh, folder.id)).address);
    const entries = page.getByRole('list', { name: 'Hồ sơ xin học' }).getByRole('link');
    await expect(entries).toHaveCount(100);
    await page.getByRole('button', { name: 'Xem thêm' }).click();
    await expect(entries).toHaveCount(102);

    await entries.filter({ hasText: 'Học bạ' }).click();
    await page.getByRole('link', { name: /Lớp 1\.pdf/ }).click();
    await expect(firstPage(page)).toContainText('lop mot');
    const way = page.getByRole('navigation', { name: 'Đường dẫn thư mục' });
    await way.getByRole('link', { name: 'Học bạ' }).click();
    await expect(page.getByRole('link', { name: /Lớp 1\.pdf/ })).toBeVisible();
    await page.goBack();
    await expect(firstPage(page)).toContainText('lop mot');
  });

  test('D12 a link with a password asks for it', async ({ page, minh }) => {
    const paper = await minh.addPdf(minh.root, 'Đơn.pdf', 'don');
    await page.goto((await linkTo(minh, paper.id, { password: 'hoa sen 2026' })).address);
    const password = page.getByLabel('Mật khẩu của liên kết');
    await password.fill('hoa sen');
    await password.press('Enter');
    await expect(page.getByText('Mật khẩu của liên kết không đúng.')).toBeVisible();
    await password.fill('hoa sen 2026');
    await password.press('Enter');
    await expect(firstPage(page)).toContainText('don');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Tải về' }).click();
    expect((await saved).suggestedFilename()).toBe('Đơn.pdf');
  });

  test('D12 a link with a limit counts once for viewing and saving @smoke', async ({ page, minh }) => {
    const paper = await minh.addPdf(minh.root, 'Đơn.pdf', 'don');
    const { address } = await linkTo(minh, paper.id, { max_downloads: 1 });
    await page.goto(address);
    await expect(left(page)).toContainText('Còn 1 lượt xem hoặc tải về');
    await page.getByRole('button', { name: 'Xem tại đây' }).click();
    await expect(firstPage(page)).toContainText('don');
    await expect(left(page)).toContainText('Đã hết lượt');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Tải về' }).click();
    expect((await saved).suggestedFilename()).toBe('Đơn.pdf');

    await page.reload();
    await expect(left(page)).toContainText('Đã hết lượt');
    await expect(page.getByRole('button', { name: 'Xem tại đây' })).toBeHidden();
  });

  test('F5 a link that was revoked or copied in part says so', async ({ page, minh }) => {
    const paper = await minh.addPdf(minh.root, 'Đơn.pdf');
    const { id, address } = await linkTo(minh, paper.id);
    await minh.remove(`/grants/${id}`);
    for (const gone of [address, address.slice(0, -3), '/link']) {
      await page.goto('about:blank');
      await page.goto(gone);
      await expect(page.getByRole('heading', { name: 'Liên kết này không còn dùng được' })).toBeVisible();
    }
  });

  test('D12 a link may show the name alone', async ({ page, minh }) => {
    const paper = await minh.addPdf(minh.root, 'Đơn.pdf');
    await page.goto((await linkTo(minh, paper.id, { rights: ['view'] })).address);
    await expect(left(page)).toContainText('Chỉ được xem tên');
    await expect(page.getByRole('link', { name: 'Tải về' })).toBeHidden();
  });
});
