/** The administrator's pages: the catalogue, systems, and what they are told. */
import { expect } from '@playwright/test';
import { keeping } from '../../src/lib/i18n/words/keeping';
import { systems, webhooks } from '../../src/lib/i18n/words/systems';
import { AGENCY, PROCEDURE } from '../office';
import { at, type Scene, type Screen } from './scene';

const procedure = `/admin/procedures/${PROCEDURE.code}`;

async function atSystem(scene: Scene): Promise<void> {
  await at(`/admin/systems/${scene.stage.administration.system}`)(scene);
}

/** Messages that were given up, which takes the server three days. */
async function atWebhook(scene: Scene): Promise<void> {
  const items = ['dossier.moved', 'paper.attached', 'result.added'].map((kind, index) => ({
    number: 4711 + index,
    event_id: `01a21728-6fba-7ad5-b0f8-db56d9c99d4${index}`,
    kind,
    dossier_id: '01a21728-6fba-7ad5-b0f8-db56d9c99d4c',
    at: '2026-11-20T08:00:00Z',
    state: 'dead',
    attempts: 10,
    last_error: 'the server answered 500',
    ended_at: '2026-11-23T12:00:00Z',
  }));
  await scene.page.route('**/deliveries?*state=dead*', (route) =>
    route.fulfill({ json: { items, next_cursor: null } }),
  );
  await at(`/admin/webhooks/${scene.stage.administration.webhook}`)(scene);
  await expect(scene.page.getByRole('table')).toBeVisible();
}

/** Opens what a button opens. */
const dialog = (from: (scene: Scene) => Promise<void>, name: (scene: Scene) => string) => async (scene: Scene) => {
  await from(scene);
  await scene.page.getByRole('button', { name: name(scene), exact: true }).click();
  await scene.seeDialog();
};

const SCREENS: Screen[] = [
  { name: 'admin-procedures', open: at('/admin/procedures') },
  { name: 'admin-procedure', open: at(procedure) },
  { name: 'admin-procedure-edit', open: at(`${procedure}?edit=1`) },
  { name: 'admin-type', open: at('/admin/document-types/birth-certificate') },
  { name: 'admin-agencies', open: at('/admin/agencies') },
  {
    name: 'admin-close',
    open: dialog(at(`/admin/agencies/${AGENCY.code}`), (scene) => scene.say(keeping.closeAgency)),
  },
  { name: 'admin-versions', open: at('/admin/versions') },
  { name: 'admin-import', open: at('/admin/import') },
  { name: 'admin-systems', open: at('/admin/systems') },
  { name: 'admin-system', open: atSystem },
  { name: 'admin-scopes', open: dialog(atSystem, (scene) => scene.say(systems.changeFor, AGENCY.name)) },
  { name: 'admin-webhooks', open: at('/admin/webhooks') },
  { name: 'admin-webhook', open: atWebhook },
  { name: 'admin-webhook-edit', open: dialog(atWebhook, (scene) => scene.say(webhooks.edit)) },
];

export const ADMIN = SCREENS.map((screen) => ({ ...screen, admin: true }));
