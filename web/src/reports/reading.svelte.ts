/** The reports that are shown. What was shown before stays until the next are there. */
import { reportOn, standingsOf, type Counts, type Report, type Scope, type Standing } from '../lib/api/reports';
import { stepOf, type Asked, type Step } from './period';

export interface Read {
  asked: Asked;
  /** Code of the one agency that they are about. */
  agency: string | undefined;
  /** Whether those beneath are in them. */
  beneath: boolean;
  step: Step;
  overTime: Report;
  byReason: Report;
  /** Of all agencies that may be seen, whichever is chosen. */
  byAgency: Report;
  before: Counts;
  standings: Standing[];
}

/** Of what the reports are that are shown: for the tables of the same. */
export const scopeOf = ({ asked: { from, until }, agency, beneath }: Read): Scope => ({ from, until, agency, beneath });

export class Reading {
  #read = $state.raw<Read | null>(null);
  #problem = $state.raw<unknown>();
  #busy = $state(false);
  /** Counts what was asked, so that an answer to an earlier question is dropped. */
  #round = 0;

  get read(): Read | null {
    return this.#read;
  }

  get problem(): unknown {
    return this.#problem;
  }

  get busy(): boolean {
    return this.#busy;
  }

  async ask(asked: Asked, agency: string | undefined, beneath: boolean): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    this.#busy = true;
    this.#problem = undefined;
    const of = { ...(agency ? { agency } : {}), ...(beneath ? { beneath } : {}) };
    const days = { from: asked.from, until: asked.until };
    const step = stepOf(days);
    try {
      const [overTime, byReason, byAgency, before, standings] = await Promise.all([
        reportOn({ ...days, ...of }, step),
        reportOn({ ...days, ...of }, 'reason'),
        reportOn({ ...days, ...(beneath ? { beneath } : {}) }, 'agency'),
        reportOn({ ...asked.before, ...of }, 'year'),
        standingsOf({ ...days, ...of }),
      ]);
      if (round !== this.#round) return;
      this.#read = { asked, agency, beneath, step, overTime, byReason, byAgency, before: before.total, standings };
    } catch (thrown) {
      if (round === this.#round) this.#problem = thrown;
    } finally {
      if (round === this.#round) this.#busy = false;
    }
  }
}
