/** Where the words of a search stand in what is shown of a hit; the server tells the places, in the units that strings count in. */
import type { Schema } from '../lib/api/client';

export type Hit = Schema['HitBody'];
export type Span = Schema['Span'];

interface Piece {
  start: number;
  text: string;
  found: boolean;
}

/** The text cut into what was found and what stands between. */
export function piecesOf(text: string, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  const cut = (end: number, found: boolean) => {
    if (end > done) pieces.push({ start: done, text: text.slice(done, end), found });
    done = Math.max(done, end);
  };
  for (const { start, end } of spans) {
    cut(start, false);
    cut(end, true);
  }
  cut(text.length, false);
  return pieces;
}

/** The places in one field of a hit. */
export function spansIn(hit: Hit, field: string): Span[] {
  return hit.found_in.find((found) => found.field === field)?.spans ?? [];
}

/** The places in the name by which people know the hit, if that is what the server searched. */
export function spansInName(hit: Hit, shown: string): Span[] {
  if (shown === hit.document?.title) return spansIn(hit, 'title');
  return shown === hit.name ? spansIn(hit, 'name') : [];
}

const BEFORE = 24;
const AFTER = 60;

/** A long text around the first place, and where the places are in that. */
export function excerpt(text: string, spans: readonly Span[]): { text: string; spans: Span[] } {
  const [first] = spans;
  if (!first || text.length <= BEFORE + AFTER) return { text, spans: [...spans] };
  const from = Math.max(0, text.lastIndexOf(' ', Math.max(0, first.start - BEFORE)) + 1);
  const to = Math.min(text.length, first.end + AFTER);
  const lead = from > 0 ? '…' : '';
  const shift = lead.length - from;
  return {
    text: `${lead}${text.slice(from, to)}${to < text.length ? '…' : ''}`,
    spans: spans.filter(({ end }) => end <= to).map(({ start, end }) => ({ start: start + shift, end: end + shift })),
  };
}
