/** Which part of a long list has to exist: arithmetic alone, so that it can be read and tested alone. */
export interface Layout {
  length: number;
  columns: number;
  /** Height of a line with the gap below it, in pixels. */
  step: number;
}

export interface Span {
  from: number;
  /** The first place behind. */
  to: number;
}

/** Lines drawn before and behind the window, so that scrolling shows no hole. */
const AHEAD = 6;

export function columnsIn(width: number, card: number, gap: number): number {
  return card > 0 ? Math.max(1, Math.floor((width + gap) / (card + gap))) : 1;
}

export function linesOf({ length, columns }: Layout): number {
  return Math.ceil(length / columns);
}

/** The places near a window that begins `top` pixels below the list's beginning. */
export function spanAt(layout: Layout, top: number, height: number): Span {
  const first = Math.max(0, Math.floor(top / layout.step) - AHEAD);
  const last = Math.ceil((top + height) / layout.step) + AHEAD;
  const from = Math.min(first * layout.columns, layout.length);
  return { from, to: Math.max(from, Math.min(last * layout.columns, layout.length)) };
}

/** Where a key leads from a place; undefined where it leads nowhere. */
export function placeAfter(key: string, index: number, layout: Layout, page: number): number | undefined {
  const { columns, length } = layout;
  const steps: Record<string, number> = {
    ArrowDown: columns,
    ArrowUp: -columns,
    ArrowRight: columns > 1 ? 1 : 0,
    ArrowLeft: columns > 1 ? -1 : 0,
    PageDown: page * columns,
    PageUp: -page * columns,
    Home: -index,
    End: length - 1 - index,
  };
  const step = steps[key];
  if (step === undefined || length === 0) return undefined;
  const next = index + step;
  // Up and down end at the first and the last line, and stay in their column.
  if (key.startsWith('Arrow') && (next < 0 || next >= length)) return index;
  return Math.max(0, Math.min(length - 1, next));
}
