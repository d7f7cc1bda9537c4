/** What is chosen in a list, by id, so that it stays chosen when the order changes. */
import { SvelteMap } from 'svelte/reactivity';

export class Selection<T extends { id: string }> {
  #chosen = new SvelteMap<string, T>();
  /** The place from which Shift extends. */
  #anchor = 0;

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
  }

  toggle(item: T, index: number): void {
    if (!this.#chosen.delete(item.id)) this.#chosen.set(item.id, item);
    this.#anchor = index;
  }

  /** Chooses all from the anchor to `index`, in addition to what is chosen. */
  extend(index: number, at: (index: number) => T | undefined): void {
    const [from, to] = index < this.#anchor ? [index, this.#anchor] : [this.#anchor, index];
    this.add(from, to, at);
  }

  /** Chooses those of the places from `from` to `to` that are there. */
  add(from: number, to: number, at: (index: number) => T | undefined): void {
    for (let place = from; place <= to; place += 1) {
      const item = at(place);
      if (item) this.#chosen.set(item.id, item);
    }
  }

  /** Takes over what changed, and forgets what is gone. */
  forget(ids: readonly string[]): void {
    ids.forEach((id) => this.#chosen.delete(id));
  }
}
