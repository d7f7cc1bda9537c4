/** Codes that are given instead of copies (J1, J3). */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { AGENCY, openCounter, officerOf, PROCEDURE, PURPOSE, withPapers, type Dossier } from './counter';
import { expect, pdf, test, Vault } from './support';

test.beforeAll(({ server }) => openCounter(server));

const CODE = /[2-9CDFGHJKMNPRTVWXY]{4}(-[2-9CDFGHJKMNPRTVWXY]{4}){2}/;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page) => page.getByRole('textbox', { name: 'Mã dẫn nguồn' });

/** Makes the code of a document in its details, as its owner does. */
async function citedOn(page: Page, document: string): Promise<string> {
  await page.goto(`/documents/${document}?details=${document}`);
  await button(page, 'Dẫn nguồn').click();
  const dialog = page.getByRole('dialog', { name: 'Dẫn nguồn từ Kho' });
  await expect(dialog.getByRole('img', { name: 'Mã QR của mã dẫn nguồn' })).toBeVisible();
  const [code = ''] = CODE.exec((await dialog.getByText(CODE).textContent()) ?? '') ?? [];
  await dialog.getByRole('button', { name: 'Đóng', exact: true }).last().click();
  return code;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

test('J1 J3 gives a code instead of a copy, and the officer takes that very version', async ({
  hoa,
  page,
  server,
  signedIn,
}) => {
  const [birth] = await withPapers(hoa, 1);
  if (!birth) throw new Error('no paper');
  const code = await citedOn(page, birth.id);
  const seen = await hoa.get<typeof birth>(`/entries/${birth.id}`);
  await hoa.update({ ...seen, document: seen.document }, await pdf('moi hon'));
  const officer = await officerOf(server);
  const counter = await Vault.of(server, officer, PURPOSE);
  const body = { procedure: '9.000004', receiving_agency: AGENCY.code, owner_identity: hoa.person.identity };
  const dossier = await counter.post<Dossier>('/dossiers', body);
  const desk = await signedIn(officer);
  await desk.goto(`/officer/dossiers/${dossier.id}`);

  await field(desk).fill(`${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`);
  await field(desk).press('Enter');
  await expect(desk.getByText('Mã này có chỗ gõ nhầm')).toBeVisible();
  // A scanner types the address that the QR code holds.
  await field(desk).fill(`${server.url}/c/${code}`);
  await field(desk).press('Enter');
  await expect(desk.getByRole('heading', { name: 'Giấy khai sinh', exact: true })).toBeVisible();
  await expect(desk.getByText('chủ giấy tờ đã có lần cập nhật 2')).toBeVisible();
  await expect(desk.getByText('Không có chữ ký số')).toBeVisible();
  await expect(desk.getByLabel('Lấy vào thành phần')).toHaveValue('birth');
  await expectAccessible(desk);
  await button(desk, 'Lấy vào hồ sơ').click();

  const component = desk
    .getByRole('listitem')
    .filter({ has: desk.getByRole('heading', { name: 'Bản giấy khai sinh' }) });
  await expect(component.getByText('Giấy khai sinh', { exact: true })).toBeVisible();
  const { items } = await hoa.get<{ items: { facts: { version: number; ground: string } }[] }>('/receipts');
  expect(items.map(({ facts }) => [facts.version, facts.ground])).toEqual([[1, 'citation']]);

  await page.goto('/citations');
  await expect(page.getByText(`Trong hồ sơ ${dossier.code}`)).toBeVisible();
  await expectAccessible(page);
  await button(page, 'Thu hồi mã của Giấy khai sinh').click();
  await button(page, 'Thu hồi mã').click();
  await expect(page.getByText('Đã thu hồi mã dẫn nguồn.')).toBeVisible();
  await field(desk).fill(code);
  await field(desk).press('Enter');
  await expect(desk.getByText('Không có giấy tờ nào theo mã này')).toBeVisible();
  await expect(component.getByText('Giấy khai sinh', { exact: true })).toBeVisible();
  await counter.api.dispose();
});

test('J1 tells strangers nothing, and an officer without a dossier what the owner agrees to', async ({
  hoa,
  page,
  server,
  signedIn,
  browser,
}) => {
  const [birth] = await withPapers(hoa, 1);
  const code = await citedOn(page, birth?.id ?? '');
  const stranger = await (await browser.newContext({ baseURL: server.url })).newPage();

  await stranger.goto(`/c/${code}`);
  await expect(stranger.getByText('Hãy đưa mã cho cơ quan')).toBeVisible();
  await expect(stranger.getByText(code)).toBeVisible();
  await expect(stranger.getByText('Giấy khai sinh')).toHaveCount(0);
  await expectAccessible(stranger);
  await stranger.goto(`/c/${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`);
  await expect(stranger.getByText('Mã này có chỗ gõ nhầm')).toBeVisible();
  await stranger.context().close();

  const desk = await signedIn(await officerOf(server));
  await desk.goto(`/c/${code}`);
  await button(desk, 'Xem giấy tờ').click();
  await expect(desk.getByText('Chủ giấy tờ chưa đồng ý')).toBeVisible();
  await button(desk, 'Xin chủ giấy tờ đồng ý').click();
  await expect(desk.getByText('Đã gửi cho chủ giấy tờ')).toBeVisible();
  await page.goto('/notices');
  await page.getByRole('link', { name: /xin xem “Giấy khai sinh.* theo mã dẫn nguồn/ }).click();
  await expect(page.getByText(`Mục đích: ${PURPOSE}`)).toBeVisible();
  await button(page, 'Đồng ý cho xem').click();
  await expect(page.getByText('Bạn đã đồng ý, được xem trong 7 ngày')).toBeVisible();
  await button(desk, 'Xem giấy tờ').click();
  await expect(desk.getByRole('heading', { name: 'Giấy khai sinh', exact: true })).toBeVisible();

  await page.goto('/citations');
  await button(page, 'Không cho xem nữa').click();
  await expect(page.getByText('Bạn không đồng ý')).toBeVisible();
  await desk.reload();
  await button(desk, 'Xem giấy tờ').click();
  await expect(desk.getByText('Chủ giấy tờ chưa đồng ý')).toBeVisible();
});

test('J3 asks another owner for a paper, who gives it to the dossier and to the officer alone', async ({
  hoa,
  minh,
  page,
  server,
  signedIn,
}) => {
  const [house] = await withPapers(minh, 1);
  const householder = await signedIn(minh.person);
  const code = await citedOn(householder, house?.id ?? '');
  const papers = await withPapers(hoa);
  const dossier = await hoa.post<Dossier>('/dossiers', { procedure: '9.000004', receiving_agency: AGENCY.code });
  for (const [index, component] of ['', 'identity', 'marriage', 'diploma'].entries()) {
    if (!component) continue;
    const path = `/dossiers/${dossier.id}/components/${component}/attachments`;
    await hoa.put(path, { entry_id: papers[index]?.id });
  }
  await page.goto(`/dossiers/${dossier.id}`);
  const card = page.getByRole('article', { name: 'Bản giấy khai sinh' });

  await card.getByText('Giấy tờ của người khác').click();
  const typed = card.getByRole('textbox', { name: 'Mã dẫn nguồn của người khác' });
  await typed.fill(`${code.slice(0, -1)}${code.endsWith('2') ? '3' : '2'}`);
  await typed.press('Enter');
  await expect(card.getByText('Mã này có chỗ gõ nhầm')).toBeVisible();
  await typed.fill(code);
  await button(page, 'Xin dùng cho Bản giấy khai sinh').click();
  await expect(card.getByText(`Chờ chủ giấy tờ đồng ý: mã ${code}`)).toBeVisible();
  await expectAccessible(page);

  await householder.goto('/notices');
  await householder.getByRole('link', { name: /xin dùng “Giấy khai sinh” của bạn cho hồ sơ/ }).click();
  await expect(householder.getByText(`cho hồ sơ “${PROCEDURE}” nộp tại ${AGENCY.name}`)).toBeVisible();
  await expect(householder.getByText('Dùng làm: Bản giấy khai sinh.')).toBeVisible();
  await expectAccessible(householder);
  await button(householder, 'Đồng ý cho dùng').click();
  await expect(householder.getByText('Bạn đã đồng ý cho dùng trong hồ sơ')).toBeVisible();

  await page.reload();
  await expect(card.getByText(`Giấy tờ của ${minh.person.name}`)).toBeVisible();
  await expect(card.getByRole('link', { name: 'Giấy khai sinh' })).toHaveCount(0);
  await hoa.post(`/dossiers/${dossier.id}/moves`, { move: 'submit' });
  const desk = await signedIn(await officerOf(server));
  await desk.goto(`/officer/dossiers/${dossier.id}`);
  await expect(desk.getByText(`Giấy tờ của ${minh.person.name}`)).toBeVisible();

  // Until somebody decided about it, it may be taken back.
  await householder.reload();
  await button(householder, 'Không cho dùng nữa').click();
  await expect(householder.getByText('Bạn không đồng ý')).toBeVisible();
  await page.reload();
  await expect(card.getByText('Chủ giấy tờ không đồng ý')).toBeVisible();
});
