/** What can be known about a file before its bytes are sent, so that nobody waits for a refusal. */
import { api, ask, type Schema } from '../lib/api/client';
import { ownProblem, Problem } from '../lib/api/problem';
import { say } from '../lib/i18n/index.svelte';
import { size } from '../lib/i18n/format';
import { adding } from '../lib/i18n/words/adding';

type Entry = Schema['EntryBody'];
type FileTypes = Schema['FileTypeList'];

/** The most entries of one answer. */
const PAGE = 500;

let fileTypes: Promise<FileTypes | null> | undefined;

/** What the vault takes; null where the server can't be asked just now, which then says it itself. */
function takenTypes(): Promise<FileTypes | null> {
  fileTypes ??= ask(api.GET('/api/v1/catalogue/file-types')).catch(() => {
    fileTypes = undefined;
    return null;
  });
  return fileTypes;
}

/** Why the vault will not take this file, or null. */
export async function refusal(file: File, name: string): Promise<Problem | null> {
  if (file.size === 0) return ownProblem('empty_file', adding.emptyFile);
  const taken = await takenTypes();
  if (!taken) return null;
  if (file.size > taken.max_file_bytes) {
    return new Problem('file_too_large', say(adding.tooLarge, size(file.size), size(taken.max_file_bytes)));
  }
  const endings = taken.items.flatMap((type) => type.extensions);
  if (endings.includes(endingOf(name))) return null;
  const shown = endings.slice(0, 12).map((known) => `.${known}`);
  return new Problem('type_not_allowed', say(adding.typeNotTaken, shown.join(', ')));
}

/** A problem's sentence; where the server's says too little, with what to do. */
export function sentence(problem: Problem): string {
  if (problem.code === 'type_mismatch') return say(adding.typeMismatch);
  if (problem.code === 'quota_exceeded' && typeof problem.more.free_bytes === 'number') {
    return say(adding.noRoom, size(problem.more.free_bytes));
  }
  return problem.detail;
}

/** Names are the same whatever the case of their letters. */
const key = (name: string) => name.normalize('NFC').toLocaleLowerCase('vi');

/** What has this name in a folder already. In very large folders it may not be found; then the server tells at the end. */
export async function namesake(folderId: string, name: string): Promise<Entry | null> {
  const same = (items: Entry[]) =>
    items.find((entry) => entry.parent_id === folderId && key(entry.name) === key(name)) ?? null;
  const params = { path: { entry: folderId }, query: { limit: PAGE } };
  const page = await ask(api.GET('/api/v1/entries/{entry}/children', { params }));
  if (!page.next_cursor) return same(page.items);
  const query = { q: name, folder: folderId, limit: PAGE };
  const hits = await ask(api.GET('/api/v1/search', { params: { query } })).catch((thrown: unknown) => {
    // A name of signs alone holds nothing to search for.
    if (Problem.of(thrown).code === 'invalid_input') return { items: [] };
    throw thrown;
  });
  return same(page.items) ?? same(hits.items);
}

/** Whether a document holds exactly this file: then an answer got lost, and the file is there already. */
export async function holds(document: Entry, file: File): Promise<boolean> {
  if (document.kind !== 'document' || document.size_bytes !== file.size || !crypto.subtle) return false;
  const params = { path: { entry: document.id }, query: { limit: 1 } };
  const { items } = await ask(api.GET('/api/v1/entries/{entry}/versions', { params }));
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return items[0]?.sha256 === hex;
}

/** Whether the browser can still read the file; it can't when it was changed, moved or unplugged meanwhile. */
export async function isReadable(file: File): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(() => true)
    .catch(() => false);
}

/** Whether two names end as files of one kind do: photo.jpg and photo.jpeg. */
export async function isSameKind(one: string, other: string): Promise<boolean> {
  const [first, second] = [endingOf(one), endingOf(other)];
  if (first === second) return true;
  const taken = await takenTypes();
  return taken?.items.some(({ extensions }) => extensions.includes(first) && extensions.includes(second)) ?? false;
}

function endingOf(name: string): string {
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}
