/** What the page says about a folder or document, whatever list it stands in. */
import type { Schema } from '../lib/api/client';
import { language, type Phrase } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';

export type Entry = Schema['EntryBody'];

/** Papers that end within so many days are said to end soon. */
export const SOON_DAYS = 90;

/** What people call it: the title of a paper, the name of a folder in the page's language. */
export function nameOf(entry: Entry): string {
  if (entry.document) return entry.document.title || entry.name;
  return (language() === 'en' && entry.name_en) || entry.name;
}

/** The file's name where it says more than `nameOf` does. */
export function fileNameOf(entry: Entry): string | null {
  const title = entry.document?.title;
  return title && title !== stem(entry.name) ? entry.name : null;
}

/** A list may know an entry by another id, that of the grant by which it is there; then `entryId` is the entry's own. */
export interface Named {
  id: string;
  entryId?: string;
}

export function idOf({ id, entryId }: Named): string {
  return entryId ?? id;
}

/** The address at which it is opened. */
export function addressOf(entry: Named & Pick<Entry, 'kind'>): string {
  return `/${entry.kind === 'folder' ? 'folders' : 'documents'}/${idOf(entry)}`;
}

/** A file's name without its extension. */
export function stem(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The extension with its dot; empty where there is none. */
export function extension(name: string): string {
  return name.slice(stem(name).length);
}

export type Validity = 'open' | 'valid' | 'soon' | 'over';

/** How a paper stands with its last day of validity, which still counts. */
export function validity(expiresOn: string | null | undefined, now: Date = new Date()): Validity {
  if (!expiresOn) return 'open';
  const end = new Date(`${expiresOn}T23:59:59`).getTime();
  const days = (end - now.getTime()) / 86_400_000;
  if (days < 0) return 'over';
  return days <= SOON_DAYS ? 'soon' : 'valid';
}

/** Default folders keep their name and place. */
export function isDefaultFolder(entry: Entry): boolean {
  return Boolean(entry.system_code);
}

/** Authenticated papers can be moved, and nothing else. */
export function isAuthenticated(entry: Entry): boolean {
  return entry.document?.authenticated ?? false;
}

/** The server draws the picture of a document some moments after it was added, and sees then whether it can be read. */
export function awaitsPicture({ document, updated_at }: Entry, now = Date.now()): boolean {
  if (!document || document.has_thumbnail || document.readability !== 'unknown') return false;
  if (now - new Date(updated_at).getTime() > 60_000) return false;
  return /^image\/|^text\/plain$|\/pdf$|officedocument|opendocument/.test(document.media_type);
}

/** What keeps an entry from being renamed and deleted. */
export function lockOf(entry: Entry): Phrase | null {
  if (isDefaultFolder(entry)) return files.defaultLocked;
  return isAuthenticated(entry) ? files.authenticatedLocked : null;
}
