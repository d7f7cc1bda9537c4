/**
 * What tests of the page stand on.
 *
 * `test('H4 …', async ({ hoa, page }) => …)`: `hoa` is a new person whose vault is arranged through the API, and `page` is a browser in
 * which she is signed in. Nothing a test does is seen by another. Titles begin with the id of the requirement row.
 */
import { test as base, type Page } from '@playwright/test';
import { PASSWORD, Server, type Person } from './server';
import { Vault } from './vault';

export { expect } from '@playwright/test';
export { loader, PASSWORD, Server, type Person } from './server';
export { pdf, Vault } from './vault';

interface Fixtures {
  /** Nguyễn Thị Hoa, signed in on `page`. */
  hoa: Vault;
  /** Trần Văn Minh, not signed in on any page until `signedIn` is asked. */
  minh: Vault;
  /** A page of somebody's own. */
  signedIn: (person: Person) => Promise<Page>;
}

interface WorkerFixtures {
  server: Server;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.end();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  hoa: async ({ server, page }, use) => {
    const vault = await Vault.of(server, await server.person('Nguyễn Thị Hoa'));
    await signIn(page, vault.person);
    await use(vault);
    await vault.api.dispose();
  },
  minh: async ({ server }, use) => {
    const vault = await Vault.of(server, await server.person('Trần Văn Minh'));
    await use(vault);
    await vault.api.dispose();
  },
  signedIn: async ({ browser, server }, use) => {
    const pages: Page[] = [];
    await use(async (person) => {
      const context = await browser.newContext({ baseURL: server.url });
      const page = await context.newPage();
      pages.push(page);
      await signIn(page, person);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
});

/** Takes the session's cookie into the page's browser, without the form. */
async function signIn(page: Page, person: Person): Promise<void> {
  const data = { login: person.login, password: PASSWORD };
  const answer = await page.request.post('/api/v1/session', { data });
  if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}`);
}
