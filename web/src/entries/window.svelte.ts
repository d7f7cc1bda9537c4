/** A folder's entries by place: only pages near the window are asked for, so that 100,000 entries are as quick to open as ten. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { childrenAt } from '../lib/api/entries';
import type { Entry } from './entry';
import type { Sort } from './listing.svelte';
import type { Source } from './source';

const PAGE = 100;

export class FolderWindow implements Source<Entry> {
  length = $state(0);
  /** Whether it is known what lies in the folder. */
  known = $state(false);
  problem = $state.raw<unknown>();

  #pages = new SvelteMap<number, Entry[]>();
  #pending = new Map<number, AbortController>();
  #wanted: [number, number] = [0, 0];

  constructor(
    readonly folder: string,
    readonly sort: Sort,
  ) {}

  at = (index: number): Entry | undefined => this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];

  /** How many folders stand at the beginning, as far as is known: they come before all documents. */
  get lead(): number {
    let lead = 0;
    for (let page = 0; ; page += 1) {
      const entries = this.#pages.get(page);
      if (!entries) return lead;
      const folders = entries.findIndex((entry) => entry.kind === 'document');
      if (folders >= 0) return lead + folders;
      lead += entries.length;
    }
  }

  /** Asks for the pages of these places; requests for pages that were scrolled past are given up. */
  want(from: number, to: number): void {
    untrack(() => {
      this.#wanted = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
      const [first, last] = this.#wanted;
      for (const [page, request] of this.#pending) {
        if (page < first || page > last) request.abort();
      }
      for (let page = first; page <= last; page += 1) {
        if (!this.#pages.has(page) && !this.#pending.has(page)) void this.#load(page);
      }
    });
  }

  /** Asks anew for what is shown; what is not is asked for when it is shown again. */
  async refresh(): Promise<void> {
    const [first, last] = this.#wanted;
    const shown = Array.from({ length: last - first + 1 }, (_, step) => first + step);
    await Promise.all(shown.map((page) => this.#load(page)));
    for (const page of [...this.#pages.keys()]) {
      if (page < this.#wanted[0] || page > this.#wanted[1]) this.#pages.delete(page);
    }
  }

  close(): void {
    this.#pending.forEach((request) => request.abort());
  }

  async #load(page: number): Promise<void> {
    this.#pending.get(page)?.abort();
    const request = new AbortController();
    this.#pending.set(page, request);
    try {
      const { items, total } = await childrenAt(this.folder, this.sort, page * PAGE, PAGE, request.signal);
      this.#pages.set(page, items);
      this.length = total;
      this.known = true;
      this.problem = undefined;
    } catch (thrown) {
      if (!request.signal.aborted) this.problem = thrown;
    } finally {
      if (this.#pending.get(page) === request) this.#pending.delete(page);
    }
  }
}
