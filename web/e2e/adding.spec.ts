/** Adding documents: the ways in, what can stand in the way, and what a lost network, server or page must not undo. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import { expect, PASSWORD, pdf, Server, test, Vault } from './support';

type Upload = string | { name: string; buffer: Buffer };

const MIB = 1024 * 1024;

/** Chooses files through the button, as a person does. They lie on the disk: the test's own way into the browser is a slow one for bytes. */
async function choose(page: Page, files: Upload[]): Promise<void> {
  await mkdir(test.info().outputDir, { recursive: true });
  const folder = await mkdtemp(test.info().outputPath('files-'));
  const chosen = files.map(async (file) => {
    if (typeof file === 'string') return file;
    const path = join(folder, file.name);
    await writeFile(path, file.buffer);
    return path;
  });
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Thêm giấy tờ' }).click();
  await (await chooser).setFiles(await Promise.all(chosen));
}

const tray = (page: Page): Locator => page.getByRole('region', { name: 'Giấy tờ đang thêm' });
const row = (page: Page, name: string): Locator => tray(page).getByRole('listitem').filter({ hasText: name });

/** A PDF of a size that goes in parts; what follows its end is as good as a scan. */
async function large(mib: number): Promise<Buffer> {
  return Buffer.concat([await pdf('Kho'), randomBytes(mib * MIB)]);
}

const names = async (vault: Vault, folder: string) =>
  (await vault.children(folder)).filter((entry) => entry.kind === 'document').map((entry) => entry.name);

test('D4 adds several documents by the button @smoke', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('civil-status');
  await page.goto(`/folders/${folder.id}`);
  await choose(page, [
    { name: 'Giấy khai sinh.pdf', buffer: await pdf('Khai sinh') },
    { name: 'Bản quét lớn.pdf', buffer: await large(3) },
  ]);
  await expect(tray(page).getByRole('heading', { name: 'Đã thêm 2 giấy tờ' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Bản quét lớn.pdf' })).toBeVisible();
  expect(await names(hoa, folder.id)).toEqual(['Bản quét lớn.pdf', 'Giấy khai sinh.pdf']);

  await row(page, 'Giấy khai sinh.pdf').getByRole('link', { name: 'Điền thông tin' }).click();
  await expect(page.getByRole('complementary', { name: 'Giấy khai sinh.pdf' })).toBeVisible();
});

test('D4 adds what is dropped on the folder or pasted', async ({ hoa, page }) => {
  const folder = await hoa.folder(hoa.root, 'Giấy tờ của con');
  await page.goto(`/folders/${folder.id}`);
  await expect(page.getByRole('button', { name: 'Thêm', exact: true })).toBeVisible();
  const bytes = [...(await pdf('Kho'))];
  const bring = (kind: 'drop' | 'paste', name: string) =>
    page.evaluate(
      ([kind, name, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: 'application/pdf' }));
        const target = document.querySelector('main') ?? document.body;
        const options = { bubbles: true, cancelable: true };
        if (kind === 'paste') {
          target.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
          return;
        }
        for (const type of ['dragenter', 'dragover']) {
          target.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
        }
        setTimeout(() => target.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: data })), 300);
      },
      [kind, name, bytes] as const,
    );
  await bring('drop', 'Thả vào.pdf');
  await expect(page.getByText('Thả vào đây để thêm giấy tờ')).toBeVisible();
  await expect(row(page, 'Thả vào.pdf').getByText('Đã cất vào kho')).toBeVisible();
  await expect(page.getByText('Thả vào đây để thêm giấy tờ')).toBeHidden();
  await bring('paste', 'Dán vào.pdf');
  await expect(row(page, 'Dán vào.pdf').getByText('Đã cất vào kho')).toBeVisible();
  expect(await names(hoa, folder.id)).toEqual(['Dán vào.pdf', 'Thả vào.pdf']);
});

test('D16 says of each file why the vault does not take it', async ({ hoa, page }) => {
  await page.goto(`/folders/${hoa.root}`);
  await choose(page, [
    { name: 'Cài đặt.exe', buffer: Buffer.from('MZ') },
    { name: 'Trống.pdf', buffer: Buffer.alloc(0) },
    { name: 'Trang.pdf', buffer: Buffer.from('<!doctype html><script>alert(1)</script>') },
    { name: 'Ảnh.png', buffer: await pdf('Kho') },
  ]);
  await expect(row(page, 'Cài đặt.exe')).toContainText('Kho không nhận loại tệp này');
  await expect(row(page, 'Trống.pdf')).toContainText('Tệp không có nội dung nào');
  await expect(row(page, 'Trang.pdf')).toContainText('Kho không nhận loại tệp này');
  await expect(row(page, 'Ảnh.png')).toContainText('không đúng với đuôi tên');
  await expect(tray(page).getByRole('heading', { name: '4 giấy tờ cần bạn xem lại' })).toBeVisible();
  expect(await names(hoa, hoa.root)).toEqual([]);
});

test('D4 says how much room is left where a file is too large for the vault', async ({ hoa, page }) => {
  await page.route('**/api/v1/uploads', (route) =>
    route.fulfill({
      status: 409,
      json: { code: 'quota_exceeded', detail: 'Kho không còn đủ.', free_bytes: 1_200_000 },
    }),
  );
  await page.goto(`/folders/${hoa.root}`);
  await choose(page, [{ name: 'Bản quét.pdf', buffer: await large(2) }]);
  await expect(row(page, 'Bản quét.pdf')).toContainText('Kho chỉ còn trống 1,2 MB');
});

test('D4 asks what to do about a taken name', async ({ hoa, page }) => {
  await hoa.addPdf(hoa.root, 'Sổ hộ khẩu.pdf', 'Ban cu');
  await page.goto(`/folders/${hoa.root}`);
  const dialog = page.getByRole('dialog', { name: 'Trùng tên' });
  const again = async () => {
    await choose(page, [{ name: 'Sổ hộ khẩu.pdf', buffer: await pdf('Ban moi') }]);
    await expect(dialog).toContainText('Trong thư mục đã có “Sổ hộ khẩu.pdf”');
  };
  const goAhead = dialog.getByRole('button', { name: 'Làm như vậy' });

  await again();
  await dialog.getByRole('radio', { name: 'Giữ cả hai' }).check();
  await goAhead.click();
  await expect(row(page, 'Sổ hộ khẩu.pdf').getByText('cất với tên “Sổ hộ khẩu (2).pdf”')).toBeVisible();

  await again();
  await dialog.getByRole('radio', { name: 'Là lần cập nhật mới' }).check();
  await goAhead.click();
  await expect(tray(page).getByText('Đã thêm lần cập nhật mới')).toBeVisible();

  await again();
  await dialog.getByRole('radio', { name: 'Đặt tên khác' }).check();
  await goAhead.click();
  await expect(dialog.getByText('Hãy nhập một tên khác.')).toBeVisible();
  await dialog.getByLabel('Tên mới').fill('Sổ hộ khẩu năm 2026');
  await goAhead.click();
  await expect(row(page, 'Sổ hộ khẩu năm 2026.pdf').getByText('Đã cất vào kho')).toBeVisible();

  await again();
  await dialog.getByRole('radio', { name: 'Bỏ qua, không thêm' }).check();
  await goAhead.click();
  await expect(dialog).toBeHidden();

  const found = (await hoa.children(hoa.root)).filter((entry) => entry.kind === 'document');
  expect(Object.fromEntries(found.map((entry) => [entry.name, entry.document?.version_count]))).toEqual({
    'Sổ hộ khẩu.pdf': 2,
    'Sổ hộ khẩu (2).pdf': 1,
    'Sổ hộ khẩu năm 2026.pdf': 1,
  });
});

test('D4 does the same with all taken names, and asks before a long way', async ({ hoa, page }) => {
  const files: Upload[] = [];
  for (const name of ['Một.pdf', 'Hai.pdf', 'Ba.pdf']) {
    await hoa.addPdf(hoa.root, name);
    files.push({ name, buffer: await pdf('Ban moi') });
  }
  await hoa.addPdf(hoa.root, 'Lớn.pdf');
  files.push({ name: 'Lớn.pdf', buffer: await large(2) });
  const begun: string[] = [];
  page.on('request', (request) => request.url().endsWith('/uploads') && begun.push(request.url()));
  await page.goto(`/folders/${hoa.root}`);
  await choose(page, files);
  const dialog = page.getByRole('dialog', { name: 'Trùng tên' });
  await dialog.getByRole('radio', { name: 'Bỏ qua, không thêm' }).check();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Làm như vậy' }).click();
  await expect(tray(page)).toBeHidden();
  await expect(dialog).toBeHidden();
  expect(begun).toEqual([]);
  expect(await names(hoa, hoa.root)).toHaveLength(4);
});

/** Sets how fast the page sends, so that there is time to do something meanwhile. */
async function slowness(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const network = await page.context().newCDPSession(page);
  return async (uploadThroughput) => {
    const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await network.send('Network.emulateNetworkConditions', conditions);
  };
}

test('D4 pauses, goes on and gives up', async ({ hoa, page }) => {
  await page.goto(`/folders/${hoa.root}`);
  const slow = await slowness(page);
  await slow(MIB / 4);
  await choose(page, [{ name: 'Bản quét.pdf', buffer: await large(8) }]);
  const line = row(page, 'Bản quét.pdf');
  await expect(line).toContainText(/Đã gửi .* trong 8,4 MB, còn/);
  await line.getByRole('button', { name: 'Tạm dừng Bản quét.pdf' }).click();
  await expect(line).toContainText('Đang tạm dừng');
  await page.reload();
  await expect(line).toContainText('Đang tạm dừng');
  await slow(-1);
  await line.getByRole('button', { name: 'Gửi tiếp Bản quét.pdf' }).click();
  await expect(line).toContainText('Đã cất vào kho');

  await slow(MIB / 4);
  await choose(page, [{ name: 'Bỏ giữa chừng.pdf', buffer: await large(8) }]);
  await expect(row(page, 'Bỏ giữa chừng.pdf')).toContainText('Đã gửi');
  const given = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await tray(page).getByRole('button', { name: 'Bỏ, không thêm Bỏ giữa chừng.pdf' }).click();
  expect((await given).status()).toBe(204);
  await expect(row(page, 'Bỏ giữa chừng.pdf')).toBeHidden();
  expect(await names(hoa, hoa.root)).toEqual(['Bản quét.pdf']);
});

test('D4 goes on by itself when the network is there again @smoke', async ({ hoa, page, context }) => {
  await page.goto(`/folders/${hoa.root}`);
  await expect(page.getByRole('button', { name: 'Thêm', exact: true })).toBeVisible();
  await choose(page, [{ name: 'Đầu tiên.pdf', buffer: await pdf('Kho') }]);
  await expect(row(page, 'Đầu tiên.pdf').getByText('Đã cất vào kho')).toBeVisible();
  await context.setOffline(true);
  await choose(page, [{ name: 'Khi mất mạng.pdf', buffer: await pdf('Kho') }]);
  await expect(row(page, 'Khi mất mạng.pdf')).toContainText('Đang mất kết nối');
  await context.setOffline(false);
  await expect(row(page, 'Khi mất mạng.pdf')).toContainText('Đã cất vào kho');
  await expect(page.getByRole('link', { name: 'Khi mất mạng.pdf' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('D4 goes on when a person signs in again', async ({ hoa, page }) => {
  await page.goto(`/folders/${hoa.root}`);
  const slow = await slowness(page);
  await slow(MIB);
  await choose(page, [{ name: 'Bản quét.pdf', buffer: await large(8) }]);
  await expect(row(page, 'Bản quét.pdf')).toContainText('Đã gửi');
  // The browser's session ends, as it does after some hours.
  const sessions = await hoa.get<{ items: { id: string; current: boolean }[] }>('/sessions');
  for (const { id, current } of sessions.items) if (!current) await hoa.remove(`/sessions/${id}`);
  await expect(page).toHaveURL(/sign-in/);
  await slow(-1);
  await page.getByLabel('Tên đăng nhập').fill(hoa.person.login);
  await page.getByLabel('Mật khẩu').fill(PASSWORD);
  await page.getByLabel('Mật khẩu').press('Enter');
  await expect(row(page, 'Bản quét.pdf')).toContainText('Đã cất vào kho');
  expect(await names(hoa, hoa.root)).toEqual(['Bản quét.pdf']);
});

test('D4 sends a file from one tab alone, and from another when that one is closed', async ({ hoa, page, context }) => {
  await page.goto(`/folders/${hoa.root}`);
  await (
    await slowness(page)
  )(MIB);
  await choose(page, [{ name: 'Bản quét.pdf', buffer: await large(8) }]);
  await expect(row(page, 'Bản quét.pdf')).toContainText('Đã gửi');
  const other = await context.newPage();
  const sent: string[] = [];
  other.on('request', (request) => request.url().includes('/uploads') && sent.push(request.method()));
  await other.goto(`/folders/${hoa.root}`);
  await expect(other.getByRole('button', { name: 'Thêm', exact: true })).toBeVisible();
  await expect(tray(other)).toBeHidden();
  expect(sent).toEqual([]);
  await page.close();
  await expect(row(other, 'Bản quét.pdf')).toContainText('Đã cất vào kho', { timeout: 40_000 });
  expect(sent).not.toContain('POST');
  expect(await names(hoa, hoa.root)).toEqual(['Bản quét.pdf']);
});

test('D4 leaves nothing of a person in a browser that they sign out of', async ({ hoa, page }) => {
  await page.goto(`/folders/${hoa.root}`);
  // Nothing arrives, so the file stays unfinished.
  await page.route('**/documents', (route) => route.abort());
  await choose(page, [{ name: 'Riêng tư.pdf', buffer: await pdf('Kho') }]);
  await expect(row(page, 'Riêng tư.pdf')).toContainText('Đang mất kết nối');
  await page.getByRole('button', { name: 'Tài khoản' }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await expect(page).toHaveURL(/sign-in/);
  const kept = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('kho-adding');
      request.onsuccess = () => resolve(request.result);
    });
    const count = (store: string) =>
      new Promise<number>((resolve) => {
        const request = database.transaction(store).objectStore(store).count();
        request.onsuccess = () => resolve(request.result);
      });
    return (await count('facts')) + (await count('files'));
  });
  expect(kept).toBe(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 800 }, hasTouch: true });

  test('D4 keeps two photographed sides as one PDF in 4 taps', async ({ hoa, page }) => {
    await page.goto('/');
    let taps = 0;
    const tap = async (target: Locator) => {
      taps += 1;
      await target.tap();
    };
    const shoot = async (target: Locator, colour: string) => {
      const chooser = page.waitForEvent('filechooser');
      await tap(target);
      const buffer = await picture(page, colour);
      await (await chooser).setFiles({ name: 'image.jpg', mimeType: 'image/jpeg', buffer });
    };
    await tap(page.getByRole('button', { name: 'Thêm', exact: true }));
    await shoot(page.getByRole('menuitem', { name: 'Chụp ảnh giấy tờ' }), '#c33');
    await shoot(page.getByRole('button', { name: 'Chụp mặt tiếp theo' }), '#33c');
    await expect(page.getByRole('img', { name: 'Mặt 2' })).toBeVisible();
    await tap(page.getByRole('button', { name: 'Cất vào kho' }));
    await expect(tray(page).getByText('Đã cất vào kho')).toBeVisible();
    expect(taps).toBe(4);

    const [document] = (await hoa.children(hoa.root)).filter((entry) => entry.kind === 'document');
    expect(document?.name).toMatch(/^Giấy tờ chụp .*\.pdf$/);
    const content = await hoa.api.get(`/api/v1/entries/${document?.id}/content`);
    const made = await PDFDocument.load(await content.body());
    expect(made.getPageCount()).toBe(2);
    // 3,000 × 2,000 became 2,000 at the longest, on a page as long as A4.
    expect(made.getPage(0).getSize().width).toBeCloseTo(842);
  });

  test('D4 puts photographed sides into another order, and takes one away', async ({ hoa, page }) => {
    await page.goto(`/folders/${hoa.root}`);
    const shoot = async (target: Locator, colour: string) => {
      const chooser = page.waitForEvent('filechooser');
      await target.tap();
      await (await chooser).setFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await picture(page, colour) });
    };
    await page.getByRole('button', { name: 'Thêm', exact: true }).tap();
    await shoot(page.getByRole('menuitem', { name: 'Chụp ảnh giấy tờ' }), '#c33');
    for (const colour of ['#33c', '#3c3']) {
      await shoot(page.getByRole('button', { name: 'Chụp mặt tiếp theo' }), colour);
    }
    const red = page.getByRole('img', { name: 'Mặt 1' });
    await page.getByRole('button', { name: 'Chuyển mặt 3 lên trước' }).tap();
    await page.getByRole('button', { name: 'Bỏ mặt 1' }).tap();
    await expect(page.getByRole('img', { name: /Mặt/ })).toHaveCount(2);
    const colour = await red.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      return [...(canvas.getContext('2d')?.getImageData(20, 20, 1, 1).data ?? [])].slice(0, 3).indexOf(204);
    });
    expect(colour, 'the green side is the first').toBe(1);
    await page.getByLabel('Tên giấy tờ').fill('');
    await page.getByRole('button', { name: 'Cất vào kho' }).tap();
    await expect(page.getByText('Hãy đặt tên cho giấy tờ.')).toBeVisible();
    await page.getByLabel('Tên giấy tờ').fill('Căn cước');
    await page.getByRole('button', { name: 'Cất vào kho' }).tap();
    await expect(row(page, 'Căn cước.pdf').getByText('Đã cất vào kho')).toBeVisible();
  });
});

/** A photograph of one colour, larger than a PDF of ours keeps it. */
async function picture(page: Page, colour: string): Promise<Buffer> {
  const data = await page.evaluate((colour) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [3000, 2000];
    const context = canvas.getContext('2d');
    if (context) context.fillStyle = colour;
    context?.fillRect(0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/jpeg').split(',')[1] ?? '';
  }, colour);
  return Buffer.from(data, 'base64');
}

test('D4 goes on with 1 GiB after the server was killed and the page reloaded', async ({ page }) => {
  test.setTimeout(600_000);
  const server = await Server.start();
  const path = join(server.data, 'Bản quét 1 GiB.pdf');
  try {
    const hoa = await Vault.of(server, await server.person('Nguyễn Thị Hoa'));
    const digest = await writeLarge(path, 1024);
    await page.context().clearCookies();
    await page.context().addCookies((await hoa.api.storageState()).cookies);
    await page.goto(`${server.url}/folders/${hoa.root}`);
    await choose(page, [path]);

    const bar = row(page, 'Bản quét 1 GiB.pdf').getByRole('progressbar');
    const sent = async () => Number(await bar.getAttribute('value')) / MIB;
    await expect.poll(sent, { timeout: 120_000, intervals: [50] }).toBeGreaterThan(256);
    await server.kill();
    await expect(tray(page)).toContainText('Đang mất kết nối');
    const before = await sent();
    await server.restart();
    await expect.poll(sent, { timeout: 120_000, intervals: [50] }).toBeGreaterThan(before + 64);

    const created: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && created.push(request.url()));
    await page.reload();
    await expect(tray(page).getByText('Đã cất vào kho')).toBeVisible({ timeout: 300_000 });
    expect(created, 'the upload was gone on with, not begun again').toEqual([]);

    const [document] = (await hoa.children(hoa.root)).filter((entry) => entry.kind === 'document');
    const { items } = await hoa.get<{ items: { sha256: string; size_bytes: number }[] }>(
      `/entries/${document?.id}/versions`,
    );
    expect(items[0]).toMatchObject({ sha256: digest, size_bytes: 1024 * MIB });
    await hoa.api.dispose();
  } finally {
    await server.end();
    await rm(path, { force: true });
  }
});

/** Writes a file that begins as a PDF does; answers its SHA-256. */
async function writeLarge(path: string, mib: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let index = 0; index < mib; index += 1) {
    const bytes = randomBytes(MIB);
    if (index === 0) bytes.write('%PDF-1.7\n');
    hash.update(bytes);
    await file.write(bytes);
  }
  await file.close();
  return hash.digest('hex');
}
