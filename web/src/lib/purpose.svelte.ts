/** For what an officer looks into dossiers. Kept in the browser of the desk, for visitors come for the same all day. */
import { say } from './i18n/index.svelte';
import { officer } from './i18n/words/officer';
import { stored } from './stored.svelte';

const kept = stored<string>('purpose', '', (text) => text.length <= 200);

export const purpose = {
  /** What the officer wrote; the usual one where nothing was. */
  get text(): string {
    return kept.value.trim() || say(officer.usualPurpose);
  },
  set text(text: string) {
    kept.value = text;
  },
};
