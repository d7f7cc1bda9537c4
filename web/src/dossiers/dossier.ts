/** What the page says of a dossier, and what it counts in it. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleX from '@lucide/svelte/icons/circle-x';
import type { Component } from 'svelte';
import type { Dossier, DossierComponent, DossierState } from '../lib/api/dossiers';
import { count, day } from '../lib/i18n/format';
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { dossiers } from '../lib/i18n/words/dossiers';
import { stateOf, type Tone } from './states';

/** Whether it waits for the person. */
export function isYourTurn(dossier: Dossier): boolean {
  return ['draft', 'supplement_requested', 'decided'].includes(stateOf(dossier));
}

/** Since when it has been in its state, as far as the list tells. */
export function sinceWhen(dossier: Dossier): string {
  const { submitted_at, received_at, decided_at, closed_at, updated_at, created_at } = dossier;
  const at: Record<DossierState, string | null | undefined> = {
    draft: created_at,
    submitted: submitted_at,
    received: received_at,
    supplement_requested: updated_at,
    processing: updated_at,
    decided: decided_at,
    returned: closed_at,
    withdrawn: closed_at,
    refused: closed_at,
  };
  return day(at[stateOf(dossier)] ?? updated_at);
}

const NEXT: Partial<Record<DossierState, Phrase>> = {
  draft: dossiers.goOn,
  submitted: dossiers.waits,
  received: dossiers.inWork,
  supplement_requested: dossiers.toSupplement,
  processing: dossiers.inWork,
  decided: dossiers.fetch,
};

/** What is next, in few words; none where it is closed. */
export function nextOf(dossier: Dossier): string | null {
  const phrase = NEXT[stateOf(dossier)];
  return phrase ? say(phrase) : null;
}

/** How many of the papers that are needed are there; alternatives count as one. */
export function papersIn(components: readonly DossierComponent[]): { have: number; all: number } {
  const needed = components.filter(({ need, standing }) => need !== 'optional' && standing.state !== 'not_needed');
  const keys = new Set(needed.map(keyOf));
  const lacking = new Set(needed.filter(({ standing }) => standing.blocks).map(keyOf));
  return { have: keys.size - lacking.size, all: keys.size };
}

/** What keeps the dossier from being complete; alternatives stand together. */
export function missingIn(components: readonly DossierComponent[]): DossierComponent[][] {
  const byKey = new Map<string, DossierComponent[]>();
  for (const component of components.filter(({ standing }) => standing.blocks)) {
    const key = keyOf(component);
    byKey.set(key, [...(byKey.get(key) ?? []), component]);
  }
  return [...byKey.values()];
}

const keyOf = ({ group, code }: DossierComponent) => (group ? `group ${group}` : code);

export type Standing = 'ready' | 'lacking' | 'wrong' | 'optional' | 'notNeeded';

/** How a component stands, as the page shows it. */
export function standingOf({ standing }: DossierComponent): Standing {
  switch (standing.state) {
    case 'satisfied':
    case 'left_to_officer':
      return 'ready';
    case 'attached_but':
    case 'refused':
      return 'wrong';
    case 'missing':
      return 'lacking';
    case 'optional_missing':
      return 'optional';
    case 'satisfied_by_alternative':
    case 'not_needed':
      return 'notNeeded';
  }
}

export const STANDINGS: Record<Standing, { word: Phrase; tone: Tone; icon: Component }> = {
  ready: { word: dossiers.ready, tone: 'good', icon: CircleCheck },
  lacking: { word: dossiers.lacking, tone: 'warn', icon: CircleDashed },
  wrong: { word: dossiers.wrong, tone: 'bad', icon: CircleX },
  optional: { word: dossiers.optional, tone: 'quiet', icon: CircleDashed },
  notNeeded: { word: dossiers.notNeeded, tone: 'quiet', icon: CircleCheck },
};

/** An ISO 8601 duration of one unit in words: P6M as six months. */
export function ageInWords(duration: string): string {
  const [, number, unit] = /^P(\d+)([YMD])$/.exec(duration) ?? [];
  if (!number) return duration;
  return say(
    { Y: dossiers.years, M: dossiers.months, D: dossiers.days }[unit as 'Y' | 'M' | 'D'],
    count(Number(number)),
  );
}

/** Where on the page a component stands. */
export const anchorOf = (code: string) => `component-${code}`;
