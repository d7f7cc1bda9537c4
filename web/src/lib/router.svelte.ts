/**
 * Which screen is shown, after the address bar.
 *
 * Screens name themselves in `App.svelte`; links are ordinary `<a href>`, whose clicks are caught here, so that new tabs, the back button and
 * sharing an address work as everywhere.
 */
let url = $state(new URL(location.href));

addEventListener('popstate', () => {
  url = new URL(location.href);
});

addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(link.href);
});

export const route = {
  get path(): string {
    return url.pathname;
  },
  get hash(): string {
    return url.hash.slice(1);
  },
  /** A value after the question mark. */
  query(name: string): string | null {
    return url.searchParams.get(name);
  },
};

/** Shows another address; `replace` leaves no step for the back button. */
export function go(address: string, { replace = false } = {}): void {
  const next = new URL(address, location.href);
  if (next.href === location.href) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', next);
  const moved = next.pathname !== url.pathname;
  url = next;
  if (moved) scrollTo(0, 0);
}

/** Whether something is due at this step of the history for the first time since the page was loaded: it is not when people come back. */
export function isFirstHere(what: string): boolean {
  const mark = `${performance.timeOrigin} ${what}`;
  if (history.state === mark) return false;
  history.replaceState(mark, '');
  return true;
}

/** The present address with some values after the question mark changed; null takes one away. */
export function withQuery(changes: Record<string, string | null>): string {
  const next = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return next.pathname + next.search;
}

/** The part of the path where `pattern` has `:id`, or null where it does not fit. */
export function match(pattern: string): string | null {
  const wanted = pattern.split('/');
  const given = url.pathname.split('/');
  if (wanted.length !== given.length) return null;
  let found = '';
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) found = decodeURIComponent(given[index] ?? '');
    else if (part !== given[index]) return null;
  }
  return found;
}
