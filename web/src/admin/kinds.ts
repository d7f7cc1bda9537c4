/** The kinds of item of the catalogue, in the order in which administrators see them. */
import type { Kind } from '../lib/api/catalogue';
import type { Schema } from '../lib/api/client';
import { wording } from '../lib/i18n/words/catalogue';
import type { Phrase } from '../lib/i18n/index.svelte';

interface KindWords {
  phrase: Phrase;
  text: Phrase;
}

export const KINDS: Record<Kind, KindWords> = {
  procedures: { phrase: wording.procedures, text: wording.proceduresText },
  'document-types': { phrase: wording.documentTypes, text: wording.documentTypesText },
  'result-types': { phrase: wording.resultTypes, text: wording.resultTypesText },
  agencies: { phrase: wording.agencies, text: wording.agenciesText },
  days: { phrase: wording.daysOff, text: wording.daysOffText },
};

/** The kind that a part of an address names. */
export function kindNamedBy(part: string): Kind {
  return part in KINDS ? (part as Kind) : 'procedures';
}

/** The kind that an address of an administrator's screen names. */
export const kindOf = (path: string): Kind => kindNamedBy(path.split('/')[2] ?? '');

const NAMED: Record<Schema['CatalogueKind'], Kind> = {
  agency: 'agencies',
  document_type: 'document-types',
  result_type: 'result-types',
  procedure: 'procedures',
  day: 'days',
};

/** The kind as addresses have it. */
export const kindNamed = (kind: Schema['CatalogueKind']): Kind => NAMED[kind];

/** Where an item is shown. */
export const addressOfItem = (kind: Kind, code: string) => `/admin/${kind}/${encodeURIComponent(code)}`;
