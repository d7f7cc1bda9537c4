/** Where dossiers stand, and what is done next. */
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { dossierState, officer } from '../lib/i18n/words/officer';

export type State = keyof typeof dossierState;
export type Move = Schema['DossierMove'];
export type Tone = 'plain' | 'good' | 'warn' | 'bad';

const TONES: Record<State, Tone> = {
  draft: 'plain',
  submitted: 'warn',
  received: 'plain',
  supplement_requested: 'warn',
  processing: 'plain',
  decided: 'good',
  returned: 'good',
  withdrawn: 'plain',
  refused: 'bad',
};

/** Those by which an officer looks through the list. Drafts are the counter's own, left half done. */
export const STATES = Object.keys(TONES) as readonly State[];

const CLOSED: readonly State[] = ['returned', 'withdrawn', 'refused'];

/** The state that a row names; one that this page does not know is told as it is being worked on. */
function known(state: string | null | undefined): State {
  return state && state in TONES ? (state as State) : 'processing';
}

export const stateWord = (state: string | null | undefined): string => say(dossierState[known(state)]);
export const toneOf = (state: string | null | undefined): Tone => TONES[known(state)];
export const isClosed = (state: string | null | undefined): boolean => CLOSED.includes(known(state));

/** Moves that bring a dossier on, the next step first. */
const ONWARD: readonly Move[] = ['receive', 'supplement', 'process', 'decide', 'return'];
/** Moves that need a reason, or close the dossier. */
export const ASIDE: readonly Move[] = ['ask_supplement', 'withdraw', 'refuse'];

/** The one next step; at the counter a draft is received at once, without being submitted first. */
export function nextStep(moves: readonly Move[]): Move | undefined {
  return ONWARD.find((move) => moves.includes(move));
}

export function moveWord(move: Move): string {
  return say(move === 'refuse' ? officer.refuseDossier : officer[move]);
}

/** The last day is over. Days are written as in Viet Nam, where the desk stands. */
export function isOverdue(dossier: {
  due_on?: string | null;
  decided_at?: string | null;
  state?: string | null;
}): boolean {
  if (!dossier.due_on || dossier.decided_at || isClosed(dossier.state)) return false;
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' }).format(new Date());
  return dossier.due_on < today;
}
