/** What is known of the signatures of a document's version; asked again until it was judged. */
import { api, ask, type Schema } from '../lib/api/client';

/** Pauses between questions, in seconds; the last is kept to. */
const PAUSES = [1, 1, 2, 3, 5, 8, 13, 20, 30];
/** After so many questions people are told that it takes longer. */
const PATIENCE = 7;

export type Judged = Schema['SignaturesBody'];

export class Judging {
  known = $state.raw<Judged | null>(null);
  problem = $state.raw<unknown>();
  /** Whether it is being judged again, and how often was asked since. */
  again = $state(false);
  late = $state(false);

  private asked = 0;
  /** When it was judged before it is to be judged again. */
  private before: string | null | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  constructor(
    readonly entry: string,
    readonly version: number | undefined,
    /** It was judged while somebody looked: what is known of the document may have changed. */
    private readonly onjudged: (again: boolean) => void,
  ) {}

  private params() {
    return { path: { entry: this.entry }, query: { version: this.version } };
  }

  private get waits(): boolean {
    return this.again || this.known?.state === 'pending';
  }

  async load(): Promise<void> {
    clearTimeout(this.timer);
    const waited = this.waits;
    try {
      const found = await ask(api.GET('/api/v1/entries/{entry}/signatures', { params: this.params() }));
      if (this.ended) return;
      this.known = found;
      this.problem = undefined;
      const again = this.again;
      if (again && found.state !== 'pending' && found.judged_at !== this.before) this.again = this.late = false;
      if (waited && !this.waits) this.onjudged(again);
    } catch (thrown) {
      // What is shown stays; the next question may be answered.
      if (!this.ended && !this.known) this.problem = thrown;
    }
    this.wait();
  }

  /** Asks again after a pause, unless nobody looks. */
  private wait(): void {
    clearTimeout(this.timer);
    if (this.ended || !this.waits || document.hidden) return;
    const pause = PAUSES[Math.min(this.asked, PAUSES.length - 1)] ?? 30;
    this.asked += 1;
    this.late = this.asked > PATIENCE;
    this.timer = setTimeout(() => void this.load(), pause * 1000);
  }

  /** Somebody looks again, or nobody does. */
  looked(): void {
    clearTimeout(this.timer);
    if (!document.hidden && this.waits) void this.load();
  }

  /** Has it judged again, by what is known now. */
  async judgeAgain(): Promise<void> {
    this.before = this.known?.judged_at;
    await ask(api.POST('/api/v1/entries/{entry}/signatures', { params: this.params() }));
    this.again = true;
    this.asked = 0;
    this.wait();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }
}
