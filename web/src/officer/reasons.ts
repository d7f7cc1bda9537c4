/** Reasons that officers choose from. With `other` alone nothing is said without a note. */
import { say } from '../lib/i18n/index.svelte';
import { paperReasons, refusalReasons, supplementReasons } from '../lib/i18n/words/officer';

export type Reasons = 'paper' | 'ask_supplement' | 'refuse';

export interface Given {
  reason_code: string;
  note?: string;
}

const codesOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];

export function reasonChoices(of: Reasons): { value: string; label: string }[] {
  if (of === 'paper') return codesOf(paperReasons).map((value) => ({ value, label: say(paperReasons[value]) }));
  if (of === 'refuse') return codesOf(refusalReasons).map((value) => ({ value, label: say(refusalReasons[value]) }));
  return codesOf(supplementReasons).map((value) => ({ value, label: say(supplementReasons[value]) }));
}

export const needsNote = (reason: string): boolean => reason === 'other';
