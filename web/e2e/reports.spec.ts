/** Reports on reuse, digitisation and refusals (K11): what they say is what happened. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { components } from '../src/lib/api/schema';
import { openCounter, withPapers, type Dossier } from './counter';
import { reportsOfAYear } from './screens/figures';
import { expect, test, Vault, type Person, type Server } from './support';

type Schema = components['schemas'];

// Of its own, so that nobody else's dossiers are counted.
const AGENCY = { code: 'H99.20.71', name: 'Ủy ban nhân dân xã Bản Vược' };
const COMPONENTS = ['birth', 'identity', 'marriage', 'diploma'];

test.beforeAll(async ({ server }) => {
  await openCounter(server);
  const file = join(server.data, 'reporting.json');
  const agency = {
    code: AGENCY.code,
    name: { vi: AGENCY.name, en: 'People’s Committee of Bản Vược' },
    level: 'commune',
  };
  await writeFile(file, JSON.stringify({ format: 'kho-catalogue/1', agencies: [agency] }));
  await server.command('catalogue', 'import', file, '--keep-missing');
});

async function readerOf(server: Server): Promise<Person> {
  const person = await server.person('Hoàng Văn Tuyên');
  await server.command('user', 'role', person.login, 'officer', '--agency', AGENCY.code);
  return person;
}

/** Hands a dossier in: three papers lay in the vault before, the fourth is added for it. One of them is refused. */
async function somethingHappened(server: Server, hoa: Vault, reader: Person): Promise<void> {
  const papers = await withPapers(hoa, 3);
  const dossier = await hoa.post<Dossier>('/dossiers', { procedure: '9.000004', receiving_agency: AGENCY.code });
  const added = await hoa.addPdf(hoa.root, 'Bằng tốt nghiệp.pdf', 'diploma');
  const diploma = await hoa.patch<Schema['EntryBody']>(`/entries/${added.id}`, added.rev, { type_code: 'diploma' });
  for (const [index, paper] of [...papers, diploma].entries()) {
    const path = `/dossiers/${dossier.id}/components/${COMPONENTS[index] ?? ''}/attachments`;
    await hoa.put(path, { entry_id: paper.id });
  }
  await hoa.post(`/dossiers/${dossier.id}/moves`, { move: 'submit' });
  const desk = await Vault.of(server, reader, 'Giải quyết hồ sơ');
  const received = await desk.post<Dossier>(`/dossiers/${dossier.id}/moves`, { move: 'receive' });
  const [birth] = received.components.find(({ code }) => code === 'birth')?.attachments ?? [];
  const reason = { reason_code: 'unreadable', note: 'Ảnh mờ.' };
  await desk.post(`/dossiers/${dossier.id}/attachments/${birth?.id ?? ''}/refuse`, reason);
  await desk.api.dispose();
}

const figure = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Con số chính' }).getByRole('listitem').filter({ hasText: name });

test('K11 J6 counts what was reused, added and refused, as it happened', async ({ hoa, server, signedIn }) => {
  const reader = await readerOf(server);
  const page = await signedIn(reader);
  await page.goto('/officer');
  await page.getByRole('link', { name: 'Báo cáo' }).click();
  await expect(page.getByText('Chưa có số liệu')).toBeVisible();

  await somethingHappened(server, hoa, reader);
  await page.reload();
  await expect(figure(page, 'Hồ sơ đã nộp')).toContainText('1');
  await expect(figure(page, 'Tỷ lệ dùng lại')).toContainText('75%');
  await expect(figure(page, 'Tỷ lệ số hóa')).toContainText('Chưa có');
  await expect(figure(page, 'Giấy tờ bị từ chối')).toContainText('Tăng 1 so với kỳ trước (0)');

  // Each chart says what is seen, and its figures stand in a table.
  const sum = '3 thành phần dùng giấy tờ có sẵn trong kho, 1 giấy tờ mới thêm, 0 giấy tờ do cơ quan số hóa.';
  await expect(page.getByRole('img', { name: sum })).toBeVisible();
  const sources = page.getByRole('region', { name: 'Giấy tờ trong hồ sơ đến từ đâu' });
  await sources.getByText('Xem bảng số liệu').click();
  await expect(sources.getByRole('table').getByRole('cell')).toHaveText(['3', '1', '0']);
  const reasons = page.getByRole('table', { name: 'Giấy tờ bị từ chối, theo lý do' });
  await expect(reasons.getByRole('row', { name: 'Mờ, không đọc được' }).getByRole('cell')).toHaveText(['1', '100%']);
  const standings = page.getByRole('table', { name: 'Hồ sơ tiếp nhận trong thời gian này đang ở đâu' });
  await expect(standings.getByRole('row', { name: 'Đã tiếp nhận' }).getByRole('cell')).toHaveText(['1', '0']);
});

test('K11 gives the same figures for spreadsheets', async ({ hoa, server, signedIn }) => {
  const reader = await readerOf(server);
  await somethingHappened(server, hoa, reader);
  const page = await signedIn(reader);
  await page.goto('/reports');
  const reasons = page.getByRole('region', { name: 'Giấy tờ bị từ chối, theo lý do' });
  const shown = await reasons.getByRole('row', { name: 'Mờ, không đọc được' }).getByRole('cell').first().innerText();
  const download = page.waitForEvent('download');
  await reasons.getByRole('link', { name: /^Tải về bảng CSV/ }).click();
  const [head, line] = (await readFile(await (await download).path(), 'utf8')).split('\r\n');
  const column = (head ?? '').split(',').indexOf('refusals');
  expect(line?.split(',')[0]).toBe('unreadable');
  expect(line?.split(',')[column]).toBe(shown);
});

test('K11 goes by the days that are chosen', async ({ server, signedIn }) => {
  const page = await signedIn(await readerOf(server));
  await page.goto('/reports');
  await page.getByLabel('Chọn ngày').check();
  await page.getByLabel('Từ ngày').fill('2020-03-31');
  await page.getByLabel('Từ ngày').blur();
  await page.getByLabel('Đến ngày').fill('2020-03-01');
  await page.getByLabel('Đến ngày').blur();
  await expect(page.getByText('Ngày cuối phải sau ngày đầu.')).toBeVisible();
  await page.getByLabel('Đến ngày').fill('2020-04-09');
  await page.getByLabel('Đến ngày').blur();
  // Ten days, and the ten before them.
  await expect(page.getByText('31/03/2020 – 09/04/2020, so với 21/03/2020 – 30/03/2020.')).toBeVisible();
  await expect(page.getByText('Chưa có số liệu')).toBeVisible();
  // The address is the report: whoever has it sees the same.
  await page.reload();
  await expect(page.getByLabel('Từ ngày')).toHaveValue('2020-03-31');
});

test('K11 lets administrators compare agencies, and look at one', async ({ hoa, server, signedIn }) => {
  await somethingHappened(server, hoa, await readerOf(server));
  const admin = await server.person('Đặng Thị Thảo');
  await server.command('user', 'role', admin.login, 'system_admin');
  const page = await signedIn(admin);
  await reportsOfAYear(page);
  await page.goto('/');
  await page.getByRole('link', { name: 'Báo cáo' }).click();
  await page.getByLabel('Năm nay').check();
  const agencies = page.getByRole('region', { name: 'So sánh các đơn vị' });
  await expect(agencies.getByRole('rowheader').first()).toContainText('xã Suối Mơ');
  await agencies.getByLabel('Hồ sơ đã nộp').check();
  await expect(agencies.getByRole('rowheader').first()).toContainText('phường Đồng Tâm');
  await agencies.getByRole('link', { name: 'Ủy ban nhân dân xã Bản Vược' }).click();
  await expect(page.getByLabel('Đơn vị', { exact: true })).toHaveValue('H99.20.02');
  await page.unroute('**/api/v1/reports/**');
  await page.goto(`/reports?agency=${AGENCY.code}`);
  await expect(figure(page, 'Tỷ lệ dùng lại')).toContainText('75%');
});

test('K11 tells reports to those alone who are charged with them', async ({ hoa, page }) => {
  await page.goto('/reports');
  await expect(page.getByText('Tài khoản của bạn không có nhiệm vụ xem báo cáo.')).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Báo cáo' })).toHaveCount(0);
  expect(hoa.person.login).toBeTruthy();
});

test('K12 no report breaks WCAG 2.2 A or AA, light or dark, wide or narrow', async ({ server, signedIn }) => {
  const page = await signedIn(await readerOf(server));
  await reportsOfAYear(page);
  await page.goto('/reports?period=year');
  await expect(page.getByRole('heading', { name: 'So sánh các đơn vị' })).toBeVisible();
  for (const fold of await page.getByText('Xem bảng số liệu').all()) await fold.click();
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `nothing sticks out at ${width} px`).toBeLessThanOrEqual(0);
  }
});
