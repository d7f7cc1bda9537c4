/** One file on its way into the vault. */
import { api, ask, setCsrfToken, type Schema } from '../lib/api/client';
import { ownProblem, Problem } from '../lib/api/problem';
import { entryChanged } from '../lib/changes.svelte';
import { adding } from '../lib/i18n/words/adding';
import { holds, isReadable, namesake, refusal } from './checks';
import { forget, keep, keepFacts, type Kept, type KeptFacts } from './kept';
import { Pace } from './pace';
import { giveUp, goesWhole, send } from './ways';

/**
 * `lost`: waits for the network or the server and goes on by itself. `asking`: the name is taken, and a person decides.
 * `failed`: nothing goes on by itself.
 */
export type State = 'waiting' | 'checking' | 'sending' | 'lost' | 'paused' | 'asking' | 'failed' | 'done';

/** What a person decided about a taken name. */
export type Decision = { way: 'keep_both' } | { way: 'version' } | { way: 'other_name'; name: string };

/** Growing pauses before trying again, in seconds; the last one repeats. */
const PAUSES = [1, 2, 4, 8, 15, 30];

export class Item {
  readonly file: File;
  state = $state<State>('waiting');
  sent = $state(0);
  secondsLeft = $state<number | null>(null);
  problem = $state<Problem | null>(null);
  /** What has the wished name already. */
  namesake = $state<Schema['EntryBody'] | null>(null);
  /** The document that it became, and the name it got. */
  entryId = $state<string | null>(null);
  finalName = $state<string | null>(null);

  #facts: KeptFacts;
  #name = $state('');
  #onsettled: () => void;
  #pace = new Pace();
  #stop = new AbortController();
  /** Whether what is only now being begun on the server is to be ended there. */
  #givenUp = false;
  /** Ends the present pause. */
  #wake: () => void = () => {};
  /** Whether an answer may have got lost after the server did its work. */
  #answerLost = false;

  /** `onsettled` is told whenever the item no longer needs its turn. */
  constructor({ facts, file }: Kept, onsettled: () => void) {
    this.#facts = { ...facts };
    this.#name = facts.name;
    this.#onsettled = onsettled;
    this.file = file;
    if (facts.paused) this.state = 'paused';
  }

  get id(): string {
    return this.#facts.id;
  }
  get name(): string {
    return this.#name;
  }
  get folderId(): string {
    return this.#facts.folderId;
  }
  get isVersion(): boolean {
    return this.#facts.documentId !== null;
  }
  get hasTurn(): boolean {
    return ['checking', 'sending', 'lost'].includes(this.state);
  }
  get isUnfinished(): boolean {
    return this.state !== 'done' && this.state !== 'failed';
  }

  /** Goes its whole way; the queue calls it when it is this item's turn. */
  async run(): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.problem = null;
    this.state = 'checking';
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const before = this.sent;
      try {
        const obstacle = await this.#obstacle();
        if (signal.aborted) return;
        if (obstacle instanceof Problem) await this.#fail(obstacle);
        else if (obstacle) this.#askAbout(obstacle);
        else await this.#send(signal);
        break;
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(await this.#canGoOn(Problem.of(thrown)))) break;
        if (this.sent > before) attempt = 0;
        this.secondsLeft = null;
        await this.#rest(PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? 1, signal);
      }
    }
    if (!signal.aborted) this.#onsettled();
  }

  pause(): void {
    this.#halt('paused');
    void this.#change({ paused: true });
  }

  /** Ready for its turn again, after a pause, a problem or a decision; one that waits for the network tries at once. */
  async goOn(): Promise<void> {
    if (this.state === 'lost') return this.#wake();
    if (this.state === 'failed') await this.#beginAgain();
    this.state = 'waiting';
    await this.#change({ paused: false });
    this.#onsettled();
  }

  async decide(decision: Decision): Promise<void> {
    const found = this.namesake;
    this.namesake = null;
    if (decision.way === 'keep_both') await this.#change({ onConflict: 'keep_both', uploadUrl: null });
    if (decision.way === 'other_name') await this.#change({ name: decision.name, uploadUrl: null });
    if (decision.way === 'version' && found) {
      await this.#change({ documentId: found.id, seenRev: found.rev, uploadUrl: null });
    }
    await this.goOn();
  }

  /** Gives it up for good. */
  async cancel(): Promise<void> {
    const { uploadUrl, id } = this.#facts;
    this.#givenUp = true;
    this.#halt('failed');
    await Promise.all([forget(id), uploadUrl && giveUp(uploadUrl)]);
  }

  /** Stops without giving anything up: the page goes away, the next one goes on. */
  leave(): void {
    this.#halt('paused');
  }

  #halt(state: State): void {
    this.#stop.abort();
    this.state = state;
    this.secondsLeft = null;
    this.#onsettled();
  }

  async #change(change: Partial<KeptFacts>): Promise<void> {
    Object.assign(this.#facts, change);
    this.#name = this.#facts.name;
    await keepFacts({ ...this.#facts });
  }

  /** What stands in the way and is known before sending: a refusal, or what has the name. */
  async #obstacle(): Promise<Problem | Schema['EntryBody'] | null> {
    const refused = await refusal(this.file, this.name);
    if (refused) return refused;
    const { documentId, onConflict, uploadUrl, folderId } = this.#facts;
    if (goesWhole(this.file) || documentId || uploadUrl || onConflict === 'keep_both') return null;
    return namesake(folderId, this.name);
  }

  async #send(signal: AbortSignal): Promise<void> {
    this.state = 'sending';
    this.#pace.restart(this.sent);
    const inParts = !goesWhole(this.file);
    const errand = { ...this.#facts, file: this.file };
    // A long way is not gone for nothing because the name was taken meanwhile: then both are kept.
    if (inParts) errand.onConflict = 'keep_both';
    const id = await send(errand, signal, {
      address: (uploadUrl) => void (this.#givenUp ? giveUp(uploadUrl) : this.#change({ uploadUrl })),
      progress: (bytes) => {
        this.sent = bytes;
        this.#pace.note(bytes);
        this.secondsLeft = this.#pace.secondsFor(this.file.size - bytes);
      },
    });
    await this.#arrive(id);
  }

  async #arrive(id: string): Promise<void> {
    this.entryId = id;
    this.sent = this.file.size;
    this.secondsLeft = null;
    this.state = 'done';
    await forget(this.id);
    entryChanged(this.#facts.folderId);
    entryChanged(id);
    if (this.isVersion) return;
    const entry = await ask(api.GET('/api/v1/entries/{entry}', { params: { path: { entry: id } } })).catch(() => null);
    if (entry && entry.name !== this.name.normalize('NFC')) this.finalName = entry.name;
  }

  /** After a problem: whether trying again can help. Otherwise the item stands where a person has to look. */
  async #canGoOn(problem: Problem): Promise<boolean> {
    if (this.#facts.uploadUrl && (problem.status === 404 || problem.status === 410)) {
      // The server gave the upload up after a long silence; the file is sent from its beginning.
      this.sent = 0;
      await this.#change({ uploadUrl: null });
      return true;
    }
    if (problem.code === 'name_taken') return this.#nameIsTaken(problem);
    if (problem.status === 401 || problem.code.startsWith('csrf_')) return this.#renewSession();
    const passes =
      problem.code === 'offline' ||
      problem.code === 'upload_offset_mismatch' ||
      [423, 429, 460].includes(problem.status) ||
      (problem.status >= 500 && problem.status !== 507);
    if (passes && (await isReadable(this.file))) {
      this.#answerLost = true;
      this.state = 'lost';
      return true;
    }
    await this.#fail(passes ? ownProblem('file_unreadable', adding.unreadable) : problem);
    return false;
  }

  async #nameIsTaken(problem: Problem): Promise<boolean> {
    await this.#change({ uploadUrl: null });
    const found = await namesake(this.folderId, this.name).catch(() => null);
    if (!found) {
      await this.#fail(problem);
    } else if (this.#answerLost && (await holds(found, this.file))) {
      await this.#arrive(found.id);
    } else {
      this.#askAbout(found);
    }
    return false;
  }

  /** Takes up a session begun anew in another tab. Where there is none, the page goes to signing in and this item waits. */
  async #renewSession(): Promise<boolean> {
    this.state = 'lost';
    try {
      setCsrfToken((await ask(api.GET('/api/v1/session'))).csrf_token);
      return true;
    } catch (thrown) {
      return Problem.of(thrown).status !== 401;
    }
  }

  #askAbout(found: Schema['EntryBody']): void {
    this.namesake = found;
    this.state = 'asking';
  }

  async #fail(problem: Problem): Promise<void> {
    this.problem = problem;
    this.secondsLeft = null;
    this.state = 'failed';
    await forget(this.id);
  }

  /** After a problem: kept again, and, for a new version, seen as the document is now. */
  async #beginAgain(): Promise<void> {
    const { documentId } = this.#facts;
    if (documentId) {
      const params = { path: { entry: documentId } };
      const document = await ask(api.GET('/api/v1/entries/{entry}', { params })).catch(() => null);
      if (document) this.#facts.seenRev = document.rev;
    }
    this.#facts.uploadUrl = null;
    this.sent = 0;
    void keep({ facts: { ...this.#facts }, file: this.file });
  }

  /** Waits some seconds, or until the network is there again, or until somebody says to go on. */
  #rest(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        removeEventListener('online', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, seconds * 1000);
      addEventListener('online', end);
      signal.addEventListener('abort', end);
      this.#wake = end;
    });
  }
}
