/** One thing that the server is asked for, beside `Paged` for lists. */
import { untrack } from 'svelte';

type Read<T> = () => Promise<T>;

export class One<T> {
  #it = $state.raw<T>();
  #problem = $state.raw<unknown>();
  #read: Read<T> | null = null;
  /** Counts what was asked, so that an answer to an earlier question is dropped. */
  #round = 0;

  /** What the server answered last, or what is known to be so since. */
  get it(): T | undefined {
    return this.#it;
  }

  /** Why there is no answer to what was asked last. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Asks; what is shown stays until the answer is there. */
  open(read: Read<T>): Promise<void> {
    this.#read = read;
    return untrack(() => this.#load(read));
  }

  reload(): Promise<void> {
    return this.#read ? this.open(this.#read) : Promise.resolve();
  }

  /** It was changed here, and is now this; answers that are on their way are older. */
  become(it: T | undefined): void {
    this.#round += 1;
    this.#problem = undefined;
    this.#it = it;
  }

  async #load(read: Read<T>): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    this.#problem = undefined;
    try {
      const it = await read();
      if (round === this.#round) this.#it = it;
    } catch (thrown) {
      if (round === this.#round) this.#problem = thrown;
    }
  }
}
