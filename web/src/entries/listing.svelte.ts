/** How lists are shown: as a grid or as a list (kept by the browser), and in which order (kept in the address). */
import { route } from '../lib/router.svelte';
import { stored } from '../lib/stored.svelte';

export type View = 'grid' | 'list';
export type SortKey = 'name' | 'updated_at' | 'size';
/** An order as the API takes it: descending with `-` before it. */
export type Sort = SortKey | `-${SortKey}`;

const chosen = stored<View>('view', 'grid', (value) => value === 'grid' || value === 'list');

export const listing = {
  get view(): View {
    return chosen.value;
  },
  set view(view: View) {
    chosen.value = view;
  },
};

const KEYS: readonly string[] = ['name', 'updated_at', 'size'] satisfies SortKey[];

export function keyOf(sort: Sort): SortKey {
  return sort.replace('-', '') as SortKey;
}

export function isDescending(sort: Sort): boolean {
  return sort.startsWith('-');
}

/** The order that the address asks for with `?sort=`. */
export function sortInAddress(initial: Sort): Sort {
  const asked = route.query('sort');
  return asked !== null && KEYS.includes(asked.replace('-', '')) ? (asked as Sort) : initial;
}

/** The order after choosing `key`: the other way round where it is chosen already; newest and largest first otherwise. */
export function sortedBy(key: SortKey, present: Sort): Sort {
  if (keyOf(present) === key) return isDescending(present) ? key : `-${key}`;
  return key === 'name' ? key : `-${key}`;
}
