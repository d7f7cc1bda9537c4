/** A list that the server hands out page by page. */
import { untrack } from 'svelte';

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

type Read<T> = (cursor?: string) => Promise<Page<T>>;

export class Paged<T extends { id: string }> {
  #items = $state.raw<T[]>([]);
  #problem = $state.raw<unknown>();
  #moreProblem = $state.raw<unknown>();
  #loaded = $state(false);
  #next = $state.raw<string | null | undefined>(null);
  #read: Read<T> | null = null;
  /** Counts the lists begun, so that a page of an earlier one is dropped. */
  #round = 0;
  #busy = false;

  get items(): readonly T[] {
    return this.#items;
  }

  /** Whether the first page is there. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** Whether the list is longer than what is there. */
  get hasMore(): boolean {
    return Boolean(this.#next);
  }

  /** Why the list could not be begun. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Why it could not be gone on with; what was there is still there. */
  get moreProblem(): unknown {
    return this.#moreProblem;
  }

  /** Begins the list anew; what is shown stays until the first page is there. */
  open(read: Read<T>): Promise<void> {
    this.#read = read;
    this.#round += 1;
    this.#busy = false;
    return untrack(() => this.#load());
  }

  reload(): Promise<void> {
    return this.#read ? this.open(this.#read) : Promise.resolve();
  }

  /** Brings the next page, where there is one. */
  more(): void {
    if (this.#next && !this.#busy) void this.#load(this.#next);
  }

  /** Takes entries out that are gone. */
  forget(ids: readonly string[]): void {
    this.#items = this.#items.filter((item) => !ids.includes(item.id));
  }

  async #load(cursor?: string): Promise<void> {
    const round = this.#round;
    if (!this.#read) return;
    this.#busy = true;
    this.#problem = undefined;
    this.#moreProblem = undefined;
    try {
      const page = await this.#read(cursor);
      if (round !== this.#round) return;
      this.#items = cursor ? [...this.#items, ...page.items] : page.items;
      this.#next = page.next_cursor;
      this.#loaded = true;
    } catch (thrown) {
      if (round !== this.#round) return;
      if (cursor) this.#moreProblem = thrown;
      else this.#problem = thrown;
    } finally {
      if (round === this.#round) this.#busy = false;
    }
  }
}
