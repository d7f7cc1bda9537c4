/**
 * What the page says, in Vietnamese and English.
 *
 * A phrase holds both languages side by side, so a missing translation does not compile; `scripts/words.mjs` refuses phrases that nothing
 * says and text written outside of phrases. Words follow `glossary.json`. Phrases live in `words/`, one file an area.
 */
import { stored } from '../stored.svelte';

export type Language = 'vi' | 'en';

/** Text, or text made of what it is given. */
type Text<A extends unknown[]> = [] extends A ? string | ((...given: A) => string) : (...given: A) => string;

export interface Phrase<A extends unknown[] = []> {
  vi: Text<A>;
  en: Text<A>;
}

const chosen = stored<Language>('language', 'vi', (value) => value === 'vi' || value === 'en');

/** The page's language. */
export function language(): Language {
  return chosen.value;
}

export function setLanguage(language: Language): void {
  chosen.value = language;
}

/** The phrase in the page's language. */
export function say<A extends unknown[]>(phrase: Phrase<A>, ...given: A): string {
  const text = phrase[chosen.value] as string | ((...given: A) => string);
  return typeof text === 'string' ? text : text(...given);
}
