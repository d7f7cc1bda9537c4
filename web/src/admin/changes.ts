/** What a change of the catalogue comes to, in one line. */
import type { Changes } from '../lib/api/catalogue';
import { count } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { keeping } from '../lib/i18n/words/keeping';

export function summaryOf({ added, changed, closed, reordered }: Changes): string {
  const pieces = [
    added ? say(keeping.added, count(added)) : '',
    changed ? say(keeping.changed, count(changed)) : '',
    closed ? say(keeping.closed, count(closed)) : '',
    reordered ? say(keeping.reordered) : '',
  ];
  return pieces.filter(Boolean).join(' · ');
}
