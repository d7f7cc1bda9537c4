/** Scanning at the desk, comparing with originals, and the list of what is to be digitised (J4). */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import { AGENCY, officerOf, openCounter, PURPOSE, submitted, type Dossier } from './counter';
import { expect, pdf, test, Vault } from './support';

test.beforeAll(({ server }) => openCounter(server));

const component = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

const button = (page: Page | Locator, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** A dossier that an officer began at the counter, whose papers lie on the desk. */
async function atCounter(officer: Vault, owner: Vault, received = false): Promise<Dossier> {
  const body = { procedure: '9.000004', receiving_agency: AGENCY.code, owner_identity: owner.person.identity };
  const dossier = await officer.post<Dossier>('/dossiers', body);
  return received ? officer.post(`/dossiers/${dossier.id}/moves`, { move: 'receive' }) : dossier;
}

/** Does something that asks for files, and chooses these. */
async function choose(page: Page, ask: () => Promise<void>, ...files: { name: string; buffer: Buffer }[]) {
  const chooser = page.waitForEvent('filechooser');
  await ask();
  const mimeType = (name: string) => (name.endsWith('.pdf') ? 'application/pdf' : 'image/png');
  await (await chooser).setFiles(files.map((file) => ({ ...file, mimeType: mimeType(file.name) })));
}

/** A picture of so many pixels. */
async function picture(page: Page, name: string, width: number, height: number) {
  const base64 = await page.evaluate(
    ([width, height]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width ?? 1, height ?? 1];
      canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    },
    [width, height],
  );
  return { name, buffer: Buffer.from(base64, 'base64') };
}

const scan = async (name = 'scan0001.pdf') => ({ name, buffer: await pdf('Scan') });

test('J4 scans a paper into a component by keyboard, compared with the original', async ({ hoa, server, signedIn }) => {
  const lan = await officerOf(server);
  const officer = await Vault.of(server, lan, PURPOSE);
  const dossier = await atCounter(officer, hoa);
  const page = await signedIn(lan);
  await page.goto(`/officer/dossiers/${dossier.id}`);
  await expect(page.getByText('Đã có 0/4 thành phần cần nộp')).toBeVisible();
  await component(page, 'Bản giấy khai sinh').getByRole('button', { name: 'Quét giấy tờ' }).focus();

  // Q, the tick, Enter.
  const paper = await scan();
  await choose(page, () => page.keyboard.press('q'), paper);
  const dialog = page.getByRole('dialog', { name: 'Bản giấy khai sinh' });
  await expect(dialog.getByText('scan0001.pdf')).toBeVisible();
  const tick = dialog.getByRole('checkbox', { name: 'Đã đối chiếu với bản chính' });
  await expect(tick).toBeFocused();
  await expect(tick).not.toBeChecked();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã có 1/4 thành phần cần nộp')).toBeVisible();
  await expect(component(page, 'Bản giấy khai sinh')).toContainText('Cơ quan đã quét');

  // It is the owner's, under the name of what it is, and locked.
  const folder = await hoa.defaultFolder('civil-status');
  const [kept] = await hoa.children(folder.id);
  expect(kept?.name).toBe('Giấy khai sinh.pdf');
  expect(kept?.document).toMatchObject({ source: 'digitised', trust_level: 2, type_code: 'birth-certificate' });
  const { items } = await hoa.get<{ items: { facts: { ground: string; purpose: string } }[] }>('/receipts');
  expect(items[0]?.facts).toMatchObject({ ground: 'digitised', purpose: PURPOSE });

  // Undone, it leaves both; a second one stays.
  await button(page, 'Hoàn tác').click();
  await expect(page.getByText('Đã có 0/4 thành phần cần nộp')).toBeVisible();
  expect(await hoa.children(folder.id)).toHaveLength(0);
  await choose(page, () => button(page, 'Quét giấy tờ cho Bản giấy khai sinh').click(), paper);
  await button(page, 'Đưa vào hồ sơ').click();
  await expect(page.getByText('Đã có 1/4 thành phần cần nộp')).toBeVisible();

  // Not ticked then, it is compared afterwards, with the paper on the screen.
  await expect(button(page, 'Tiếp nhận hồ sơ')).toBeFocused();
  await page.keyboard.press('d');
  const look = page.getByRole('dialog', { name: 'Giấy khai sinh' });
  await expect(look.getByText('Scan')).toBeVisible();
  await expect(button(look, 'Đúng với bản chính')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã đối chiếu Giấy khai sinh với bản chính.')).toBeVisible();
  await expect.poll(async () => (await hoa.children(folder.id))[0]?.document?.trust_level).toBe(2);
  await button(page, 'Hoàn tác').last().click();
  await expect.poll(async () => (await hoa.children(folder.id))[0]?.document?.trust_level).toBe(1);
});

test('J4 makes one paper of several pictures, and takes what is dropped', async ({ hoa, server, signedIn }) => {
  const lan = await officerOf(server);
  const dossier = await atCounter(await Vault.of(server, lan, PURPOSE), hoa);
  const page = await signedIn(lan);
  await page.goto(`/officer/dossiers/${dossier.id}`);
  const [front, back] = [await picture(page, 'trước.png', 60, 40), await picture(page, 'sau.png', 40, 60)];
  await choose(page, () => button(page, 'Quét giấy tờ cho Bản căn cước').click(), front, back);
  const dialog = page.getByRole('dialog', { name: 'Bản căn cước' });
  await expect(dialog.getByRole('img')).toHaveCount(2);
  await expect(dialog.getByLabel('Loại giấy tờ')).toHaveValue('identity-card');
  await dialog.getByRole('button', { name: 'Chuyển mặt 2 lên trước' }).click();
  await button(dialog, 'Đưa vào hồ sơ').click();
  await expect(component(page, 'Bản căn cước')).toContainText('Cơ quan đã quét');
  const folder = await hoa.defaultFolder('identity');
  const [kept] = await hoa.children(folder.id);
  expect(kept?.name).toBe('Căn cước công dân.pdf');
  const bytes = await (await hoa.api.get(`/api/v1/entries/${kept?.id}/content`)).body();
  const pages = (await PDFDocument.load(bytes)).getPages();
  expect(pages.map((one) => one.getWidth() > one.getHeight())).toEqual([false, true]);

  // Dropped on a component, while the network holds it up; given up, nothing came in.
  await page.route('**/files/*', () => undefined);
  const drop = async (name: string) => {
    const target = component(page, 'Bản bằng tốt nghiệp');
    const data = await page.evaluateHandle(
      ([name, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(text ?? ''), (c) => c.charCodeAt(0))], name ?? ''));
        return data;
      },
      [name, (await pdf('Bang')).toString('base64')],
    );
    await target.dispatchEvent('dragenter', { dataTransfer: data });
    await expect(target.getByText('Thả tệp vào đây')).toBeVisible();
    await target.dispatchEvent('drop', { dataTransfer: data });
    await button(page, 'Đưa vào hồ sơ').click();
    return target;
  };
  const row = await drop('bang.pdf');
  await expect(row.getByRole('progressbar')).toBeVisible();
  await row.getByRole('button', { name: /^Thôi, không đưa/ }).click();
  await expect(row.getByRole('progressbar')).toHaveCount(0);
  await page.unroute('**/files/*');
  await drop('bang.exe');
  await expect(row.getByRole('alert')).toContainText('Kho không nhận');
  await row.getByRole('button', { name: /^Thôi, không đưa/ }).click();
  await drop('bang.pdf');
  await expect(row).toContainText('Cơ quan đã quét');
});

test('J4 goes through what is to be digitised by keyboard', async ({ hoa, minh, server, signedIn }) => {
  const lan = await officerOf(server);
  const officer = await Vault.of(server, lan, PURPOSE);
  const online = await submitted(hoa);
  await officer.post(`/dossiers/${online.id}/moves`, { move: 'receive' });
  const onPaper = await atCounter(officer, minh, true);
  const page = await signedIn(lan);
  await page.goto('/officer');
  await page.getByRole('link', { name: 'Chờ số hóa' }).click();
  const list = page.getByRole('list', { name: 'Việc số hóa' });
  const of = (dossier: Dossier) => list.getByRole('listitem').filter({ hasText: dossier.code });
  await expect(of(online).getByRole('button')).toHaveCount(4);
  await expect(of(onPaper).getByRole('button')).toHaveCount(4);
  await expect(of(onPaper)).toContainText('Chưa có tệp');
  await expect(of(online)).toContainText('Chưa đối chiếu với bản chính');

  // Compared one after the other, the paper on the screen.
  await of(online).getByRole('button').first().focus();
  for (const left of [3, 2]) {
    await page.keyboard.press('Enter');
    await expect(button(page, 'Đúng với bản chính')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(of(online).getByRole('button')).toHaveCount(left);
  }
  await expect(
    of(online)
      .getByRole('button', { name: /^Đối chiếu/ })
      .first(),
  ).toBeFocused();
  const seen = await hoa.get<Dossier>(`/dossiers/${online.id}`);
  expect(seen.components.map(({ attachments }) => attachments[0]?.trust_level)).toEqual([2, 2, 1, 1]);

  // Refused where it differs from the original: it is to be brought anew.
  await page.keyboard.press('Enter');
  await button(page, 'Từ chối').click();
  const reason = page.getByRole('dialog', { name: /^Từ chối/ });
  await reason.getByLabel('Lý do').selectOption('Khác bản gốc');
  await button(reason, 'Từ chối').click();
  await expect(of(online).getByRole('button', { name: /^Quét giấy tờ/ })).toHaveCount(1);

  // Scanned from here.
  await of(onPaper).getByRole('button').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(of(onPaper).getByRole('button').first()).toBeFocused();
  await choose(page, () => page.keyboard.press('Enter'), await scan());
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(of(onPaper).getByRole('button')).toHaveCount(3);
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  }

  // Nothing is left where both were ended.
  for (const dossier of [online, onPaper]) {
    await officer.post(`/dossiers/${dossier.id}/moves`, { move: 'refuse', reason_code: 'not_supplemented' });
  }
  await page.reload();
  await expect(page.getByText('Không còn việc số hóa nào')).toBeVisible();
});

test('J10 leaves a dossier that was begun at the desk to the desk', async ({ hoa, page, server }) => {
  const lan = await officerOf(server);
  const officer = await Vault.of(server, lan, PURPOSE);
  const dossier = await atCounter(officer, hoa);
  await page.goto(`/dossiers/${dossier.id}`);
  await expect(page.getByText(dossier.code).first()).toBeVisible();
  await expect(page.getByText('Hồ sơ này do cán bộ lập tại quầy')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Nộp hồ sơ' })).toHaveCount(0);
});
