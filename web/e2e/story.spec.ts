/**
 * The story of the mapping module: a result that one commune pushes for somebody without an account fills her dossier at another.
 *
 * What is expected at the end is reckoned from what she and the officer did.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { components } from '../src/lib/api/schema';
import { OneStop } from './one-stop';
import { paperPdf } from './papers';
import { expect, PASSWORD, test, Vault, type Person, type Server } from './support';

type Schemas = components['schemas'];

const CATALOGUE = resolve(import.meta.dirname, '../../tests/story/catalogue.json');
const SUOI_MO = 'H99.31';
const DOI_CHE = { code: 'H99.32', name: 'UBND xã Đồi Chè' };
const RESIDENCE = 'Đăng ký thường trú theo vợ, chồng';
const LAN = { login: 'lan.nguyen', name: 'Nguyễn Thị Lan', identity: '099200000077' };
const FORM = 'Tờ khai thay đổi thông tin cư trú';
const MARRIAGE = 'Giấy chứng nhận kết hôn';
const NOTE = 'Bản chụp mờ ở chỗ ngày đăng ký.';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const useFor = (page: Page, paper: string, component: string) =>
  button(page, `Dùng giấy này: ${paper}, cho ${component}`);
const card = (page: Page, component: string): Locator => page.getByRole('article', { name: component, exact: true });
const row = (page: Page, component: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: component, exact: true }) });

/** Papers as their offices issue them. */
async function draw(page: Page) {
  const authority = 'Ủy ban nhân dân xã Suối Mơ';
  const sheet = (title: string, number: string, ...facts: [string, string][]) =>
    paperPdf(page, { authority, title, number, pages: [[['Họ và tên', LAN.name], ...facts]], signed: 'Chủ tịch' });
  return {
    card: await sheet('Căn cước công dân', LAN.identity, ['Ngày sinh', '12/03/1994']),
    marriage: await sheet('Giấy chứng nhận kết hôn', '08/2016', ['Chồng', 'Trần Văn Nam']),
    birth: await sheet('Giấy khai sinh', '07/2026', ['Ngày sinh', '12/03/1994'], ['Nơi sinh', 'Suối Mơ']),
    form: await sheet('Tờ khai thay đổi thông tin cư trú', 'CT01', ['Nơi ở mới', 'Đồi Chè']),
    clear: await sheet('Giấy chứng nhận kết hôn', '08/2016', ['Chồng', 'Trần Văn Nam'], ['Bản', 'Chụp lại']),
  };
}

/** Suối Mơ pushes a dossier, its two papers and its result for her; she has no account. */
async function push(oneStop: OneStop, papers: Awaited<ReturnType<typeof draw>>): Promise<void> {
  const { card, marriage, birth } = papers;
  for (const [name, bytes] of Object.entries({ card, marriage, birth })) await oneStop.file(`${name}.pdf`, bytes);
  const owner = ['--procedure', '9.000101', '--owner', LAN.identity, '--owner-name', LAN.name, '--agency', SUOI_MO];
  const compared = ['--compared-by', 'Trần Văn Bình', '--issued-on', '2024-03-12', '--authority', 'UBND xã Suối Mơ'];
  const paper = (type: string, title: string) => ['--type', type, '--title', title, ...compared];
  await oneStop.run('dossier', 'MC-1', ...owner, '--state', 'processing');
  const identity = paper('identity-card', 'Căn cước của Lan');
  await oneStop.run('component', 'MC-1', 'GT', '1', 'card.pdf', ...identity);
  const wedding = paper('marriage-certificate', 'Giấy kết hôn của Lan');
  await oneStop.run('component', 'MC-1', 'KH', '1', 'marriage.pdf', ...wedding);
  const result = [...paper('birth-registration', 'Giấy khai sinh của Lan'), '--number', '07/2026'];
  await oneStop.run('result', 'MC-1', 'KQ1', 'birth.pdf', ...result);
  await oneStop.run('dossier', 'MC-1', ...owner, '--state', 'returned');
}

async function officerOf(server: Server, name: string, agency: string): Promise<Person> {
  const person = await server.person(name);
  await server.command('user', 'role', person.login, 'officer', '--agency', agency);
  return person;
}

async function add(page: Page, component: string, name: string, buffer: Buffer): Promise<void> {
  await button(page, `Thêm giấy tờ cho: ${component}`).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('dialog').getByRole('button', { name: 'Thêm giấy tờ' }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/pdf', buffer });
}

test('J2 J3 J6 a result of one commune answers a dossier of another @smoke', async ({ page, server, signedIn }) => {
  test.setTimeout(180_000);
  await server.command('catalogue', 'import', CATALOGUE, '--keep-missing');
  const papers = await draw(page);
  const suoiMo = await OneStop.of(server, 'suoi-mo', SUOI_MO);
  const doiChe = await OneStop.of(server, 'doi-che', DOI_CHE.code);
  await push(suoiMo, papers);

  await test.step('she gets an account, signs in, and finds what was issued to her', async () => {
    const account = ['--name', LAN.name, '--identity', LAN.identity, '--take-over'];
    await server.command('user', 'add', LAN.login, ...account);
    await page.goto('/');
    await page.getByLabel('Tên đăng nhập').fill(LAN.login);
    await page.getByLabel('Mật khẩu').fill(PASSWORD);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await expect(page.getByRole('link', { name: /Hộ tịch/ }).first()).toBeVisible();
    await page.goto('/notices');
    await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
    await page.goto('/search?q=giay+khai+sinh');
    await page.getByRole('link', { name: 'Giấy khai sinh của Lan' }).first().click();
    await expect(page.getByRole('heading', { name: 'Giấy khai sinh của Lan' }).first()).toBeVisible();
  });

  await test.step('she submits at Đồi Chè: three of four from the vault', async () => {
    await page.goto('/dossiers/new');
    await page.getByRole('searchbox', { name: 'Bạn cần làm thủ tục gì?' }).fill('thuong tru theo vo');
    await page.getByRole('button', { name: new RegExp(RESIDENCE) }).click();
    await page.getByRole('searchbox', { name: 'Nộp đến cơ quan nào?' }).fill('doi che');
    await page.getByRole('button', { name: new RegExp(DOI_CHE.name) }).click();
    await button(page, 'Tiếp tục: chọn giấy tờ').click();
    await expect(page.getByText('0/4 giấy tờ đã có')).toBeVisible();
    await expect(useFor(page, 'Giấy khai sinh của Lan', 'Giấy khai sinh')).toBeVisible();
    await useFor(page, 'Căn cước của Lan', 'Giấy tờ tùy thân').click();
    await useFor(page, 'Giấy khai sinh của Lan', 'Giấy khai sinh').click();
    await useFor(page, 'Giấy kết hôn của Lan', MARRIAGE).click();
    await expect(page.getByText('3/4 giấy tờ đã có')).toBeVisible();
    expect(await doiChe.changes(), 'a draft is hers alone').toEqual([]);
    await add(page, FORM, 'to-khai.pdf', papers.form);
    await expect(page.getByText('4/4 giấy tờ đã có')).toBeVisible();
    await button(page, 'Nộp hồ sơ').click();
    await expect(page.getByText(`${DOI_CHE.name} sẽ xem và tiếp nhận. Bạn chưa phải làm gì.`)).toBeVisible();
  });

  const officer = await officerOf(server, 'Vàng A Páo', DOI_CHE.code);
  const desk = await signedIn(officer);
  await test.step('an officer of Đồi Chè receives it, and refuses one paper with a reason', async () => {
    await desk.goto('/officer/dossiers');
    const list = desk.getByRole('list', { name: 'Danh sách hồ sơ' });
    await expect(list.getByRole('link')).toHaveCount(1);
    await list.getByRole('link').click();
    await expect(desk.getByText('Đủ thành phần hồ sơ')).toBeVisible();
    await button(desk, 'Xem Giấy kết hôn của Lan').click();
    const look = desk.getByRole('dialog', { name: 'Giấy kết hôn của Lan' });
    await expect(look.getByText('Trần Văn Nam')).toBeVisible();
    await desk.keyboard.press('Escape');
    await button(desk, 'Tiếp nhận hồ sơ').click();
    await expect(button(desk, 'In giấy này')).toBeFocused();
    await desk.keyboard.press('Escape');
    await button(desk, 'Từ chối Giấy kết hôn của Lan').click();
    const reason = desk.getByRole('dialog', { name: 'Từ chối Giấy kết hôn của Lan' });
    await reason.getByLabel('Lý do').selectOption('Mờ, không đọc được');
    await reason.getByLabel('Ghi chú cho chủ hồ sơ').fill(NOTE);
    await reason.getByRole('button', { name: 'Từ chối' }).click();
    await expect(row(desk, MARRIAGE)).toContainText(NOTE);
    await button(desk, 'Yêu cầu bổ sung').click();
    await desk.getByRole('dialog').getByRole('button', { name: 'Yêu cầu bổ sung' }).click();
    await expect(desk.getByText('Cần bổ sung').first()).toBeVisible();
    await expect(desk.getByText('Đang chờ chủ hồ sơ bổ sung')).toBeVisible();
  });

  await test.step('she is told why, and replaces it', async () => {
    await page.goto('/notices');
    await page.getByRole('link', { name: /chưa được chấp nhận/ }).click();
    const marriage = card(page, MARRIAGE);
    await expect(marriage.getByText(`Cán bộ ghi: ${NOTE}`)).toBeVisible();
    await add(page, MARRIAGE, 'ket-hon-ro.pdf', papers.clear);
    await expect(marriage.getByText('Cán bộ không nhận')).toHaveCount(0);
    await expect(page.getByText('4/4 giấy tờ đã có')).toBeVisible();
    await button(page, 'Gửi bổ sung').click();
    await expect(page.getByText('Đã gửi bổ sung.')).toBeVisible();
  });

  await test.step('the officer accepts all, and decides', async () => {
    await desk.reload();
    for (const paper of [FORM, 'Căn cước của Lan', 'Giấy khai sinh của Lan', MARRIAGE]) {
      await button(desk, `Nhận ${paper}`).click();
      await expect(button(desk, `Nhận ${paper}`)).toHaveCount(0);
    }
    for (const step of ['Bắt đầu giải quyết', 'Ghi kết quả', 'Trả kết quả']) await button(desk, step).click();
    await expect(desk.getByText('Hồ sơ đã đóng', { exact: true })).toBeVisible();
  });

  const lan = await Vault.of(server, LAN);
  const mine = await lan.get<{ items: Schemas['DossierBody'][] }>('/dossiers');
  const dossier = mine.items.find(({ receiving_agency }) => receiving_agency.code === DOI_CHE.code);
  const code = dossier?.code ?? 'none';
  await test.step('her pages say what was used, and who looked', async () => {
    await page.goto(`/dossiers/${dossier?.id ?? 'none'}`);
    await expect(page.getByRole('heading', { name: RESIDENCE })).toBeVisible();
    await page.goto('/receipts');
    const receipts = page.getByRole('list', { name: 'Danh sách biên nhận' }).getByRole('listitem');
    const here = receipts.filter({ hasText: code });
    await expect(here.getByRole('heading')).toHaveText([
      MARRIAGE,
      FORM,
      'Giấy kết hôn của Lan',
      'Giấy khai sinh của Lan',
      'Căn cước của Lan',
    ]);
    await here.first().getByText('Chi tiết biên nhận').click();
    await expect(here.first().getByText(sha256(papers.clear))).toBeVisible();
    const used = here.filter({ has: page.getByRole('heading', { name: 'Giấy kết hôn của Lan' }) });
    await used.getByRole('link', { name: 'Giấy kết hôn của Lan' }).click();
    await page.getByRole('link', { name: 'Xem danh sách' }).click();
    const looks = page.getByRole('tabpanel', { name: 'Ai đã xem' });
    await expect(looks.getByText('Vàng A Páo').first()).toBeVisible();
  });

  await test.step('the officer reads in the reports what was reused', async () => {
    await desk.goto('/reports');
    const figures = desk.getByRole('list', { name: 'Con số chính' }).getByRole('listitem');
    const figure = (name: string) => figures.filter({ has: desk.getByRole('heading', { name, exact: true }) });
    await expect(figure('Hồ sơ đã nộp').getByText('1', { exact: true })).toBeVisible();
    await expect(figure('Tỷ lệ dùng lại').getByText('60%', { exact: true })).toBeVisible();
    const sum = /^3 thành phần dùng giấy tờ có sẵn trong kho, 2 giấy tờ mới thêm/;
    await expect(desk.getByRole('img', { name: sum })).toBeVisible();
  });

  await test.step('dossier, receipts, trail, feed and reports agree with what was done', async () => {
    const { card, birth, marriage, form, clear } = papers;
    const used = [form, card, birth, marriage, clear].map(sha256).sort();
    const detail = await lan.get<Schemas['DossierDetail']>(`/dossiers/${dossier?.id ?? ''}`);
    const attached = detail.components.flatMap(({ attachments }) => attachments);
    expect(attached.map((one) => one.sha256).sort()).toEqual(used);
    expect(
      attached
        .filter(({ reused }) => reused)
        .map((one) => one.sha256)
        .sort(),
    ).toEqual([card, birth, marriage].map(sha256).sort());
    expect(attached.filter(({ state }) => state === 'replaced').map((one) => one.sha256)).toEqual([sha256(marriage)]);
    const receipts = await lan.get<Schemas['ReceiptList']>('/receipts?limit=100');
    const ours = receipts.items.filter(({ facts }) => facts.dossier_code === code);
    expect(ours.map(({ facts }) => facts.sha256).sort()).toEqual(used);
    const events = await doiChe.changes();
    const told = events.filter(({ kind }) => kind === 'paper.attached').map(({ body }) => body.sha256);
    expect(told.sort()).toEqual(used);
    const done = async (act: string) => {
      const path = `/vaults/${lan.id}/audit?act=${act}&limit=500`;
      const { items } = await lan.get<{ items: Schemas['AuditRecordBody'][] }>(path);
      return items.filter(
        ({ outcome, detail }) => outcome === 'done' && (detail as { dossier?: string }).dossier === code,
      );
    };
    const acts = { 'paper.attach': 5, 'paper.detach': 1, 'paper.refuse': 1, 'paper.accept': 4, 'dossier.move': 7 };
    for (const [act, count] of Object.entries(acts)) expect(await done(act), act).toHaveLength(count);

    const here = await Vault.of(server, officer);
    const days = [-2, 2].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
    const { total } = await here.get<Schemas['ReuseReport']>(`/reports/reuse?from=${days[0]}&until=${days[1]}`);
    const { dossiers, reused, added, digitised, refusals, reuse_rate } = total;
    expect({ dossiers, reused, added, digitised, refusals, reuse_rate }).toEqual({
      dossiers: 1,
      reused: 3,
      added: 2,
      digitised: 0,
      refusals: 1,
      reuse_rate: 3 / 5,
    });
    await here.api.dispose();
    expect(await suoiMo.run('reconcile')).toContain('both sides hold the same 4 things');
  });
  await lan.api.dispose();
  await suoiMo.end();
  await doiChe.end();
});
