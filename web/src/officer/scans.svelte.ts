/** Papers on their way from the scanner into a dossier and its owner's vault. */
import { sendScan, type Said } from '../lib/api/digitisation';
import type { Schema } from '../lib/api/client';
import { Problem } from '../lib/api/problem';
import { refusal } from '../upload/checks';

/** A component that something is scanned for. */
export interface ScanGoal {
  dossier: string;
  component: string;
}

export class Scan {
  /** Under which the same is known again, when its answer is lost. */
  readonly key = randomKey();
  #sent = $state(0);
  #problem = $state.raw<Problem | null>(null);
  #stop = new AbortController();

  constructor(
    readonly goal: ScanGoal,
    readonly said: Said,
    readonly file: File,
  ) {}

  /** In hundreds. */
  get percent(): number {
    return Math.floor((100 * this.#sent) / this.file.size);
  }

  /** Why it did not come in. */
  get problem(): Problem | null {
    return this.#problem;
  }

  get isGivenUp(): boolean {
    return this.#stop.signal.aborted;
  }

  giveUp(): void {
    this.#stop.abort();
  }

  /** Answers the paper in the dossier, or none where it was given up or refused. */
  async send(): Promise<Schema['AttachmentBody'] | null> {
    this.#problem = null;
    this.#sent = 0;
    const place = { ...this.goal, key: this.key };
    try {
      const refused = await refusal(this.file, this.said.name);
      if (refused) throw refused;
      const told = (bytes: number) => (this.#sent = bytes);
      return (await sendScan(place, this.said, this.file, this.#stop.signal, told)).attachment;
    } catch (thrown) {
      if (!this.isGivenUp) this.#problem = Problem.of(thrown);
      return null;
    }
  }
}

/** All that are on their way from one screen. */
export class Scans {
  #all = $state.raw<readonly Scan[]>([]);

  /** `onin` is told of each that came in. */
  constructor(private readonly onin: (scan: Scan, paper: Schema['AttachmentBody']) => void) {}

  of(dossier: string, component: string): readonly Scan[] {
    return this.#all.filter(({ goal }) => goal.dossier === dossier && goal.component === component);
  }

  add(goal: ScanGoal, said: Said, file: File): void {
    const scan = new Scan(goal, said, file);
    this.#all = [...this.#all, scan];
    void this.send(scan);
  }

  async send(scan: Scan): Promise<void> {
    const paper = await scan.send();
    if (!paper) return;
    this.#drop(scan);
    this.onin(scan, paper);
  }

  giveUp(scan: Scan): void {
    scan.giveUp();
    this.#drop(scan);
  }

  #drop(scan: Scan): void {
    this.#all = this.#all.filter((other) => other !== scan);
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
