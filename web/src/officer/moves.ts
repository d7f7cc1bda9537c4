/** What is done with a dossier next. */
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { officer } from '../lib/i18n/words/officer';

export type Move = Schema['DossierMove'];

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
