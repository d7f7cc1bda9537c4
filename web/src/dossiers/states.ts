/** Where dossiers stand, for whoever looks: citizens and officers see the same word, picture and colour. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleX from '@lucide/svelte/icons/circle-x';
import Hourglass from '@lucide/svelte/icons/hourglass';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Component } from 'svelte';
import type { Dossier, DossierState } from '../lib/api/dossiers';
import { today } from '../lib/days';
import { say } from '../lib/i18n/index.svelte';
import { dossierStates } from '../lib/i18n/words/states';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

interface Look {
  tone: Tone;
  icon: Component;
}

const LOOKS: Record<DossierState, Look> = {
  draft: { tone: 'quiet', icon: PencilLine },
  submitted: { tone: 'quiet', icon: Hourglass },
  received: { tone: 'good', icon: Hourglass },
  supplement_requested: { tone: 'warn', icon: TriangleAlert },
  processing: { tone: 'good', icon: Hourglass },
  decided: { tone: 'good', icon: CircleCheck },
  returned: { tone: 'good', icon: CircleCheck },
  withdrawn: { tone: 'quiet', icon: CircleX },
  refused: { tone: 'bad', icon: CircleX },
};

/** All of them, in the order in which a dossier comes to them. */
export const STATES = Object.keys(LOOKS) as readonly DossierState[];

const CLOSED: readonly DossierState[] = ['returned', 'withdrawn', 'refused'];

type Standing = Pick<Dossier, 'state'>;

/** A state that this page does not know yet is told as being worked on. */
export function stateOf({ state }: Standing): DossierState {
  if (!state) return 'draft';
  return state in LOOKS ? state : 'processing';
}

export const lookOf = (dossier: Standing): Look => LOOKS[stateOf(dossier)];
export const stateWord = (state: DossierState): string => say(dossierStates[state]);
/** Nothing goes on before its owner hands in what was asked for. */
export const awaitsOwner = (dossier: Standing): boolean => stateOf(dossier) === 'supplement_requested';
export const isClosed = (dossier: Standing): boolean => CLOSED.includes(stateOf(dossier));

/** The last day is over and nothing is decided. */
export function isOverdue(dossier: Pick<Dossier, 'state' | 'due_on' | 'decided_at'>): boolean {
  if (!dossier.due_on || dossier.decided_at || isClosed(dossier)) return false;
  return dossier.due_on < today();
}
