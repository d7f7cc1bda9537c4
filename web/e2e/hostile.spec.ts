/** Files that mean harm (D11, D16): nothing of them runs, and nothing is asked that the content security policy has to refuse. */
import type { Page } from '@playwright/test';
import { PDFDocument, PDFName, PDFString } from 'pdf-lib';
import { expect, pdf, test } from './support';

interface Watch {
  /** What would be a sign of harm. */
  signs: string[];
}

/** Listens for everything that a file could do. */
async function watch(page: Page, origin: string): Promise<Watch> {
  const signs: string[] = [];
  await page.exposeFunction('sign', (sign: string) => signs.push(sign));
  await page.addInitScript(() => {
    const { sign } = window as unknown as { sign: (text: string) => void };
    addEventListener('securitypolicyviolation', (event) =>
      sign(`refused ${event.violatedDirective} ${event.blockedURI}`),
    );
    window.alert = () => sign('alert');
    Object.defineProperty(window, 'harm', { set: () => sign('script ran') });
  });
  page.on('dialog', (dialog) => {
    signs.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => signs.push(`popup ${popup.url()}`));
  page.on('pageerror', (error) => signs.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') signs.push(`console ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) signs.push(`asked ${request.url()}`);
  });
  return { signs };
}

const SCRIPT = 'app.alert("harm"); app.launchURL("http://192.0.2.1/"); this.submitForm("http://192.0.2.1/");';

/** A PDF that runs scripts when it is opened, and asks to open addresses, in readers that do so. */
async function scriptedPdf(): Promise<Buffer> {
  const document = await PDFDocument.load(await pdf('xin chao'));
  document.addJavaScript('main', SCRIPT);
  const { context } = document;
  const script = { Type: 'Action', S: 'JavaScript', JS: PDFString.of(SCRIPT) };
  document.catalog.set(PDFName.of('OpenAction'), context.obj(script));
  const [first] = document.getPages();
  first?.node.set(PDFName.of('AA'), context.obj({ O: script }));
  const address = { Type: 'Action', S: 'URI', URI: PDFString.of('javascript:window.harm=1') };
  const link = context.obj({ Type: 'Annot', Subtype: 'Link', Rect: [0, 0, 420, 595], Border: [0, 0, 0], A: address });
  first?.node.set(PDFName.of('Annots'), context.obj([context.register(link)]));
  const field = document.getForm().createTextField('ten');
  if (first) field.addToPage(first, { x: 40, y: 400, width: 100, height: 20 });
  return Buffer.from(await document.save());
}

test('D11 a PDF with scripts is drawn, and runs nothing', async ({ hoa, page, server }) => {
  const { signs } = await watch(page, server.url);
  const paper = await hoa.add(hoa.root, 'Thư mời.pdf', await scriptedPdf());
  await page.goto(`/documents/${paper.id}`);
  const sheet = page.getByRole('group', { name: 'Trang 1 trên 1' });
  await expect(sheet).toContainText('xin chao');
  await expect(sheet.locator('canvas')).toBeVisible();
  await sheet.click();
  await page.keyboard.press('End');
  await expect(page.locator('iframe, object, embed, form input[name=ten]')).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/documents/${paper.id}$`));
  expect(signs).toEqual([]);
});

test('D11 markup in names, notes and texts is shown as it is written', async ({ hoa, page, server }) => {
  const { signs } = await watch(page, server.url);
  const markup = '<img src=x onerror="harm=1"><script>harm=1<\u{2044}script>';
  const folder = await hoa.folder(hoa.root, markup);
  const xml = '<?xml version="1.0"?>\n<to-khai><script>harm=1</script></to-khai>\n';
  const paper = await hoa.add(folder.id, `${markup}.xml`, Buffer.from(xml), 'application/xml');
  await hoa.patch(`/entries/${paper.id}`, paper.rev, { title: markup, note: markup, authority: markup });
  await page.goto(`/folders/${folder.id}`);
  await expect(page.getByRole('link', { name: markup })).toBeVisible();
  await page.goto(`/search?q=img+src`);
  await expect(page.getByRole('list', { name: 'Những gì tìm thấy' }).getByRole('link').first()).toContainText(markup);
  await page.goto(`/documents/${paper.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(markup);
  await expect(page.getByText('<script>harm=1</script>')).toBeVisible();
  await page.getByRole('link', { name: 'Thông tin' }).click();
  await expect(page.getByRole('heading', { name: markup, level: 2 })).toBeVisible();
  expect(signs).toEqual([]);
});

test('D16 pictures and pages with scripts are refused, whatever they are named', async ({ hoa, page, server }) => {
  const { signs } = await watch(page, server.url);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="harm=1"><script>harm=1</script></svg>';
  const html = '<!doctype html><html><script>harm=1</script></html>';
  for (const [name, text] of [
    ['Ảnh.svg', svg],
    ['Ảnh.png', svg],
    ['Thư.pdf', html],
    ['Thư.html', html],
  ] as const) {
    await expect(hoa.add(hoa.root, name, Buffer.from(text)), name).rejects.toThrow(/type_not_allowed|type_mismatch/);
  }
  await page.goto('/');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([
      { name: 'Ảnh.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) },
      { name: 'Thư.pdf', mimeType: 'application/pdf', buffer: Buffer.from(html) },
    ]);
  await expect(page.getByText('Thư.pdf')).toBeVisible();
  await expect.poll(async () => (await hoa.children(hoa.root)).filter(({ kind }) => kind === 'document')).toEqual([]);
  // What the server refuses is a failed request to the browser, and no more.
  expect(signs.filter((sign) => !sign.startsWith('console Failed to load resource'))).toEqual([]);
});

test('D11 the address of a file is no page: the browser saves it or shows it in a sandbox', async ({
  hoa,
  page,
  server,
}) => {
  const { signs } = await watch(page, server.url);
  const xml = '<?xml version="1.0"?>\n<to-khai><script>parent.harm=1</script></to-khai>\n';
  const paper = await hoa.add(hoa.root, 'Trang.xml', Buffer.from(xml), 'application/xml');
  const answer = await page.request.get(`/api/v1/entries/${paper.id}/content?inline=true`);
  expect(answer.headers()['content-disposition']).toMatch(/^attachment/);
  expect(answer.headers()['content-security-policy']).toContain('sandbox');
  expect(answer.headers()['x-content-type-options']).toBe('nosniff');
  await page.goto(`/documents/${paper.id}`);
  await expect(page.getByText('parent.harm=1')).toBeVisible();
  expect(signs).toEqual([]);
});
