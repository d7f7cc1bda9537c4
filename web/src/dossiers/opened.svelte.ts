/** The dossier that is shown: what the server says of it, and what is done to it, one act after the other. */
import * as server from '../lib/api/dossiers';
import type { Attachment, DossierDetail, Proposals } from '../lib/api/dossiers';
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { dossiers } from '../lib/i18n/words/dossiers';
import { dismiss, done, failed } from '../lib/toasts.svelte';

export class OpenedDossier {
  #detail = $state.raw<DossierDetail | null>(null);
  #proposals = $state.raw<ReadonlyMap<string, Proposals>>(new Map());
  #problem = $state.raw<unknown>();
  #busy = $state(0);
  /** Whether what was typed is on its way, kept, or neither. */
  #keeping = $state<'' | 'under_way' | 'kept'>('');
  /** The last act; the next one waits for it, so that each begins with what is so. */
  #last: Promise<unknown> = Promise.resolve();
  /** The message about it. */
  #said: number | undefined;

  constructor(readonly id: string) {}

  get detail(): DossierDetail | null {
    return this.#detail;
  }

  /** What is proposed for each component, by its code. */
  get proposals(): ReadonlyMap<string, Proposals> {
    return this.#proposals;
  }

  /** Why it cannot be shown. */
  get problem(): unknown {
    return this.#problem;
  }

  get busy(): boolean {
    return this.#busy > 0;
  }

  get keeping(): '' | 'under_way' | 'kept' {
    return this.#keeping;
  }

  async load(): Promise<void> {
    this.#problem = undefined;
    try {
      await this.#look();
    } catch (thrown) {
      this.#problem = thrown;
    }
  }

  async #look(): Promise<void> {
    const detail = await server.dossier(this.id);
    const proposals = detail.may.propose ? await server.proposalsFor(this.id) : new Map<string, Proposals>();
    this.#detail = detail;
    this.#proposals = proposals;
  }

  /** Does something in its turn, then looks how it is; what went wrong is told. */
  #act(act: (detail: DossierDetail) => Promise<unknown>, quietly = false): Promise<boolean> {
    const turn = async () => {
      if (!this.#detail) return false;
      this.#busy += quietly ? 0 : 1;
      try {
        await act(this.#detail);
        return true;
      } catch (thrown) {
        failed(thrown);
        return false;
      } finally {
        await this.#look().catch(failed);
        this.#busy -= quietly ? 0 : 1;
      }
    };
    const next = this.#last.then(turn);
    this.#last = next;
    return next;
  }

  /** Says what was done now: what stands of it on the page needs no older message, and handing in cannot be taken back past. */
  #say(text: string, undo?: () => Promise<void>): void {
    if (this.#said !== undefined) dismiss(this.#said);
    this.#said = done(text, undo);
  }

  /** Whether a paper can still be taken out again. */
  get canTakeBack(): boolean {
    return this.#detail?.may.update ?? false;
  }

  attach(component: string, entry: string, title: string, replaces?: string): Promise<boolean> {
    return this.#act(async () => {
      const attachment = await server.attach(this.id, component, entry, replaces);
      const undo = () => this.#act(() => server.detach(this.id, attachment.id)).then(() => undefined);
      this.#say(say(dossiers.attached, title), this.canTakeBack && !replaces ? undo : undefined);
    });
  }

  detach({ id, component_code, entry_id, title }: Attachment): Promise<boolean> {
    return this.#act(async () => {
      await server.detach(this.id, id);
      const undo = entry_id
        ? () => this.#act(() => server.attach(this.id, component_code, entry_id)).then(() => undefined)
        : undefined;
      this.#say(say(dossiers.detached, title), undo);
    });
  }

  /** Asks for somebody else's paper; what is wrong with the code is thrown, and told where it was typed. */
  async askForPaper(component: string, citation: string): Promise<void> {
    await server.askForPaper(this.id, component, citation);
    await this.#act(() => Promise.resolve(), true);
    this.#say(say(dossiers.othersAsked));
  }

  withdrawPaperRequest(request: string): Promise<boolean> {
    return this.#act(async () => {
      await server.withdrawPaperRequest(this.id, request);
      this.#say(say(dossiers.othersWithdrawn));
    });
  }

  /** Keeps what was typed or answered. Nothing waits for it: a button that is pressed meanwhile has its turn afterwards. */
  async change(body: Schema['DossierPatch']): Promise<boolean> {
    this.#keeping = 'under_way';
    const kept = await this.#act((detail) => server.change(detail, body), true);
    this.#keeping = kept ? 'kept' : '';
    return kept;
  }

  move(move: Schema['DossierMove'], told: string): Promise<boolean> {
    return this.#act(async () => {
      await server.move(this.id, move);
      this.#say(told);
    });
  }
}
