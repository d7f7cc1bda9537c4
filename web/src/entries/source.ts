/** Where a list takes its entries from. Places that are not there yet are asked for when they come near the window. */
export interface Source<T> {
  readonly length: number;
  /** What stands at a place; undefined while it is on its way. */
  at(index: number): T | undefined;
  /** The places from `from` up to `to` are near the window. */
  want(from: number, to: number): void;
  /** All that stands from one place to another, the last included, wherever the window is; without it, what is there is all that can be had. */
  bring?(from: number, last: number): Promise<T[]>;
}

/** A list that is there, of which `onend` brings more. */
export function listOf<T>(items: readonly T[], onend?: () => void): Source<T> {
  return {
    length: items.length,
    at: (index) => items[index],
    want: (_from, to) => {
      if (to >= items.length) onend?.();
    },
  };
}
