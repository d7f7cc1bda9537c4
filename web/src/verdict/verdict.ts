/** What is said about a file's signatures, as the page shows it. */
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import type { Component } from 'svelte';
import type { Schema } from '../lib/api/client';
import { language, say } from '../lib/i18n/index.svelte';
import { kinds, signatures } from '../lib/i18n/words/signatures';
import { CONCLUSIONS, type Conclusion } from './conclusions';
import { people } from './names';

export type Verdict = Schema['VerdictBody'];
export type Signature = Schema['SignatureBody'];
/** Where there is no signature to conclude on. */
const NONE = { word: signatures.unsignedTitle, icon: CircleHelp, tone: 'warn' } as const;
/** Where what is wrong with the file keeps its signatures from being looked at. */
const UNREADABLE = { word: signatures.unreadableTitle, icon: CircleX, tone: 'bad' } as const;
/** Where what was signed is not all that a reader sees. */
const PARTLY = { word: signatures.partlyTitle, icon: CircleAlert, tone: 'warn' } as const;

export function shownAs({ conclusion, partly_signed, reasons }: Verdict): (typeof CONCLUSIONS)[Conclusion] {
  if (partly_signed) return PARTLY;
  if (conclusion) return CONCLUSIONS[conclusion];
  return reasons.length ? UNREADABLE : NONE;
}

export const ANSWERS: Record<Schema['Answer'], { icon: Component; tone: 'good' | 'warn' | 'bad' }> = {
  yes: { icon: CircleCheck, tone: 'good' },
  no: { icon: CircleX, tone: 'bad' },
  unknown: { icon: CircleHelp, tone: 'warn' },
};

export const FORMATS: Record<Schema['Format'], string> = {
  pdf: 'PDF (PAdES)',
  cms: 'CMS (CAdES)',
  xades: 'XML (XAdES)',
  'asic-s': 'ASiC-S',
  'asic-e': 'ASiC-E',
  ooxml: 'Office Open XML',
  unsigned: '–',
};

/** A sentence of the server in the page's language. */
export function worded(words: Schema['Words']): string {
  return words[language()];
}

export function signerOf(signature: Signature): string {
  return signature.signer ? people(signature.signer).who : say(signatures.signerUnknown);
}

/** What kind of signature it is, where it is not simply one. */
export function kindOf(signature: Signature): string | null {
  const kind: string = signature.kind;
  return kind in kinds ? say(kinds[kind as keyof typeof kinds]) : null;
}

/** Why the conclusion about the file is what it is: what it says, and what to do. */
export function why(verdict: Verdict): string[] {
  const { conclusion } = verdict;
  if (!conclusion) {
    const wrong = verdict.reasons.map(({ sentence }) => worded(sentence));
    return wrong.length ? wrong : [say(signatures.unsignedText)];
  }
  if (conclusion === 'valid') return [say(verdict.partly_signed ? signatures.whyPartly : signatures.whyValid)];
  if (conclusion === 'valid_with_later_changes') return [say(signatures.whyChanged)];
  const deciding = verdict.signatures.filter((signature) => signature.conclusion === conclusion);
  const reason = [...verdict.reasons, ...deciding.flatMap(({ reasons }) => reasons)].at(0);
  const advice = conclusion === 'invalid' ? signatures.whatInvalid : signatures.whatIndeterminate;
  return [...(reason ? [worded(reason.sentence)] : []), say(advice)];
}

/** How many of the nine questions got which answer. */
export function counted(checks: Signature['checks']): Record<Schema['Answer'], number> {
  const counts = { yes: 0, no: 0, unknown: 0 };
  for (const { answer } of checks) counts[answer] += 1;
  return counts;
}

/** Whether what was signed is a file of its own that is not at hand. */
export function lacksContent(verdict: Verdict): boolean {
  return verdict.signatures.some(({ reasons }) => reasons.some(({ code }) => code === 'content_missing'));
}
