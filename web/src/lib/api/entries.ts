/** What is asked about folders and documents, and done to them. */
import { api, ask, ifMatch, type Schema } from './client';

type Entry = Schema['EntryBody'];
export type OnConflict = Schema['OnConflict'];

/** A part of a folder, and how many entries the whole has. */
export interface Placed {
  items: Entry[];
  total: number;
}

const at = (entry: string) => ({ path: { entry } });

type Kind = Schema['EntryKind'];

/** A folder's entries from a place on: folders first, then documents. */
export async function childrenAt(
  folder: string,
  query: { sort: string; offset: number; limit: number; kind?: Kind },
  signal?: AbortSignal,
): Promise<Placed> {
  const page = await ask(api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }));
  return { items: page.items, total: page.total ?? page.items.length };
}

/** The place of an entry in its folder. */
export async function placeIn(folder: string, sort: string, around: string, signal?: AbortSignal): Promise<number> {
  const query = { sort, around, limit: 1 };
  const page = await ask(api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }));
  return page.offset ?? 0;
}

/** A document with those that stand beside it in its folder, by name. */
export async function documentsAround(folder: string, document: string, signal: AbortSignal): Promise<Entry[]> {
  const query = { kind: 'document' as const, sort: 'name', around: document, limit: 5 };
  return (await ask(api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }))).items;
}

/** The folders in a folder, by name. */
export async function foldersIn(folder: string): Promise<Entry[]> {
  const folders: Entry[] = [];
  let cursor: string | undefined;
  do {
    const query: { kind: Kind; limit: number; cursor?: string } = { kind: 'folder', limit: 200, cursor };
    const page: Schema['EntryPage'] = await ask(
      api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query } }),
    );
    folders.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return folders;
}

export function details(entry: string): Promise<Schema['EntryDetails']> {
  return ask(api.GET('/api/v1/entries/{entry}', { params: at(entry) }));
}

/** The way to an entry: the topmost folder that the person may see first, the entry last. */
export async function pathTo(entry: string): Promise<Schema['StepBody'][]> {
  return (await ask(api.GET('/api/v1/entries/{entry}/path', { params: at(entry) }))).items;
}

/** Papers of a vault that end soon, the soonest first. */
export async function endingSoon(vault: string, days: number, limit: number, signal?: AbortSignal): Promise<Entry[]> {
  const params = { path: { vault }, query: { days, limit } };
  return (await ask(api.GET('/api/v1/vaults/{vault}/expiring', { params, signal }))).items;
}

/** What the person worked on last, the latest first. */
export async function latest(limit: number, signal?: AbortSignal): Promise<Entry[]> {
  return (await ask(api.GET('/api/v1/recent', { params: { query: { limit } }, signal }))).items;
}

export function makeFolder(parent: string, name: string, onConflict: OnConflict): Promise<Entry> {
  const body = { name, on_conflict: onConflict };
  return ask(api.POST('/api/v1/entries/{entry}/folders', { params: at(parent), body }));
}

/** Renames or moves an entry that nobody changed since it was seen. */
export function change(
  entry: Pick<Entry, 'id' | 'rev'>,
  what: { name?: string; parent_id?: string },
  onConflict: OnConflict = 'refuse',
): Promise<Entry> {
  return ask(
    api.PATCH('/api/v1/entries/{entry}', {
      params: { ...at(entry.id), header: ifMatch(entry.rev) },
      body: { ...what, on_conflict: onConflict },
    }),
  );
}

/** Says what kind of paper a document is. */
export async function nameThePaper(entry: string, title: string, kind: string | undefined): Promise<void> {
  const { rev } = await details(entry);
  const body = kind ? { title, type_code: kind } : { title };
  await ask(api.PATCH('/api/v1/entries/{entry}', { params: { ...at(entry), header: ifMatch(rev) }, body }));
}

/** At most so many entries are named in one request. */
const AT_ONCE = 500;

/** Puts entries into the trash, each on its own. */
export async function trashAll(ids: readonly string[]): Promise<Schema['OutcomeBody'][]> {
  const outcomes: Schema['OutcomeBody'][] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const body = { ids: ids.slice(from, from + AT_ONCE) };
    outcomes.push(...(await ask(api.POST('/api/v1/entries/trash', { body }))).items);
  }
  return outcomes;
}

export function restore(entry: string): Promise<Entry> {
  return ask(api.POST('/api/v1/trash/{entry}/restore', { params: at(entry), body: { keep_shares: true } }));
}

/** A selection as one ZIP file. */
export function zipOf(vault: string, ids: string[]): Promise<Blob> {
  return ask(
    api.POST('/api/v1/vaults/{vault}/zip', { params: { path: { vault } }, body: { ids }, parseAs: 'blob' }),
  ) as Promise<Blob>;
}

/** The address from which the browser itself downloads a document, or a folder as a ZIP file. */
export function downloadAddress(entry: Pick<Entry, 'id' | 'kind'>): string {
  return `/api/v1/entries/${entry.id}/${entry.kind === 'folder' ? 'zip' : 'content'}`;
}

/** The address of a document's first page in small, where there is one; another for each version, so that it can be kept. */
export function thumbnailAddress(id: string, document: Entry['document']): string | null {
  return document?.has_thumbnail ? `/api/v1/entries/${id}/thumbnail?version=${document.version_count}` : null;
}
