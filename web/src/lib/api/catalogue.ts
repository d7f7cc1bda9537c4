/** The catalogue as administrators keep it: its items by kind, its versions, its file. */
import { api, ask, ifMatch, refused, headers, type Schema } from './client';
import { Problem } from './problem';

export type Agency = Schema['CatalogueAgency'];
export type DocumentType = Schema['CatalogueDocumentType'];
export type ResultType = Schema['CatalogueResultType'];
export type Procedure = Schema['Procedure'];
export type CalendarDay = Schema['CatalogueDay'];
export type Component = Schema['ProcedureComponent'];
export type Level = Schema['AgencyLevel'];
export type Outcome = Schema['CatalogueOutcomeBody'];
export type Changes = Schema['CatalogueChanges'];
export type Fault = Schema['CatalogueFaultBody'];
export type Version = Schema['CatalogueVersionBody'];

/** The kinds of item, as their addresses name them. */
export interface Items {
  agencies: Agency;
  'document-types': DocumentType;
  'result-types': ResultType;
  procedures: Procedure;
  days: CalendarDay;
}
export type Kind = keyof Items;
export type Item = Items[Kind];

/** An item, and the version in which it became what it is, which guards its changes. */
export interface Kept<T> {
  item: T;
  since: number;
}

/** What of a change may be chosen. */
export interface Wish {
  /** `since` of the item that is changed; absent where it is added. */
  since?: number;
  /** Only what would be done, and what is wrong. */
  dryRun?: boolean;
  /** Why, for the list of versions. */
  note?: string;
}

const addressOf = (kind: Kind, code: string) => `/api/v1/catalogue/${kind}/${encodeURIComponent(code)}`;

/** One way for all kinds, whose routes differ in nothing but the kind. */
async function send(address: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(address, { ...init, headers: { ...headers(), ...init.headers } }).catch(() => {
    throw Problem.offline();
  });
  if (!answer.ok) throw await refused(answer);
  return answer;
}

/** As it is now, or as it was in a version. */
export async function readItem<K extends Kind>(kind: K, code: string, version?: number): Promise<Kept<Items[K]>> {
  const address = addressOf(kind, code) + (version ? `?version=${version}` : '');
  const answer = await send(address, {});
  const since = Number(answer.headers.get('ETag')?.replaceAll('"', ''));
  return { item: (await answer.json()) as Items[K], since };
}

function changeOf(wish: Wish): { query: string; headers: Record<string, string> } {
  const query = new URLSearchParams();
  if (wish.dryRun) query.set('dry_run', 'true');
  if (wish.note) query.set('note', wish.note);
  return { query: query.size ? `?${query}` : '', headers: wish.since ? ifMatch(wish.since) : {} };
}

export async function putItem<K extends Kind>(kind: K, item: Items[K], wish: Wish): Promise<Outcome> {
  const { query, headers } = changeOf(wish);
  const answer = await send(addressOf(kind, item.code) + query, {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(item),
  });
  return (await answer.json()) as Outcome;
}

/** Takes an item out of the catalogue from the next version on. */
export async function removeItem(kind: Kind, code: string, wish: Wish): Promise<Outcome> {
  const { query, headers } = changeOf(wish);
  const answer = await send(addressOf(kind, code) + query, { method: 'DELETE', headers });
  return (await answer.json()) as Outcome;
}

/** Those too that do not exist today, or not yet. */
export function findAgencies(
  query: { q?: string; parent?: string; cursor?: string; limit?: number } = {},
): Promise<Schema['CatalogueAgencyPage']> {
  return ask(api.GET('/api/v1/catalogue/agencies', { params: { query: { all: true, ...query } } }));
}

export function findProcedures(
  query: { q?: string; cursor?: string; limit?: number } = {},
): Promise<Schema['ProcedurePage']> {
  return ask(api.GET('/api/v1/catalogue/procedures', { params: { query: { all: true, ...query } } }));
}

export async function listResultTypes(): Promise<ResultType[]> {
  return (await ask(api.GET('/api/v1/catalogue/result-types'))).items;
}

/** Days off, and days on which work is made up for, in the order of the calendar. */
export async function listDays(): Promise<CalendarDay[]> {
  return (await ask(api.GET('/api/v1/catalogue/days'))).items;
}

/** The newest first. */
export function listVersions(query: { cursor?: string; limit?: number } = {}): Promise<Schema['CatalogueVersionPage']> {
  return ask(api.GET('/api/v1/catalogue/versions', { params: { query } }));
}

/** Number of the newest version. */
export async function newestVersion(): Promise<number> {
  return (await listVersions({ limit: 1 })).items[0]?.number ?? 0;
}

/** What becomes of items that stand in the catalogue and not in a file. */
export type Missing = 'keep' | 'close';

/** Brings the catalogue to what a file says; `since` is the version that was seen. */
export async function importFile(file: string, missing: Missing, wish: Wish): Promise<Outcome> {
  const query = new URLSearchParams({ missing });
  if (wish.dryRun) query.set('dry_run', 'true');
  if (wish.note) query.set('note', wish.note);
  const answer = await send(`/api/v1/catalogue?${query}`, {
    method: 'PUT',
    // As it was chosen, so that places in it are named as its writer sees them.
    headers: { ...ifMatch(wish.since ?? 0), 'Content-Type': 'application/json' },
    body: file,
  });
  return (await answer.json()) as Outcome;
}

/** The whole catalogue as it was in a version, as its file says it. */
export async function exportFile(version: number): Promise<string> {
  return (await send(`/api/v1/catalogue?version=${version}`, {})).text();
}
