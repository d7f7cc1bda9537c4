/** The scale beside a chart, and the steps below it that have room for their names. */

/** Even marks from 0 to at least `most`: quarters of a whole that is given, else round whole numbers. */
export function scaleOf(most: number, exact: boolean): number[] {
  if (exact) return [0, 0.25, 0.5, 0.75, 1].map((part) => part * most);
  const rough = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.ceil([1, 2, 5, 10].map((round) => round * power).find((round) => round >= rough) ?? rough);
  const marks = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: marks + 1 }, (_, mark) => mark * step);
}

/** Which of `count` steps, `band` pixels each, are named with `room` pixels; the last is, for people look for the present. */
export function marksOf(count: number, band: number, room: number): number[] {
  const every = Math.max(1, Math.ceil((room + 8) / Math.max(1, band)));
  return Array.from({ length: count }, (_, step) => step).filter((step) => (count - 1 - step) % every === 0);
}
