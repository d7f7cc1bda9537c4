/** Other systems: their programs' accounts, what these may do, and where they are told of events. */
import { api, ask, ifMatch, type Schema } from './client';

export type Webhook = Schema['WebhookBody'];
export type NewWebhook = Schema['NewWebhookBody'];
export type WebhookChanges = Schema['WebhookChanges'];
export type MadeWebhook = Schema['WebhookSecretBody'];
export type Delivery = Schema['DeliveryBody'];
export type System = Schema['ClientBody'];
export type Mandate = Schema['MandateBody'];
export type Scope = Schema['Scope'];
export type Account = Schema['AdministeredBody'];
export type ListedSystem = Schema['ListedClient'];

const at = (webhook: string) => ({ path: { webhook } });

export async function listWebhooks(): Promise<Webhook[]> {
  return (await ask(api.GET('/api/v1/admin/webhooks'))).items;
}

export function readWebhook(webhook: string): Promise<Webhook> {
  return ask(api.GET('/api/v1/admin/webhooks/{webhook}', { params: at(webhook) }));
}

/** The secret in the answer is shown once and never again. */
export function addWebhook(body: NewWebhook): Promise<MadeWebhook> {
  return ask(api.POST('/api/v1/admin/webhooks', { body }));
}

export function changeWebhook({ id, rev }: Pick<Webhook, 'id' | 'rev'>, body: WebhookChanges): Promise<Webhook> {
  return ask(api.PATCH('/api/v1/admin/webhooks/{webhook}', { params: at(id), headers: ifMatch(rev), body }));
}

export async function removeWebhook(webhook: string): Promise<void> {
  await ask(api.DELETE('/api/v1/admin/webhooks/{webhook}', { params: at(webhook) }));
}

/** The secret before signs too for a day. */
export function renewWebhookSecret(webhook: string): Promise<MadeWebhook> {
  return ask(api.POST('/api/v1/admin/webhooks/{webhook}/secret', { params: at(webhook) }));
}

export function listDeliveries(
  webhook: string,
  query: { state: string; cursor?: string; limit?: number },
): Promise<Schema['DeliveryPage']> {
  return ask(api.GET('/api/v1/admin/webhooks/{webhook}/deliveries', { params: { ...at(webhook), query } }));
}

/** Sends one event again, or at once where it waits for its next attempt. */
export function replayOne(webhook: string, number: number): Promise<Delivery> {
  const params = { path: { webhook, number } };
  return ask(api.POST('/api/v1/admin/webhooks/{webhook}/deliveries/{number}/replay', { params }));
}

/** Sends again everything from a number on, or what was given up where none is named; answers how many. */
export async function replay(webhook: string, from?: number): Promise<number> {
  const answer = await ask(
    api.POST('/api/v1/admin/webhooks/{webhook}/replays', { params: at(webhook), body: { from } }),
  );
  return answer.replayed;
}

/** The programs of other systems by name. */
export function findSystems(query: { q?: string; cursor?: string }): Promise<Schema['ClientPage']> {
  return ask(api.GET('/api/v1/admin/clients', { params: { query } }));
}

export function addSystem(login: string, name: string): Promise<Account> {
  return ask(api.POST('/api/v1/admin/accounts', { body: { login, full_name: name } }));
}

const of = (client: string) => ({ path: { client } });

export function readSystem(client: string): Promise<System> {
  return ask(api.GET('/api/v1/admin/clients/{client}', { params: of(client) }));
}

/** In place of the one before. The secret is shown once and never again. */
export async function makeSecret(client: string): Promise<string> {
  return (await ask(api.POST('/api/v1/admin/clients/{client}/secret', { params: of(client) }))).client_secret;
}

export async function removeSecret(client: string): Promise<void> {
  await ask(api.DELETE('/api/v1/admin/clients/{client}/secret', { params: of(client) }));
}

export function setKeys(client: string, jwks: Record<string, unknown>): Promise<System> {
  const body = { jwks } as Schema['ClientKeysBody'];
  return ask(api.PUT('/api/v1/admin/clients/{client}/keys', { params: of(client), body }));
}

/** No scope takes the agency away. */
export function setScopes(client: string, agency: string, scopes: Scope[]): Promise<System> {
  const params = { path: { client, agency } };
  return ask(api.PUT('/api/v1/admin/clients/{client}/agencies/{agency}', { params, body: { scopes } }));
}
