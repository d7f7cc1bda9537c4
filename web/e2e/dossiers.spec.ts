/** Dossiers as citizens fill them in, hand them in and follow them; the officer's part goes through the API. */
import type { Page } from '@playwright/test';
import { AGENCY, fillVault, handedIn, Officer, openOffice, PROCEDURE, type Detail } from './office';
import { expect, pdf, test as base, type Vault } from './support';

/** The office is there once for all tests of a worker. */
const test = base.extend<object, { officer: Officer }>({
  officer: [
    async ({ server }, use) => {
      await openOffice(server);
      const officer = await Officer.of(server);
      await use(officer);
      await officer.vault.api.dispose();
    },
    { scope: 'worker' },
  ],
});

const useFor = (page: Page, paper: string, component: string) =>
  page.getByRole('button', { name: `Dùng giấy này: ${paper}, cho ${component}`, exact: true });
const card = (page: Page, component: string) => page.getByRole('article', { name: component, exact: true });
const mine = async (vault: Vault) => (await vault.get<{ items: Detail[] }>('/dossiers')).items;

test('J3 J9 hands a dossier in with three of four papers from the vault', async ({ hoa, page, officer }) => {
  await fillVault(hoa);
  await page.goto('/dossiers');
  await expect(page.getByText('Chưa có hồ sơ nào')).toBeVisible();
  await page.getByRole('link', { name: 'Nộp hồ sơ' }).click();
  await page.getByRole('searchbox', { name: 'Bạn cần làm thủ tục gì?' }).fill('khai sinh luu dong');
  await page.getByRole('button', { name: new RegExp(PROCEDURE.name) }).click();
  await page.getByRole('searchbox', { name: 'Nộp đến cơ quan nào?' }).fill('na phin');
  await page.getByRole('button', { name: new RegExp(AGENCY.name) }).click();
  await expect(page.getByRole('group', { name: 'Bạn có nộp thay người khác không?' })).toBeVisible();
  await page.getByRole('button', { name: 'Tiếp tục: chọn giấy tờ' }).click();

  await expect(page.getByRole('heading', { name: PROCEDURE.name })).toBeVisible();
  await expect(page.getByText('0/4 giấy tờ đã có')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Nộp hồ sơ' })).toBeDisabled();
  // Why it is proposed, in one sentence, and what is in the way of the passport.
  await expect(card(page, 'Giấy tờ tùy thân').getByText(/^Căn cước công dân, cấp ngày/)).toBeVisible();
  await card(page, 'Giấy tờ tùy thân').getByText('Có nhưng chưa dùng được (1)').click();
  await expect(page.getByText('Đã hết hạn: chỉ có giá trị đến hết ngày 10/05/2024.')).toBeVisible();

  await useFor(page, 'Căn cước của Hoa', 'Giấy tờ tùy thân').click();
  await useFor(page, 'Giấy kết hôn', 'Giấy chứng nhận kết hôn').click();
  await useFor(page, 'Xác nhận cư trú của Hoa', 'Xác nhận cư trú').click();
  await expect(page.getByText('3/4 giấy tờ đã có')).toBeVisible();

  // The fourth is a form that is made for it: added to the vault and attached at once.
  await page.getByRole('button', { name: 'Thêm giấy tờ cho: Tờ khai' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('dialog').getByRole('button', { name: 'Thêm giấy tờ' }).click();
  await (await chooser).setFiles({ name: 'to-khai.pdf', mimeType: 'application/pdf', buffer: await pdf('to khai') });
  await expect(page.getByText('4/4 giấy tờ đã có')).toBeVisible();
  await expect(page.getByText('Đã đủ giấy tờ, bạn có thể nộp.')).toBeVisible();
  // On a phone the last paper is far below the button.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByRole('button', { name: 'Đủ giấy tờ: xem lại rồi nộp' }).click();
  await expect(page.getByRole('button', { name: 'Nộp hồ sơ' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${AGENCY.name} sẽ xem và tiếp nhận. Bạn chưa phải làm gì.`)).toBeVisible();

  const [dossier] = await mine(hoa);
  expect(dossier?.state).toBe('submitted');
  const seen = await officer.move(dossier?.id ?? '', 'receive');
  expect(seen.components.flatMap(({ attachments }) => attachments.map(({ reused }) => reused))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  await page.goto('/dossiers');
  await expect(page.getByRole('list', { name: 'Đang làm' }).getByText('Đã tiếp nhận')).toBeVisible();
});

test('J3 takes a paper out and puts it in again', async ({ hoa, page, officer: _ }) => {
  await fillVault(hoa);
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const { id } = await hoa.post<Detail>('/dossiers', body);
  await page.goto(`/dossiers/${id}`);
  await useFor(page, 'Giấy kết hôn', 'Giấy chứng nhận kết hôn').click();
  await expect(page.getByText('1/4 giấy tờ đã có')).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText('0/4 giấy tờ đã có')).toBeVisible();
  await useFor(page, 'Giấy kết hôn', 'Giấy chứng nhận kết hôn').click();
  await page.getByRole('button', { name: 'Gỡ Giấy kết hôn ra khỏi hồ sơ' }).click();
  await expect(page.getByText('0/4 giấy tờ đã có')).toBeVisible();
  await page.getByText('Đã gỡ “Giấy kết hôn” ra.').locator('..').getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText('1/4 giấy tờ đã có')).toBeVisible();
});

test('J3 chooses any paper of the vault', async ({ hoa, page, officer: _ }) => {
  const folder = (await hoa.defaultFolder('other')).id;
  await hoa.addPdf(folder, 'Tờ khai cũ.pdf');
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const { id } = await hoa.post<Detail>('/dossiers', body);
  await page.goto(`/dossiers/${id}`);
  await page.getByRole('button', { name: 'Chọn từ kho cho: Tờ khai' }).click();
  await page.getByRole('searchbox', { name: 'Tìm trong kho' }).fill('to khai');
  await useFor(page, 'Tờ khai cũ.pdf', 'Tờ khai').click();
  await expect(card(page, 'Tờ khai').getByRole('link', { name: 'Tờ khai cũ.pdf' })).toBeVisible();
});

test('J7 says what is missing, and leads to it', async ({ hoa, page, officer: _ }) => {
  await fillVault(hoa);
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const { id } = await hoa.post<Detail>('/dossiers', body);
  await page.goto(`/dossiers/${id}`);
  const next = page.getByRole('region', { name: 'Việc tiếp theo' });
  await expect(next.getByRole('link')).toHaveText([
    'Tờ khai',
    'Giấy tờ tùy thân',
    'Giấy chứng nhận kết hôn',
    'Xác nhận cư trú',
  ]);
  // An answer changes what is needed.
  await page.getByText('Có', { exact: true }).click();
  await expect(page.getByText('0/5 giấy tờ đã có')).toBeVisible();
  await expect(card(page, 'Giấy ủy quyền').getByText('Trong kho chưa có giấy tờ dùng được.')).toBeVisible();
  await next.getByRole('link', { name: 'Xác nhận cư trú' }).click();
  await expect(card(page, 'Xác nhận cư trú')).toBeFocused();
});

test('J9 keeps what is typed in a draft', async ({ hoa, page, officer: _ }) => {
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const { id } = await hoa.post<Detail>('/dossiers', body);
  await page.goto(`/dossiers/${id}`);
  await page.getByLabel('Nội dung đề nghị').fill('Khai sinh cho con trai');
  await page.getByLabel('Số điện thoại').fill('0912 345 678');
  await page.getByLabel('E-mail').focus();
  await expect(page.getByText('Đã lưu.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Nội dung đề nghị')).toHaveValue('Khai sinh cho con trai');
  await expect(page.getByLabel('Số điện thoại')).toHaveValue('+84912345678');
});

test('J9 replaces a paper that was refused', async ({ hoa, page, officer }) => {
  const papers = await fillVault(hoa);
  const folder = (await hoa.defaultFolder('other')).id;
  const form = await hoa.addPdf(folder, 'Tờ khai của Hoa.pdf');
  const { id } = await handedIn(hoa, [form, papers.card, papers.marriage, papers.residence]);
  await officer.move(id, 'receive');
  await officer.refuse(id, 'KH', 'Ảnh chụp bị mờ ở mặt sau.');
  await officer.move(id, 'ask_supplement', { reason_code: 'papers_refused', note: 'Xin chụp lại giấy kết hôn.' });

  await page.goto('/notices');
  await page.getByRole('link', { name: /chưa được chấp nhận/ }).click();
  await expect(page.getByText('Cơ quan cần bạn bổ sung.')).toBeVisible();
  await expect(page.getByText('Cán bộ ghi: Xin chụp lại giấy kết hôn.')).toBeVisible();
  const marriage = card(page, 'Giấy chứng nhận kết hôn');
  await expect(marriage.getByText('Cán bộ không nhận')).toBeVisible();
  await expect(marriage.getByText('Cán bộ ghi: Ảnh chụp bị mờ ở mặt sau.')).toBeVisible();

  await page.getByRole('button', { name: 'Thêm giấy tờ cho: Giấy chứng nhận kết hôn' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('dialog').getByRole('button', { name: 'Thêm giấy tờ' }).click();
  await (await chooser).setFiles({ name: 'ket-hon-ro.pdf', mimeType: 'application/pdf', buffer: await pdf('ro hon') });
  await expect(marriage.getByRole('link', { name: 'Giấy chứng nhận kết hôn', exact: true })).toBeVisible();
  await expect(marriage.getByText('Cán bộ không nhận')).toHaveCount(0);
  await expect(page.getByText('4/4 giấy tờ đã có')).toBeVisible();
  await page.getByRole('button', { name: 'Gửi bổ sung' }).click();
  await expect(page.getByText('Đã gửi bổ sung.')).toBeVisible();
  await officer.accept(id, 'KH');
  await page.reload();
  await expect(marriage.getByText('Cán bộ đã nhận')).toBeVisible();
});

test('J9 withdraws a dossier after being told what that means', async ({ hoa, page, officer: _ }) => {
  const papers = await fillVault(hoa);
  const form = await hoa.addPdf((await hoa.defaultFolder('other')).id, 'Tờ khai của Hoa.pdf');
  const { id } = await handedIn(hoa, [form, papers.card, papers.marriage, papers.residence]);
  await page.goto(`/dossiers/${id}`);
  await page.getByRole('button', { name: 'Rút hồ sơ' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Việc này không làm lại được/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Rút hồ sơ' }).click();
  await expect(page.getByText('Bạn đã rút hồ sơ này.')).toBeVisible();
  await page.goto('/dossiers');
  await expect(page.getByRole('list', { name: 'Đã xong' }).getByText('Đã rút hồ sơ')).toBeVisible();
});

test('J1 shows the code that an officer asks for, and takes the consent back', async ({ hoa, page, officer }) => {
  await fillVault(hoa);
  const { dossier, consent } = await officer.askAtCounter(hoa);
  await page.goto('/notices');
  await page.getByRole('link', { name: /xin tìm giấy tờ trong kho của bạn/ }).click();
  const code = page.getByRole('img', { name: /^Mã:/ });
  await expect(code).toBeVisible();
  const digits = ((await code.textContent()) ?? '').replace(/\D/g, '');
  expect(digits).toMatch(/^\d{6}$/);
  await officer.vault.post(`/dossiers/${dossier.id}/consents/${consent.id}/confirm`, { code: digits });
  // The page looks by itself how it stands.
  await expect(code).toHaveCount(0, { timeout: 15_000 });

  await page.goto('/consents');
  const given = page.getByRole('list', { name: 'Đang có hiệu lực' });
  await expect(given.getByText('Trần Văn Nam xin tìm giấy tờ')).toBeVisible();
  await given.getByRole('button', { name: `Rút lại, hồ sơ ${dossier.code}` }).click();
  await given.getByRole('button', { name: 'Rút lại', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Trước đây' }).getByText('Bạn đã rút lại')).toBeVisible();
});

test('J1 tells who looked for papers in the whole vault, and what for', async ({ hoa, page, officer }) => {
  await fillVault(hoa);
  await officer.askAtCounter(hoa);
  await page.goto('/dossiers');
  await page.getByRole('link', { name: 'Ai đã xem', exact: true }).click();
  const asked = page.getByRole('listitem').filter({ hasText: 'Trần Văn Nam đã xin phép tìm giấy tờ cho hồ sơ' });
  await expect(asked).toContainText('Giải quyết hồ sơ');
  await expect(page.getByText('Bạn đã thêm vào kho')).toHaveCount(0);
  await page.getByLabel('Mọi việc').check();
  await expect(page.getByText('Bạn đã thêm vào kho').first()).toBeVisible();
});

test('J6 shows where papers were used', async ({ hoa, page, officer: _ }) => {
  const papers = await fillVault(hoa);
  const form = await hoa.addPdf((await hoa.defaultFolder('other')).id, 'Tờ khai của Hoa.pdf');
  const dossier = await handedIn(hoa, [form, papers.card, papers.marriage, papers.residence]);
  await page.goto('/receipts');
  const receipts = page.getByRole('list', { name: 'Danh sách biên nhận' });
  await expect(receipts.getByRole('heading')).toHaveText([
    'Xác nhận cư trú của Hoa',
    'Giấy kết hôn',
    'Căn cước của Hoa',
    'Tờ khai của Hoa.pdf',
  ]);
  const first = receipts.getByRole('listitem').first();
  await first.getByText('Chi tiết biên nhận').click();
  const sha256 = dossier.components.find(({ code }) => code === 'CT')?.attachments[0]?.sha256 ?? 'none';
  await expect(first.getByText(sha256)).toBeVisible();
  await expect(first.getByText(PROCEDURE.name).first()).toBeVisible();
  await first.getByRole('link', { name: dossier.code }).click();
  await expect(page.getByRole('heading', { name: PROCEDURE.name })).toBeVisible();
});
