/** How a file that nobody can read is shown: in a colour, with a picture and a word that say the same. */
import FileKey from '@lucide/svelte/icons/file-key';
import FileX from '@lucide/svelte/icons/file-x';
import type { Component } from 'svelte';
import type { Schema } from '../lib/api/client';
import type { Phrase } from '../lib/i18n/index.svelte';
import { readability } from '../lib/i18n/words/readability';

export interface Unreadable {
  word: Phrase;
  why: Phrase;
  icon: Component;
}

const KINDS: Partial<Record<Schema['Readability'], Unreadable>> = {
  blank: { word: readability.blank, why: readability.blankWhy, icon: FileX },
  locked: { word: readability.locked, why: readability.lockedWhy, icon: FileKey },
  empty: { word: readability.empty, why: readability.emptyWhy, icon: FileX },
  damaged: { word: readability.damaged, why: readability.damagedWhy, icon: FileX },
};

/** What is wrong with a file; null where it can be read, or nobody knows. */
export function unreadable(found: Schema['Readability']): Unreadable | null {
  return KINDS[found] ?? null;
}
