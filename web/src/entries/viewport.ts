/**
 * Which part of a long list has to exist: arithmetic alone, so that it can be read and tested alone.
 *
 * A list has two parts, each of lines of one height: `lead` entries at the beginning (folders, which are small), then the rest.
 */
export interface Layout {
  length: number;
  columns: number;
  /** Height of a line with the gap below it, in pixels. */
  step: number;
  /** The same of the first part. */
  lead: number;
  leadColumns: number;
  leadStep: number;
}

export interface Span {
  from: number;
  /** The first place behind. */
  to: number;
}

/** So many pixels before and behind the window are drawn too, so that scrolling shows no hole. */
const AHEAD = 600;

export function columnsIn(width: number, card: number, gap: number): number {
  return card > 0 ? Math.max(1, Math.floor((width + gap) / (card + gap))) : 1;
}

const leadLines = ({ lead, leadColumns }: Layout) => Math.ceil(lead / leadColumns);
const leadHeight = (layout: Layout) => leadLines(layout) * layout.leadStep;

function lines(layout: Layout): number {
  return leadLines(layout) + Math.ceil((layout.length - layout.lead) / layout.columns);
}

function lineOf(index: number, layout: Layout): number {
  const { lead, leadColumns, columns } = layout;
  return index < lead ? Math.floor(index / leadColumns) : leadLines(layout) + Math.floor((index - lead) / columns);
}

/** The first place of a line. */
function startOf(line: number, layout: Layout): number {
  const before = leadLines(layout);
  return line < before ? line * layout.leadColumns : layout.lead + (line - before) * layout.columns;
}

export function columnOf(index: number, { lead, leadColumns, columns }: Layout): number {
  return index < lead ? index % leadColumns : (index - lead) % columns;
}

/** How far below the list's beginning a place is. */
export function topOf(index: number, layout: Layout): number {
  const line = lineOf(index, layout);
  const before = leadLines(layout);
  return Math.min(line, before) * layout.leadStep + Math.max(0, line - before) * layout.step;
}

/** Height of the whole list, with the gap below the last line. */
export function heightOf(layout: Layout): number {
  return leadHeight(layout) + (lines(layout) - leadLines(layout)) * layout.step;
}

function lineAt(y: number, layout: Layout): number {
  const lead = leadHeight(layout);
  return y < lead ? Math.floor(y / layout.leadStep) : leadLines(layout) + Math.floor((y - lead) / layout.step);
}

/** The places near a window that begins `top` pixels below the list's beginning. */
export function spanAt(layout: Layout, top: number, height: number): Span {
  const within = (place: number) => Math.max(0, Math.min(place, layout.length));
  const from = within(startOf(Math.max(0, lineAt(top - AHEAD, layout)), layout));
  return { from, to: Math.max(from, within(startOf(lineAt(top + height + AHEAD, layout) + 1, layout))) };
}

const isWide = ({ columns, leadColumns }: Layout) => columns > 1 || leadColumns > 1;

/** Where a key leads from a place; undefined for other keys. */
export function placeAfter(key: string, index: number, layout: Layout, page: number): number | undefined {
  const last = layout.length - 1;
  const sideways: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
  const down: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const step = sideways[key];
  if (step !== undefined) return isWide(layout) ? Math.max(0, Math.min(last, index + step)) : undefined;
  const by = down[key];
  if (by === undefined) return undefined;
  const line = Math.max(0, Math.min(lines(layout) - 1, lineOf(index, layout) + by));
  if (line === lineOf(index, layout)) return index;
  // In the same column, or at the end of a line that is shorter.
  return Math.min(startOf(line, layout) + columnOf(index, layout), startOf(line + 1, layout) - 1, last);
}
