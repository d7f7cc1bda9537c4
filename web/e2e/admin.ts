/** An administrator of the system, and what tests of the administrator's pages begin with. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { AGENCY } from './office';
import type { Server } from './server';
import { Vault } from './vault';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export async function administratorOf(server: Server): Promise<Vault> {
  const person = await server.person('Lê Thị Sáu');
  await server.command('user', 'role', person.login, 'system_admin');
  return Vault.of(server, person);
}

/** No rule of WCAG is broken, and nothing is wider than the window, on a phone and on a desktop, light and dark. */
export async function expectFine(page: Page, where: string): Promise<void> {
  const before = page.viewportSize();
  for (const [width, height] of [
    [360, 800],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, `${where} at ${width} px`).toBe(0);
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(RULES).analyze();
    const told = violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html).join(' ')}`);
    expect(told).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}

/** What the stage shows of administration. */
export interface Administration {
  admin: Vault;
  /** Client name of the system that may do much. */
  system: string;
  webhook: string;
}

/** Two systems of other programs, one of them told of events. */
export async function stageAdministration(server: Server): Promise<Administration> {
  const admin = await administratorOf(server);
  const system = 'mot-cua';
  await server.command('user', 'add', system, '--client', '--name', 'Cổng dịch vụ công Kho Mẫu');
  const scopes = ['dossier_read', 'dossier_write', 'result_write'].flatMap((scope) => ['--scope', scope]);
  await server.command('client', 'agency', system, AGENCY.code, ...scopes);
  await server.command('client', 'secret', system);
  await server.command('user', 'add', 'ho-tich', '--client', '--name', 'Phần mềm hộ tịch');
  const kinds = ['dossier.moved', 'paper.attached', 'result.added'];
  const url = 'https://mot-cua.example/kho/su-kien';
  const webhook = await admin.post<{ id: string }>('/admin/webhooks', { client: system, url, kinds });
  return { admin, system, webhook: webhook.id };
}
