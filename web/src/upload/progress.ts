/** What a line of the tray says. */
import { size } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { adding } from '../lib/i18n/words/adding';
import { sentence } from './checks';
import type { Item } from './item.svelte';

export function timeLeft(seconds: number): string {
  if (seconds < 45) return say(adding.secondsLeft);
  if (seconds < 5400) return say(adding.minutesLeft, Math.max(1, Math.round(seconds / 60)));
  return say(adding.hoursLeft, Math.round(seconds / 3600));
}

/** How an item stands, in a sentence. */
export function standing(item: Item): string {
  switch (item.state) {
    case 'waiting':
      return say(adding.waiting);
    case 'checking':
      return say(adding.checking);
    case 'sending': {
      if (item.sent >= item.file.size) return say(adding.finishing);
      const sent = say(adding.sending, size(item.sent), size(item.file.size));
      return item.secondsLeft === null ? sent : `${sent}, ${timeLeft(item.secondsLeft)}`;
    }
    case 'lost':
      return say(adding.lost);
    case 'paused':
      return say(adding.paused, size(item.sent));
    case 'asking':
      return say(adding.asking);
    case 'failed':
      return item.problem ? sentence(item.problem) : '';
    case 'done':
      if (item.isVersion) return say(adding.doneVersion);
      return item.finalName ? say(adding.doneAs, item.finalName) : say(adding.done);
  }
}
