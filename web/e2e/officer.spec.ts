/** The officer's counter and dossiers (J1, J2, J6, J7, J10). */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import {
  AGENCY,
  codeOf,
  openCounter,
  officerOf,
  PROCEDURE,
  PURPOSE,
  submitted,
  withPapers,
  withPassport,
} from './counter';
import { expect, test } from './support';

test.beforeAll(({ server }) => openCounter(server));

const component = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

async function closeSlip(page: Page): Promise<void> {
  await expect(button(page, 'In giấy này')).toBeFocused();
  await page.keyboard.press('Escape');
}

/** Comes to an open dossier at the counter, by keyboard alone; answers how many steps it took. */
async function openAtCounter(page: Page, identity: string): Promise<number> {
  await page.goto('/officer');
  await expect(page.getByLabel('Số định danh hoặc mã tổ chức')).toBeFocused();
  await page.keyboard.type(identity);
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('dang ky thu bon');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Mở hồ sơ')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Gửi mã cho chủ kho')).toBeFocused();
  return 4;
}

/** Asks for the code and types it as the owner reads it out. */
async function confirmByCode(page: Page, code: () => Promise<string>): Promise<number> {
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Mã 6 số')).toBeFocused();
  await page.keyboard.type(await code());
  await expect(page.getByText('Chủ kho đã đồng ý bằng mã')).toBeVisible();
  return 2;
}

test('J1 J6 fills a dossier of four components from the vault by keyboard alone @smoke', async ({
  hoa,
  server,
  signedIn,
}) => {
  await withPapers(hoa);
  const before = (await hoa.children(hoa.root)).length;
  const page = await signedIn(await officerOf(server));

  let steps = await openAtCounter(page, hoa.person.identity);
  await expect(page.getByText('Đã có 0/4 thành phần cần nộp')).toBeVisible();
  steps += await confirmByCode(page, () => codeOf(hoa));
  await expect(component(page, 'Bản căn cước')).toContainText('cấp ngày 12/03/2024');
  await expect(button(page, 'Lấy cả 4 giấy tờ được đề xuất')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đủ thành phần hồ sơ')).toBeVisible();
  await expect(button(page, 'Tiếp nhận hồ sơ')).toBeFocused();
  await page.keyboard.press('Enter');
  const slip = page.getByRole('dialog', { name: 'Giấy tiếp nhận' });
  await expect(slip.getByRole('listitem')).toHaveCount(4);
  await expect(button(page, 'In giấy này')).toBeFocused();
  steps += 2;
  expect(steps).toBe(8);

  // The owner has a receipt for each, with the purpose, and nothing was added to the vault.
  const { items } = await hoa.get<{ items: { facts: { purpose: string; title: string } }[] }>('/receipts');
  expect(items.map(({ facts }) => facts.title).sort()).toEqual(
    ['Căn cước', 'Giấy chứng nhận kết hôn', 'Giấy khai sinh', 'Bằng tốt nghiệp'].sort(),
  );
  expect(new Set(items.map(({ facts }) => facts.purpose))).toEqual(new Set([PURPOSE]));
  expect(await hoa.children(hoa.root)).toHaveLength(before);

  // J6: what was given once is taken again for another dossier.
  await openAtCounter(page, hoa.person.identity);
  await confirmByCode(page, () => codeOf(hoa));
  await expect(button(page, 'Lấy cả 4 giấy tờ được đề xuất')).toBeFocused();
  await page.keyboard.press('3');
  const marriage = component(page, 'Bản giấy chứng nhận kết hôn');
  await expect(marriage).toContainText('Có sẵn trong kho');
  await expect(marriage).toContainText('Đã có giấy tờ dùng được.');
  await expect(page.getByText('Đã có 1/4 thành phần cần nộp')).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).last().click();
  await expect(page.getByText('Đã có 0/4 thành phần cần nộp')).toBeVisible();
});

test('J2 takes papers into a dossier that came in online, refusing one with a reason', async ({
  hoa,
  server,
  signedIn,
}) => {
  const { code, id } = await submitted(hoa);
  await withPassport(hoa);
  const page = await signedIn(await officerOf(server));
  await page.goto('/officer/dossiers');
  await page.getByLabel('Trạng thái').selectOption('Đã nộp, chờ tiếp nhận');
  await page.getByRole('list', { name: 'Danh sách hồ sơ' }).getByRole('link').filter({ hasText: code }).click();
  await expect(page.getByText('Đủ thành phần hồ sơ')).toBeVisible();

  await button(page, 'Xem Giấy khai sinh').click();
  const look = page.getByRole('dialog', { name: 'Giấy khai sinh' });
  await expect(look.getByText('birth-certificate')).toBeVisible();
  await look.getByRole('button', { name: 'Nhận', exact: true }).click();
  await expect(component(page, 'Bản giấy khai sinh')).toContainText('Đã nhận');

  // R refuses in the row of the focus.
  await button(page, 'Xem Căn cước').focus();
  await page.keyboard.press('r');
  const reason = page.getByRole('dialog', { name: 'Từ chối Căn cước' });
  await expect(reason.getByLabel('Lý do')).toBeFocused();
  await reason.getByLabel('Lý do').selectOption('Lý do khác');
  await page.keyboard.press('Enter');
  await reason.getByRole('button', { name: 'Từ chối' }).click();
  await expect(reason.getByRole('alert')).toContainText('hãy ghi rõ');
  await reason.getByLabel('Lý do').selectOption('Mờ, không đọc được');
  await reason.getByLabel('Ghi chú cho chủ hồ sơ').fill('Mặt sau bị mờ.');
  await reason.getByRole('button', { name: 'Từ chối' }).click();
  await expect(page.getByText('Đã có 3/4 thành phần cần nộp')).toBeVisible();
  await expect(component(page, 'Bản căn cước')).toContainText('Mặt sau bị mờ.');
  const { items } = await hoa.get<{ items: { kind: string; detail: { reason_code?: string } }[] }>('/notices');
  expect(items.find(({ kind }) => kind === 'paper_refused')?.detail.reason_code).toBe('unreadable');

  // Another is taken from the vault on an authority that the owner is told of.
  await page.getByText('Theo thẩm quyền', { exact: true }).click();
  await page.getByLabel('Căn cứ pháp lý').fill('Điều 9 Nghị định 61/2018/NĐ-CP');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Hãy ghi cả căn cứ pháp lý và lý do.');
  await page.getByLabel('Lý do').fill('Công dân không mang theo điện thoại');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Theo thẩm quyền: Điều 9 Nghị định 61/2018/NĐ-CP')).toBeVisible();
  await expect(button(page, 'Lấy giấy tờ được đề xuất')).toBeFocused();
  await page.keyboard.press('2');
  await expect(component(page, 'Bản căn cước')).toContainText('Hộ chiếu');
  await expect(page.getByText('Đủ thành phần hồ sơ')).toBeVisible();
  await expect(button(page, 'Tiếp nhận hồ sơ')).toBeFocused();
  await page.keyboard.press('Enter');
  await closeSlip(page);
  await expect(page.getByText('Đã tiếp nhận').first()).toBeVisible();

  for (const step of ['Bắt đầu giải quyết', 'Ghi kết quả', 'Trả kết quả']) await button(page, step).click();
  await expect(page.getByText('Hồ sơ đã đóng', { exact: true })).toBeVisible();
  await expect(button(page, /^Xem /)).toHaveCount(0);
  await page.goto(`/officer/dossiers/${id}`);
  // Its sheet opens again; the papers do not.
  await expect(page.getByText('Hồ sơ đã đóng', { exact: true })).toBeVisible();
  await expect(page.getByText('Trả kết quả').first()).toBeVisible();
  await expect(component(page, 'Bản giấy khai sinh')).toBeVisible();
  await expect(page.getByText('Giấy khai sinh', { exact: true })).toHaveCount(0);
});

test('J7 says what a dossier has and what it lacks, and asks for it', async ({ hoa, server, signedIn }) => {
  await withPapers(hoa, 2);
  const page = await signedIn(await officerOf(server));
  await openAtCounter(page, hoa.person.identity);
  await confirmByCode(page, () => codeOf(hoa));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Đã có 2/4 thành phần cần nộp')).toBeVisible();
  await expect(page.getByText('Còn thiếu: Bản giấy chứng nhận kết hôn, Bản bằng tốt nghiệp')).toBeVisible();
  await expect(component(page, 'Bản bằng tốt nghiệp')).toContainText('Trong kho chưa có giấy tờ dùng được.');
  await expect(component(page, 'Bản giấy khai sinh')).toContainText('Đã có giấy tờ dùng được.');

  await button(page, 'Tiếp nhận hồ sơ').click();
  await closeSlip(page);
  await button(page, 'Yêu cầu bổ sung').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yêu cầu bổ sung' }).click();
  await expect(page.getByText('Cần bổ sung').first()).toBeVisible();
});

test('J10 finds a dossier by the code on its slip', async ({ hoa, server, signedIn }) => {
  const { code } = await submitted(hoa);
  const page = await signedIn(await officerOf(server));
  await page.goto('/officer/dossiers');
  const field = page.getByLabel('Mã hồ sơ');
  // A slip of one letter is told from a dossier that does not exist.
  await field.fill(`${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`);
  await field.press('Enter');
  await expect(page.getByText('Mã bị gõ nhầm ở đâu đó.')).toBeVisible();
  await field.fill(code.toLowerCase());
  await field.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: PROCEDURE })).toBeVisible();
  await expect(page.getByText(hoa.person.identity)).toBeVisible();

  await button(page, 'Tiếp nhận hồ sơ').click();
  const slip = page.getByRole('dialog', { name: 'Giấy tiếp nhận' });
  await expect(slip.getByText(code, { exact: true })).toBeVisible();
  await expect(slip.getByText(AGENCY.name)).toBeVisible();
  await expect(slip.getByRole('img', { name: `Mã vạch của ${code}` })).toBeVisible();
  await expect(slip.getByRole('img', { name: `Mã QR của ${code}` })).toBeVisible();

  // Nobody else sees it, nor the counter.
  const stranger = await signedIn(await server.person('Trần Văn Minh'));
  await stranger.goto('/officer');
  await expect(stranger.getByText('Phần này dành cho cán bộ')).toBeVisible();
  await expect(stranger.getByRole('link', { name: 'Tiếp nhận' })).toHaveCount(0);
});

test('K12 no officer’s screen breaks WCAG 2.2 A or AA, light or dark', async ({ hoa, server, signedIn }) => {
  test.setTimeout(90_000);
  await withPapers(hoa);
  const page = await signedIn(await officerOf(server));
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const expectFine = async (where: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(rules).analyze();
      expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      );
    }
  };
  await page.goto('/officer');
  await expect(page.getByLabel('Số định danh hoặc mã tổ chức')).toBeFocused();
  await page.keyboard.type(hoa.person.identity);
  await page.getByRole('combobox').fill('dang ky');
  await expect(page.getByRole('option').first()).toBeVisible();
  await expectFine('reception');
  await openAtCounter(page, hoa.person.identity);
  await expectFine('ground');
  await confirmByCode(page, () => codeOf(hoa));
  await expect(button(page, 'Lấy cả 4 giấy tờ được đề xuất')).toBeFocused();
  await expectFine('proposals');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Tiếp nhận hồ sơ')).toBeFocused();
  await expectFine('complete');
  await page.keyboard.press('r');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectFine('refusing');
  await page.keyboard.press('Escape');
  await button(page, 'Tiếp nhận hồ sơ').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectFine('slip');
  await page.goto('/officer/dossiers');
  await expect(page.getByRole('list', { name: 'Danh sách hồ sơ' })).toBeVisible();
  await expectFine('list');
});
