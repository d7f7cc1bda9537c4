/** A folder's entries by place: only pages near the window are asked for, so that 100,000 entries are as quick to open as ten. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { childrenAt, placeIn } from '../lib/api/entries';
import type { Schema } from '../lib/api/client';
import { awaitsPicture, type Entry } from './entry';
import type { Sort } from './listing.svelte';
import type { Source } from './source';

const PAGE = 100;
/** Pages that are kept; those farthest from the window are forgotten first. */
const KEPT = 40;
/** Pictures of what was just added come after so long, or after twice that. */
const PICTURES_MS = 3000;
const PICTURE_TRIES = 2;
/** While the window moves, nothing is asked for. */
const SETTLES_MS = 80;

/** The folder itself, and the way to it. */
export interface Head {
  folder: Schema['EntryDetails'];
  way: Schema['StepBody'][];
}

export class FolderWindow implements Source<Entry> {
  length = $state(0);
  /** How many folders there are: they come before all documents. */
  lead = $state(0);
  /** Whether it is known what lies in the folder. */
  known = $state(false);
  problem = $state.raw<unknown>();
  /** What stands above the list, so that it stands there at once when people come back, and nothing moves. */
  head: Head | undefined;

  #pages = new SvelteMap<number, Entry[]>();
  #pending = new Map<number, AbortController>();
  /** The first and the last page near the window. */
  #wanted: [number, number] = [0, 0];
  #settling: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly folder: string,
    readonly sort: Sort,
  ) {}

  at = (index: number): Entry | undefined => this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];

  /** Begins with the first page, or goes on with what is known. */
  open(): void {
    untrack(() => void this.refresh());
  }

  /** Asks for the pages of these places; requests for pages that were scrolled past are given up. */
  want(from: number, to: number): void {
    untrack(() => {
      this.#wanted = [Math.floor(from / PAGE), Math.floor(Math.max(from, to - 1) / PAGE)];
      for (const [page, request] of this.#pending) {
        if (!this.#isWanted(page)) request.abort();
      }
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#fill(), SETTLES_MS);
    });
  }

  /** The place of an entry of this folder. */
  find(entry: string): Promise<number> {
    return placeIn(this.folder, this.sort, entry);
  }

  async bring(from: number, last: number): Promise<Entry[]> {
    const first = Math.floor(from / PAGE);
    const items: Entry[] = [];
    for (let page = first; page <= Math.floor(last / PAGE); page += 1) {
      const query = { sort: this.sort, offset: page * PAGE, limit: PAGE };
      items.push(...(this.#pages.get(page) ?? (await childrenAt(this.folder, query)).items));
    }
    return items.slice(from - first * PAGE, last + 1 - first * PAGE);
  }

  /** Asks anew for what is shown; what is not is asked for when it is shown again. */
  async refresh(): Promise<void> {
    const [first, last] = this.#wanted;
    const shown = Array.from({ length: last - first + 1 }, (_, step) => first + step);
    await Promise.all(shown.map((page) => this.#load(page)));
    for (const page of [...this.#pages.keys()]) {
      if (!this.#isWanted(page)) this.#pages.delete(page);
    }
    this.#fill();
  }

  close(): void {
    clearTimeout(this.#settling);
    clearTimeout(this.#waiting);
    this.#pending.forEach((request) => request.abort());
  }

  #isWanted(page: number): boolean {
    return page >= this.#wanted[0] && page <= this.#wanted[1];
  }

  #fill(): void {
    const last = Math.min(this.#wanted[1], Math.floor((this.length - 1) / PAGE));
    for (let page = this.#wanted[0]; page <= last; page += 1) {
      if (!this.#pages.has(page) && !this.#pending.has(page)) void this.#load(page);
    }
  }

  async #load(page: number, tries = 0): Promise<void> {
    this.#pending.get(page)?.abort();
    const request = new AbortController();
    this.#pending.set(page, request);
    try {
      const query = { sort: this.sort, offset: page * PAGE, limit: PAGE };
      const { items, total } = await childrenAt(this.folder, query, request.signal);
      if (page === 0) this.lead = await this.#folders(items, total, request.signal);
      this.#pages.set(page, items);
      this.length = total;
      this.known = true;
      this.problem = undefined;
      this.#forget();
      if (tries < PICTURE_TRIES && items.some((entry) => awaitsPicture(entry))) {
        clearTimeout(this.#waiting);
        this.#waiting = setTimeout(() => void this.#load(page, tries + 1), PICTURES_MS);
      }
    } catch (thrown) {
      if (!request.signal.aborted) this.problem = thrown;
    } finally {
      if (this.#pending.get(page) === request) this.#pending.delete(page);
    }
  }

  /** Tells it from the first page where that holds all folders. */
  async #folders(first: Entry[], total: number, signal: AbortSignal): Promise<number> {
    const folders = first.findIndex((entry) => entry.kind === 'document');
    if (folders >= 0) return folders;
    if (first.length === total) return total;
    const query = { sort: this.sort, offset: 0, limit: 1, kind: 'folder' } as const;
    return (await childrenAt(this.folder, query, signal)).total;
  }

  #forget(): void {
    const middle = (this.#wanted[0] + this.#wanted[1]) / 2;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle)).slice(KEPT);
    far.forEach((page) => this.#pages.delete(page));
  }
}

/** Folders that this account saw lately, so that going back shows one at once and where it was scrolled to. */
let seen: { account: string; window: FolderWindow }[] = [];
const SEEN = 8;

export function windowOf(account: string, folder: string, sort: Sort): FolderWindow {
  const own = seen.filter((kept) => kept.account === account);
  const before = own.find(({ window }) => window.folder === folder && window.sort === sort);
  const now = before ?? { account, window: new FolderWindow(folder, sort) };
  seen = [now, ...own.filter((kept) => kept !== before)].slice(0, SEEN);
  return now.window;
}
