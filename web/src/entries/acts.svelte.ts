/**
 * What people do with folders and documents, from any list. Acts are done at once and can be taken back; those that need a word more open a
 * dialog, which `ActDialogs.svelte` shows wherever the act began.
 */
import { change, downloadAddress, restore, trashAll, zipOf } from '../lib/api/entries';
import { ownProblem, Problem } from '../lib/api/problem';
import { entryChanged } from '../lib/changes.svelte';
import { count } from '../lib/i18n/format';
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';
import { done, failed } from '../lib/toasts.svelte';
import { lockOf, nameOf, type Entry } from './entry';

/** An act that waits for a dialog. */
export type Asked =
  | { act: 'newFolder'; parent: string }
  | { act: 'rename'; entry: Entry }
  | { act: 'share'; entry: Entry }
  | { act: 'move'; entries: Entry[] }
  | { act: 'conflict'; entries: Entry[]; folder: Target }
  | { act: 'keys' };

/** A folder that something is put into. */
export interface Target {
  id: string;
  name: string;
}

let asked = $state.raw<Asked | null>(null);

export const acts = {
  get asked(): Asked | null {
    return asked;
  },
};

export function askFor(act: Asked): void {
  asked = act;
}

/** Asks for another name; of what keeps its name, says why. */
export function askRename(entry: Entry): void {
  const lock = lockOf(entry);
  if (lock) failed(ownProblem('locked', lock));
  else askFor({ act: 'rename', entry });
}

export function closeAct(): void {
  asked = null;
}

/** “Tờ khai.pdf”, or “3 mục”. */
export function inBrief(entries: readonly Entry[]): string {
  const [first] = entries;
  return entries.length === 1 && first ? `“${nameOf(first)}”` : say(files.items, count(entries.length));
}

/** An entry was changed, and so was what is shown of its folder. */
function changedIn(entries: readonly Entry[]): void {
  new Set(entries.flatMap(({ id, parent_id }) => [id, parent_id])).forEach(entryChanged);
}

/** Says why some were left as they are: the reason of the first, and how many there were. */
function saySkipped(reasons: readonly string[], phrase: Phrase<[string, string]>): void {
  const [first] = reasons;
  if (first) failed(new Problem('partly', reasons.length === 1 ? first : say(phrase, count(reasons.length), first)));
}

/** Puts entries into the trash; undo brings them back. */
export async function trash(entries: readonly Entry[]): Promise<Entry[]> {
  const outcomes = await trashAll(entries.map(({ id }) => id));
  const gone = entries.filter(({ id }) => outcomes.some((outcome) => outcome.id === id && outcome.done));
  changedIn(gone);
  if (gone.length > 0) {
    done(say(files.trashed, inBrief(gone)), async () => {
      for (const { id } of gone) await restore(id);
      changedIn(gone);
    });
  }
  const reasons = outcomes.flatMap(({ done, detail }) => (done ? [] : [detail ?? '']));
  saySkipped(reasons, files.notTrashed);
  return gone;
}

/** Moves entries into a folder; where names are taken, the person is asked. Undo moves them back. */
export async function move(
  entries: readonly Entry[],
  folder: Target,
  onConflict: 'refuse' | 'keep_both' = 'refuse',
): Promise<void> {
  const moved: { before: Entry; after: Entry }[] = [];
  const taken: Entry[] = [];
  const reasons: string[] = [];
  for (const before of entries) {
    try {
      moved.push({ before, after: await change(before, { parent_id: folder.id }, onConflict) });
    } catch (thrown) {
      const problem = Problem.of(thrown);
      if (problem.code === 'name_taken') taken.push(before);
      else reasons.push(problem.detail);
    }
  }
  changedIn(moved.flatMap(({ before, after }) => [before, after]));
  if (moved.length > 0) {
    done(say(files.moved, inBrief(moved.map(({ after }) => after)), folder.name), async () => {
      for (const { before, after } of moved) {
        if (before.parent_id) await change(after, { parent_id: before.parent_id, name: before.name }, 'keep_both');
      }
      changedIn(moved.flatMap(({ before, after }) => [before, after]));
    });
  }
  saySkipped(reasons, files.notMoved);
  if (taken.length > 0) askFor({ act: 'conflict', entries: taken, folder });
}

/** Renames an entry; undo gives the old name back. */
export async function rename(entry: Entry, name: string, onConflict: 'refuse' | 'keep_both'): Promise<void> {
  const renamed = await change(entry, { name }, onConflict);
  changedIn([renamed]);
  done(say(files.renamed, renamed.name), async () => changedIn([await change(renamed, { name: entry.name })]));
}

/** Downloads one document or folder by the browser itself, several as one ZIP file. */
export async function download(entries: readonly Entry[]): Promise<void> {
  const [first] = entries;
  if (!first) return;
  if (entries.length === 1) {
    save(downloadAddress(first), '');
    return;
  }
  done(say(files.packing));
  const blob = await zipOf(
    first.vault_id,
    entries.map(({ id }) => id),
  );
  const address = URL.createObjectURL(blob);
  save(address, say(files.zipName));
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function save(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}
