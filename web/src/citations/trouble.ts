/** Why a code opens nothing, in words that help. */
import type { Problem } from '../lib/api/problem';
import { say } from '../lib/i18n/index.svelte';
import { citations } from '../lib/i18n/words/citations';

export function troubleWith({ code, detail, more }: Problem): string {
  if (code === 'invalid_input') return say(more.reason === 'check_sign' ? citations.slip : citations.noCode);
  return code === 'not_found' ? say(citations.unknown) : detail;
}
