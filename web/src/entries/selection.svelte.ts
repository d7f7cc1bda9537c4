/** What is chosen in a list, by id, so that it stays chosen when the order changes. */
import { SvelteMap } from 'svelte/reactivity';
import type { Source } from './source';

/** So many are chosen by one act at the most: as many as the server takes to pack or to delete at once. */
export const MOST_CHOSEN = 500;

export class Selection<T extends { id: string }> {
  #chosen = new SvelteMap<string, T>();
  /** The place from which Shift extends. */
  #anchor = 0;
  /** Counts how often all were let go. */
  #round = 0;

  get size(): number {
    return this.#chosen.size;
  }

  get items(): T[] {
    return [...this.#chosen.values()];
  }

  has(id: string): boolean {
    return this.#chosen.has(id);
  }

  clear(): void {
    this.#chosen.clear();
    this.#round += 1;
  }

  toggle(item: T, index: number): void {
    if (!this.#chosen.delete(item.id)) this.#chosen.set(item.id, item);
    this.#anchor = index;
  }

  /** The places from the anchor to `index`, the lower first; of too many, those beside the anchor. */
  spanTo(index: number): [from: number, last: number] {
    const anchor = this.#anchor;
    return index < anchor
      ? [Math.max(index, anchor - MOST_CHOSEN + 1), anchor]
      : [anchor, Math.min(index, anchor + MOST_CHOSEN - 1)];
  }

  /** Chooses the places from `from` to `last` of a list, in addition to what is chosen; those that are not there yet as soon as they are. */
  async addSpan(from: number, last: number, list: Source<T>): Promise<void> {
    const round = this.#round;
    const there = Array.from({ length: last - from + 1 }, (_, step) => list.at(from + step));
    this.#add(there);
    if (!list.bring || there.every(Boolean)) return;
    const all = await list.bring(from, last);
    if (round === this.#round) this.#add(all);
  }

  #add(items: readonly (T | undefined)[]): void {
    for (const item of items) if (item) this.#chosen.set(item.id, item);
  }

  /** Takes over what changed, and forgets what is gone. */
  forget(ids: readonly string[]): void {
    ids.forEach((id) => this.#chosen.delete(id));
  }
}
