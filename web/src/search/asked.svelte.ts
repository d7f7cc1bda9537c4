/** What the address asks the search for: `/search?q=…&type=…`, so that a search can be kept, shared and gone back to. */
import { go, route, withQuery } from '../lib/router.svelte';

/** Fewer letters find nearly everything; the server refuses them. */
export const LEAST_LETTERS = 2;
export const MOST_LETTERS = 500;

/** What narrows a search, by its name in the address. */
export const FILTERS = ['type', 'trust', 'authority', 'from', 'to', 'in'] as const;
export type Filter = (typeof FILTERS)[number];

/** Where is searched: everywhere, in the open vault, or below the folder that the search began in. */
export type Where = '' | 'vault' | 'folder';

export type HitSort = 'rank' | 'name' | '-name' | 'updated_at' | '-updated_at' | 'size' | '-size';
const SORTS: readonly string[] = ['rank', 'name', '-name', 'updated_at', '-updated_at', 'size', '-size'];

export const asked = {
  get q(): string {
    return route.query('q')?.trim() ?? '';
  },
  /** Whether there is enough to search for. */
  get enough(): boolean {
    return [...asked.q].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).length >= LEAST_LETTERS;
  },
  get where(): Where {
    const where = route.query('in');
    return where === 'vault' || (where === 'folder' && asked.near) ? where : '';
  },
  /** The folder in which the search began. */
  get near(): string | null {
    return route.query('near');
  },
  get sort(): HitSort {
    const sort = route.query('sort') ?? '';
    return SORTS.includes(sort) ? (sort as HitSort) : 'rank';
  },
};

export function filter(name: Filter): string {
  return route.query(name) ?? '';
}

export function setFilter(name: Filter | 'sort', value: string): void {
  go(withQuery({ [name]: value || null }), { replace: true });
}

export function clearFilters(): void {
  go(withQuery(Object.fromEntries(FILTERS.map((name) => [name, null]))), { replace: true });
}

/** Searches: here, where the search is shown already; otherwise its screen is opened. */
export function find(words: string): void {
  if (route.path === '/search') return go(withQuery({ q: words || null }), { replace: true });
  const near = /^\/folders\/([^/]+)$/.exec(route.path)?.[1];
  go(`/search?${new URLSearchParams({ ...(words ? { q: words } : {}), ...(near ? { near } : {}) })}`);
}

/** A day of the address as the moment at which it begins here, or at which the day after it does. */
export function moment(day: string, after = false): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + (after ? 1 : 0)).toISOString();
}

let reached: (() => void) | null = null;

/** The hits, for the arrow key that leads from the words to them. */
export const hits = {
  /** Tells how they are reached, for as long as they are shown. */
  reachedBy(act: () => void): () => void {
    reached = act;
    return () => (reached = null);
  },
  reach(): boolean {
    reached?.();
    return reached !== null;
  },
};
