/** Which folders and documents this page changed, so that whoever shows them asks the server again. */
import { SvelteMap } from 'svelte/reactivity';

const changes = new SvelteMap<string, number>();

/** A document was changed, or something was added to, taken from or changed in a folder. */
export function entryChanged(id: string | null | undefined): void {
  if (id) changes.set(id, (changes.get(id) ?? 0) + 1);
}

/** Counts an entry's changes; an effect that reads it runs again with each. */
export function changesOf(id: string): number {
  return changes.get(id) ?? 0;
}

/** Counts all changes, for lists that anything may belong to. */
export function changesMade(): number {
  return [...changes.values()].reduce((sum, count) => sum + count, 0);
}
