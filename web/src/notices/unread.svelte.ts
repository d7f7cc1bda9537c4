/** How many notices wait to be read. */
import { api, ask } from '../lib/api/client';

/** Often enough to be told soon, seldom enough for a weak network. */
const EVERY_MS = 60_000;

let count = $state(0);

export const unread = {
  get count() {
    return count;
  },
  set count(known: number) {
    count = known;
  },
};

async function look(): Promise<void> {
  if (document.visibilityState !== 'visible' || !navigator.onLine) return;
  try {
    count = (await ask(api.GET('/api/v1/notices', { params: { query: { limit: 1 } } }))).unread;
  } catch {
    // The next look may succeed; a count that is a minute old does no harm.
  }
}

/** Keeps the count up to date while the page is looked at; answers how to end that. */
export function watchUnread(): () => void {
  const looking = () => void look();
  looking();
  const timer = setInterval(looking, EVERY_MS);
  document.addEventListener('visibilitychange', looking);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', looking);
  };
}
