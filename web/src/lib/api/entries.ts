/** What is asked about folders and documents, and done to them. */
import { api, ask, ifMatch, type Schema } from './client';
import { Problem } from './problem';

type Entry = Schema['EntryBody'];
export type OnConflict = Schema['OnConflict'];

/** A part of a folder, and how many entries the whole has. */
export interface Placed {
  items: Entry[];
  total: number;
}

const at = (entry: string) => ({ path: { entry } });

/** A folder's entries from a place on: folders first, then documents. */
export async function childrenAt(
  folder: string,
  sort: string,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Placed> {
  const query = { sort, limit, offset };
  try {
    const page = await ask(api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }));
    return { items: page.items, total: (page as Schema['EntryPage'] & { total: number }).total };
  } catch (thrown) {
    if (Problem.of(thrown).code !== 'invalid_input') throw thrown;
    const items = await allChildren(folder, sort, signal);
    return { items: items.slice(offset, offset + limit), total: items.length };
  }
}

async function allChildren(folder: string, sort: string, signal?: AbortSignal): Promise<Entry[]> {
  const items: Entry[] = [];
  let cursor: string | undefined;
  do {
    const query: { sort: string; limit: number; cursor?: string } = { sort, limit: 500, cursor };
    const page: Schema['EntryPage'] = await ask(
      api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }),
    );
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return items;
}

/** A document with those that stand beside it in its folder, by name. */
export async function documentsAround(folder: string, document: string, signal: AbortSignal): Promise<Entry[]> {
  const query = { kind: 'document' as const, sort: 'name', around: document, limit: 5 };
  return (await ask(api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query }, signal }))).items;
}

/** The folders in a folder: they come before its documents, so the rest is not asked for. */
export async function foldersIn(folder: string): Promise<Entry[]> {
  const folders: Entry[] = [];
  let cursor: string | undefined;
  do {
    const query: { sort: string; limit: number; cursor?: string } = { sort: 'name', limit: 200, cursor };
    const page: Schema['EntryPage'] = await ask(
      api.GET('/api/v1/entries/{entry}/children', { params: { ...at(folder), query } }),
    );
    folders.push(...page.items.filter(({ kind }) => kind === 'folder'));
    cursor = page.items.at(-1)?.kind === 'folder' ? (page.next_cursor ?? undefined) : undefined;
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
