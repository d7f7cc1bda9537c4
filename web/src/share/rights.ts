/** Rights in the words of people. */
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { sharing } from '../lib/i18n/words/sharing';

export type Right = Schema['Right'];
export type Kind = Schema['EntryKind'];

/** What can be given besides seeing, which everybody gets who gets anything. */
export const GIVABLE = ['download', 'edit', 'reshare'] as const satisfies readonly Right[];
export type Givable = (typeof GIVABLE)[number];

/** One right as the sentence of a tick box. */
export function rightSentence(right: Givable, kind: Kind): string {
  if (right === 'download') return say(sharing.mayDownload);
  if (right === 'reshare') return say(sharing.mayReshare);
  return say(kind === 'folder' ? sharing.mayEditFolder : sharing.mayEditDocument);
}

/** All rights in one line: “Xem, tải về”. */
export function rightsInWords(rights: readonly Right[]): string {
  const words = [say(sharing.see)];
  if (rights.includes('download')) words.push(say(sharing.download));
  if (rights.includes('edit')) words.push(say(sharing.edit));
  if (rights.includes('reshare')) words.push(say(sharing.reshare));
  return words.join(', ');
}
