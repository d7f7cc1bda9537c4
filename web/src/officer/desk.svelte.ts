/** A dossier on an officer's desk: what it has and lacks, what the vault proposes, and what is done to it. */
import { attachCited } from '../lib/api/cited';
import { comparePaper, takeComparisonBack } from '../lib/api/digitisation';
import * as server from '../lib/api/officer';
import { Problem } from '../lib/api/problem';
import type { Schema } from '../lib/api/client';
import type { Given } from './reasons';
import type { Move } from './moves';

export type Dossier = server.Dossier;
export type Component = Schema['ComponentBody'];
export type Paper = Schema['AttachmentBody'];
export type Proposal = Schema['FittingBody'];

export class Desk {
  #dossier = $state.raw<Dossier | null>(null);
  #problem = $state.raw<unknown>();
  /** What fits each component, best first; none before it was looked for. */
  #fitting = $state.raw<ReadonlyMap<string, readonly Proposal[]> | null>(null);
  #busy = $state(false);

  constructor(readonly id: string) {}

  get dossier(): Dossier | null {
    return this.#dossier;
  }

  /** Why it could not be opened. */
  get problem(): Problem | null {
    return this.#problem === undefined ? null : Problem.of(this.#problem);
  }

  /** An act is under way: no second one is begun. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Whether the vault was looked through. */
  get looked(): boolean {
    return this.#fitting !== null;
  }

  /** Opens it, or takes what was opened already. */
  async open(given?: Dossier): Promise<void> {
    this.#problem = undefined;
    try {
      await this.#take(given ?? (await server.viewDossier(this.id)));
    } catch (thrown) {
      this.#problem = thrown;
    }
  }

  /** What is proposed for a component and does not lie in it already. */
  proposed(component: Component): readonly Proposal[] {
    const fitting = this.#fitting?.get(component.code) ?? [];
    return fitting.filter((proposal) => !proposal.attached_to.includes(component.code));
  }

  /** The first proposal for each component that lacks a paper; of alternatives one is enough. */
  get suggested(): { component: Component; proposal: Proposal }[] {
    const groups = new Set<string>();
    return (this.#dossier?.components ?? []).flatMap((component) => {
      const [proposal] = this.proposed(component);
      if (!component.standing.blocks || !proposal || (component.group && groups.has(component.group))) return [];
      if (component.group) groups.add(component.group);
      return [{ component, proposal }];
    });
  }

  /** Takes proposed papers into the dossier; answers those that came in. */
  async attach(all: readonly { component: Component; proposal: Proposal }[]): Promise<Paper[]> {
    const taken: Paper[] = [];
    await this.#act(async () => {
      // One after the other: each is a line of the owner's trail, in the order of the procedure.
      for (const { component, proposal } of all) {
        taken.push((await server.attachPaper(this.id, component.code, proposal.entry_id)).attachment);
      }
    });
    return taken;
  }

  /** Takes the version that a citation code stands for. */
  attachCited(component: Component, code: string): Promise<boolean> {
    return this.#act(() => attachCited(this.id, component.code, code));
  }

  takeOut(papers: readonly Paper[]): Promise<boolean> {
    return this.#act(async () => {
      for (const paper of papers) await server.detachPaper(this.id, paper.id);
    });
  }

  compare(paper: Paper): Promise<boolean> {
    return this.#act(() => comparePaper(this.id, paper.id));
  }

  takeComparisonBack(paper: Paper): Promise<boolean> {
    return this.#act(() => takeComparisonBack(this.id, paper.id));
  }

  /** Shows how it stands since something came in by itself. */
  async refresh(): Promise<void> {
    await this.#take(await server.viewDossier(this.id));
  }

  accept(paper: Paper): Promise<boolean> {
    return this.#act(() => server.acceptPaper(this.id, paper.id));
  }

  refuse(paper: Paper, reason: Given): Promise<boolean> {
    return this.#act(() => server.refusePaper(this.id, paper.id, reason));
  }

  async move(move: Move, reason?: Given): Promise<boolean> {
    const dossier = this.#dossier;
    if (!dossier) return false;
    return this.#act(() => server.moveDossier(dossier, { move, ...reason }));
  }

  /** Does something and shows how the dossier stands then. False where another act is under way; what goes wrong is thrown. */
  async #act(change: () => Promise<unknown>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      const answer = await change();
      await this.#take(isDossier(answer) ? answer : await server.viewDossier(this.id));
      return true;
    } catch (thrown) {
      // Some of it may have been done, or somebody else was here.
      await server.viewDossier(this.id).then(
        (dossier) => this.#take(dossier),
        () => undefined,
      );
      throw thrown;
    } finally {
      this.#busy = false;
    }
  }

  async #take(dossier: Dossier): Promise<void> {
    const found = dossier.may.propose ? (await server.proposalsFor(this.id)).components : null;
    // Both at once: the next step is named when it is known what is proposed.
    this.#dossier = dossier;
    this.#fitting = found && new Map(found.map((one) => [one.component_code, one.fitting]));
  }
}

function isDossier(answer: unknown): answer is Dossier {
  return typeof answer === 'object' && answer !== null && 'components' in answer && 'may' in answer;
}
