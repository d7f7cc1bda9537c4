/** What is told of a paper in a dossier. */
import { say } from '../lib/i18n/index.svelte';
import { dossiers } from '../lib/i18n/words/dossiers';
import { digitisation } from '../lib/i18n/words/digitisation';
import { officer } from '../lib/i18n/words/officer';
import { trustOf } from '../entries/trust';
import { CONCLUSIONS, type Conclusion } from '../verdict/conclusions';
import type { Paper } from './desk.svelte';
import type { Tone } from '../dossiers/states';

/** As it was when it was attached: what was concluded about its signatures, how far it is trusted, where it came from. */
export function aboutPaper(paper: Paper): string[] {
  const { verdict } = paper;
  return [
    paper.given_by ? say(dossiers.givenBy, paper.given_by) : '',
    verdict && verdict in CONCLUSIONS ? say(CONCLUSIONS[verdict as Conclusion].word) : '',
    say(trustOf(paper.trust_level).phrase),
    say(paper.reused ? officer.reused : paper.digitised ? digitisation.digitised : officer.addedNow),
  ].filter(Boolean);
}

/** What was decided about it. */
export function decisionOn({ state }: Paper): { word: string; tone: Tone } {
  if (state === 'accepted') return { word: say(officer.accepted), tone: 'good' };
  if (state === 'refused') return { word: say(officer.refused), tone: 'bad' };
  return { word: say(officer.waiting), tone: 'quiet' };
}

/** Whether it is still to be laid beside its original. */
export const isUncompared = ({ state, trust_level, given_by }: Paper): boolean =>
  trust_level === 1 && state !== 'refused' && !given_by;
