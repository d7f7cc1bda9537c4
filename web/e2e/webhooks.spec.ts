/** Other systems: what they may do, and where they are told of events (K1, K2). */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as Receiver } from 'node:http';
import { administratorOf, expectFine } from './admin';
import { AGENCY, fillVault, handedIn, openOffice } from './office';
import { test as base, expect, Server } from './support';

const PORT = 20_000 + randomInt(20_000);
const URL_OF_RECEIVER = `http://127.0.0.1:${PORT}/kho`;

/** On a server that may send messages to the receiver; elsewhere they do not go into its own network. */
const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start({ KHO_WEBHOOK_ALLOW: `["127.0.0.1:${PORT}"]` });
      await use(server);
      await server.end();
    },
    { scope: 'worker' },
  ],
});

/** Takes messages as long as it is up. */
async function receiver(): Promise<{ receiver: Receiver; got: string[]; answers: { status: number } }> {
  const got: string[] = [];
  const answers = { status: 204 };
  const receiver = createServer((request, response) => {
    got.push(`${request.headers['webhook-id']}`);
    request.resume();
    response.writeHead(answers.status).end();
  });
  receiver.listen(PORT, '127.0.0.1');
  await once(receiver, 'listening');
  return { receiver, got, answers };
}

async function newSystem(server: Server, name: string): Promise<string> {
  const login = `he-thong-${randomInt(1e9)}`;
  await server.command('user', 'add', login, '--client', '--name', name);
  return login;
}

test('K1 connects a system: its agencies, its secret shown once, its public keys', async ({ server, signedIn }) => {
  await openOffice(server);
  const admin = await administratorOf(server);
  const page = await signedIn(admin.person);
  const login = `mot-cua-${randomInt(1e9)}`;
  await page.goto('/admin/procedures');
  await page.getByRole('link', { name: 'Hệ thống kết nối' }).click();
  await page.getByRole('button', { name: 'Thêm hệ thống' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Tên hệ thống').fill('Hệ thống một cửa tỉnh');
  await dialog.getByLabel('Tên truy cập của hệ thống').fill(login);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Hệ thống một cửa tỉnh', level: 1 })).toBeVisible();
  await expect(page.getByText('Chưa được phép làm gì cho cơ quan nào.')).toBeVisible();

  await page.getByRole('button', { name: 'Thêm cơ quan' }).click();
  await dialog.getByLabel('Cơ quan').fill(AGENCY.code);
  await dialog.getByLabel('Gửi hồ sơ và thành phần số hóa').check();
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  const agencies = page.getByRole('list', { name: 'Cơ quan và quyền' });
  await expect(agencies).toContainText(AGENCY.name);
  await expect(agencies).toContainText('Gửi hồ sơ và thành phần số hóa');
  await agencies.getByRole('button', { name: `Đổi quyền cho ${AGENCY.name}` }).click();
  await dialog.getByLabel('Gửi hồ sơ và thành phần số hóa').uncheck();
  await dialog.getByLabel('Gửi, thay, thu hồi kết quả').check();
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(agencies).not.toContainText('Gửi hồ sơ và thành phần số hóa');

  await page.getByRole('button', { name: 'Tạo mật khẩu mới' }).click();
  await expect(dialog.getByLabel('Mật khẩu của hệ thống')).toHaveValue(/^kho_p_/);
  const secret = await dialog.getByRole('textbox', { name: 'Mật khẩu của hệ thống' }).inputValue();
  const token = await page.request.post('/oauth/token', {
    form: { grant_type: 'client_credentials', client_id: login, client_secret: secret },
  });
  expect(token.status()).toBe(200);
  await expectFine(page, 'the secret');
  await dialog.getByRole('button', { name: 'Đã cất xong' }).click();
  await expect(page.getByText('Hệ thống đang có mật khẩu.')).toBeVisible();
  await expect(page.getByText(secret)).toBeHidden();

  await page.getByRole('button', { name: 'Thay khóa' }).click();
  await dialog.getByLabel('Bộ khóa (JWK set)').fill('không phải JSON');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(dialog.getByText('Nội dung không phải JSON.')).toBeVisible();
  const key = { kty: 'OKP', crv: 'Ed25519', kid: '2026', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
  await dialog.getByLabel('Bộ khóa (JWK set)').fill(JSON.stringify({ keys: [key] }));
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('list', { name: 'Khóa công khai' })).toContainText('Ed25519 · 2026');
  await expectFine(page, 'the system');

  await page.goto('/admin/systems');
  await page.getByRole('searchbox', { name: 'Tìm theo tên hệ thống hoặc tên truy cập' }).fill('he thong mot');
  await expect(page.getByRole('list', { name: 'Danh sách hệ thống' })).toContainText(login);
  await expectFine(page, 'the systems');
});

test('K2 tells a system of events, and again from a number on', async ({ server, signedIn, hoa }) => {
  await openOffice(server);
  const admin = await administratorOf(server);
  const login = await newSystem(server, 'Phần mềm một cửa');
  await server.command('client', 'agency', login, AGENCY.code, '--scope', 'dossier_read');
  const { receiver: stopped, got, answers } = await receiver();
  try {
    const page = await signedIn(admin.person);
    await page.goto('/admin/webhooks');
    await page.getByRole('button', { name: 'Thêm nơi nhận' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Tên truy cập của hệ thống').fill('khong-co-he-thong');
    await dialog.getByLabel('Địa chỉ nhận').fill('http://10.0.0.1/');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await expect(dialog.getByText('Không có hệ thống nào mang tên này.')).toBeVisible();
    await dialog.getByLabel('Tên truy cập của hệ thống').fill(login);
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await expect(dialog.getByText('Không gửi được đến địa chỉ này.')).toBeVisible();
    await dialog.getByLabel('Địa chỉ nhận').fill(URL_OF_RECEIVER);
    await expectFine(page, 'the form');
    await dialog.getByRole('button', { name: 'Lưu' }).click();
    await expect(dialog.getByLabel('Mật khẩu ký tin')).toHaveValue(/^whsec_/);
    await dialog.getByRole('button', { name: 'Đã cất xong' }).click();
    await expect(page.getByRole('heading', { name: login, level: 1 })).toBeVisible();
    await expect(page.getByText('Không có tin nào bị bỏ.')).toBeVisible();

    const papers = await fillVault(hoa);
    const form = await hoa.addPdf(hoa.root, 'Tờ khai.pdf');
    await handedIn(hoa, [form, papers.card, papers.marriage, papers.residence]);
    await expect.poll(() => got.length).toBeGreaterThan(0);
    await page.getByRole('radio', { name: 'Đã gửi' }).check();
    const delivered = page.getByRole('table', { name: 'Đã gửi' });
    await expect(async () => {
      await page.getByRole('button', { name: 'Xem lại' }).click();
      await expect(delivered).toContainText('Mở hồ sơ', { timeout: 1000 });
    }).toPass({ timeout: 30_000 });
    await expectFine(page, 'the deliveries');

    // The receiver lost them, and is down when they come again.
    answers.status = 503;
    const [number] = await delivered.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
    await page.getByLabel('Gửi lại từ số').fill('không');
    await page.getByRole('button', { name: 'Gửi lại', exact: true }).click();
    await expect(page.getByText('Hãy nhập một số.')).toBeVisible();
    await page.getByLabel('Gửi lại từ số').fill(number ?? '');
    await page.getByRole('button', { name: 'Gửi lại', exact: true }).click();
    await expect(page.getByText(/tin sẽ được gửi lại\.$/)).toBeVisible();
    await page.getByRole('radio', { name: 'Đang chờ' }).check();
    await expect(async () => {
      await page.getByRole('button', { name: 'Xem lại' }).click();
      await expect(page.getByRole('table', { name: 'Đang chờ' })).toContainText('503', { timeout: 1000 });
    }).toPass({ timeout: 30_000 });
  } finally {
    stopped.close();
  }
});

test('K2 pauses, changes and deletes a webhook, and renews its secret', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const login = await newSystem(server, 'Phần mềm đất đai');
  await admin.post('/admin/webhooks', { client: login, url: URL_OF_RECEIVER, kinds: ['dossier.moved'] });
  const page = await signedIn(admin.person);
  await page.goto('/admin/webhooks');
  const list = page.getByRole('list', { name: 'Danh sách nơi nhận' });
  await expectFine(page, 'the webhooks');
  await list.getByRole('link', { name: login }).click();
  await page.getByRole('button', { name: 'Tạm dừng' }).click();
  await expect(page.getByText('Đã tạm dừng. Tin chờ sẽ được gửi khi báo tiếp.')).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByRole('button', { name: 'Tạm dừng' })).toBeVisible();

  await page.getByRole('button', { name: 'Sửa' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Hồ sơ chuyển bước')).toBeChecked();
  await dialog.getByLabel('Có kết quả').check();
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Hồ sơ chuyển bước, Có kết quả')).toBeVisible();

  await page.getByRole('button', { name: 'Đổi mật khẩu ký' }).click();
  await dialog.getByRole('button', { name: 'Đổi mật khẩu ký' }).click();
  await expect(dialog.getByLabel('Mật khẩu ký tin')).toHaveValue(/^whsec_/);
  await dialog.getByRole('button', { name: 'Đã cất xong' }).click();
  await expect(page.getByText('Mật khẩu cũ còn dùng đến')).toBeVisible();

  await page.getByRole('button', { name: 'Bỏ nơi nhận' }).click();
  await dialog.getByRole('button', { name: 'Bỏ nơi nhận' }).click();
  await expect(page.getByText('Đã bỏ nơi nhận.')).toBeVisible();
  await expect(page.getByText(login)).toBeHidden();
});

test('K2 sends again what was given up', async ({ server, signedIn }) => {
  const admin = await administratorOf(server);
  const login = await newSystem(server, 'Phần mềm hộ tịch');
  const made = await admin.post<{ id: string }>('/admin/webhooks', { client: login, url: URL_OF_RECEIVER });
  const page = await signedIn(admin.person);
  // The server gives up after three days.
  const given = {
    number: 4711,
    event_id: '01a21728-6fba-7ad5-b0f8-db56d9c99d4b',
    kind: 'result.added',
    dossier_id: '01a21728-6fba-7ad5-b0f8-db56d9c99d4c',
    at: '2026-11-20T08:00:00Z',
    state: 'dead',
    attempts: 10,
    last_error: 'the server answered 500',
    ended_at: '2026-11-23T12:00:00Z',
  };
  await page.route('**/deliveries?*state=dead*', (route) =>
    route.fulfill({ json: { items: [given], next_cursor: null } }),
  );
  const asked: unknown[] = [];
  await page.route('**/replays', (route) => {
    asked.push(route.request().postDataJSON());
    return route.fulfill({ json: { replayed: asked.length } });
  });
  await page.route('**/deliveries/4711/replay', (route) => {
    asked.push('4711 alone');
    return route.fulfill({ json: { ...given, state: 'waiting', attempts: 0 } });
  });
  await page.goto(`/admin/webhooks/${made.id}`);
  const table = page.getByRole('table', { name: 'Không gửi được' });
  await expect(table).toContainText('the server answered 500');
  await expectFine(page, 'what was given up');
  await table.getByRole('button', { name: 'Gửi lại tin 4711' }).click();
  await expect(page.getByText('Tin 4711 sẽ được gửi lại.')).toBeVisible();
  await page.getByRole('button', { name: 'Gửi lại mọi tin không gửi được' }).click();
  await expect(page.getByText('2 tin sẽ được gửi lại.')).toBeVisible();
  expect(asked).toEqual(['4711 alone', {}]);
});
