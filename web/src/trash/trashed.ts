/** What the page says about something in the trash, and what it asks of the server. */
import { nameOf } from '../entries/entry';
import { api, ask, ifMatch, type Schema } from '../lib/api/client';
import { Problem } from '../lib/api/problem';
import { inWords, catalogue } from '../lib/catalogue.svelte';
import { say } from '../lib/i18n/index.svelte';
import { trash } from '../lib/i18n/words/trash';

export type Trashed = Schema['TrashedBody'];
type Entry = Schema['EntryBody'];

/** The folders it lay in, from the top: “Hộ tịch / Con”; the path of what lay at the top is empty. */
export function formerPlace(item: Trashed): string {
  const folders = item.original_path.map((step) => {
    const known = catalogue.folders.find((folder) => folder.code === step.system_code);
    return known ? inWords(known) : step.name;
  });
  return folders.length ? folders.join(' / ') : say(trash.rootFolder);
}

export interface Restored {
  back: Entry[];
  /** Those whose names are taken where they lay. */
  taken: Trashed[];
}

/** Puts things back where they lay, one after another. Taken names are told unless both are to be kept. */
export async function restore(items: readonly Trashed[], keepBoth: boolean): Promise<Restored> {
  const restored: Restored = { back: [], taken: [] };
  for (const item of items) {
    try {
      const entry = await ask(
        api.POST('/api/v1/trash/{entry}/restore', {
          params: { path: { entry: item.id } },
          body: { on_conflict: keepBoth ? 'keep_both' : 'refuse' },
        }),
      );
      restored.back.push(entry);
    } catch (thrown) {
      if (Problem.of(thrown).code !== 'name_taken') throw thrown;
      restored.taken.push(item);
    }
  }
  return restored;
}

/** Puts restored things into the trash again. */
export async function trashAgain(entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    const params = { path: { entry: entry.id }, header: ifMatch(entry.rev) };
    await ask(api.DELETE('/api/v1/entries/{entry}', { params }));
  }
}

export interface Purged {
  count: number;
  bytes: number;
  /** What is still there, and the sentence that says why. */
  kept: { name: string; why: string }[];
}

/** As many as one request may name. */
const BATCH = 500;

/** Deletes for ever, and tells how far it is. */
export async function purge(items: readonly Trashed[], onprogress: (count: number) => void): Promise<Purged> {
  const purged: Purged = { count: 0, bytes: 0, kept: [] };
  for (let from = 0; from < items.length; from += BATCH) {
    const batch = items.slice(from, from + BATCH);
    const body = { ids: batch.map((item) => item.id), count: batch.length };
    const outcomes = await ask(api.POST('/api/v1/trash/purge', { body }));
    for (const outcome of outcomes.items) {
      const item = batch.find((item) => item.id === outcome.id);
      if (!item) continue;
      if (outcome.done) {
        purged.count += 1;
        purged.bytes += item.freed_bytes;
      } else {
        purged.kept.push({ name: nameOf(item), why: outcome.detail ?? '' });
      }
    }
    onprogress(purged.count);
  }
  return purged;
}

/** Everything in a vault's trash. */
export async function allTrashed(vault: string): Promise<Trashed[]> {
  const all: Trashed[] = [];
  let cursor: string | undefined;
  do {
    const page: Schema['TrashPage'] = await ask(
      api.GET('/api/v1/vaults/{vault}/trash', { params: { path: { vault }, query: { limit: BATCH, cursor } } }),
    );
    all.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return all;
}
