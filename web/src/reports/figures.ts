/** What is read out of reports: figures, how they changed, and the steps of the charts. */
import type { Counts, ReportLine } from '../lib/api/reports';
import { count, day, month, percent, roughly } from '../lib/i18n/format';
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { reports } from '../lib/i18n/words/reports';
import type { Step } from './period';
import type { TimeStep } from './TimeChart.svelte';

export type Measure = 'reuse_rate' | 'digitisation_rate' | 'component_digitisation_rate' | 'dossiers' | 'refusals';

interface About {
  name: Phrase;
  text: Phrase;
  /** A rate: of how many it is a part; none for numbers. */
  of?: (counts: Counts) => number;
}

export const MEASURES: Record<Measure, About> = {
  reuse_rate: {
    name: reports.reuseRate,
    text: reports.reuseRateText,
    of: ({ reused, added, digitised }) => reused + added + digitised,
  },
  digitisation_rate: {
    name: reports.digitisationRate,
    text: reports.digitisationRateText,
    of: ({ decided }) => decided,
  },
  component_digitisation_rate: {
    name: reports.componentRate,
    text: reports.componentRateText,
    of: ({ components }) => components,
  },
  dossiers: { name: reports.dossiers, text: reports.dossiersText },
  refusals: { name: reports.refusals, text: reports.refusalsText },
};

export const measures = Object.keys(MEASURES) as readonly Measure[];

/** A figure in words; that of nothing is not nought. */
export function write(measure: Measure, counts: Counts): string {
  const value = counts[measure] ?? null;
  if (value === null) return say(reports.none);
  return MEASURES[measure].of ? percent(value) : count(value);
}

export type Way = 'up' | 'down' | 'same' | 'unknown';

/** How a figure changed since the period before. */
export function changed(measure: Measure, now: Counts, then: Counts): { way: Way; text: string } {
  const [value, before] = [now[measure] ?? null, then[measure] ?? null];
  if (value === null || before === null) return { way: 'unknown', text: say(reports.nothingBefore) };
  const isRate = MEASURES[measure].of !== undefined;
  // Rates as they are shown: what rounds to the same is the same.
  const by = isRate ? Math.round(1000 * value) - Math.round(1000 * before) : value - before;
  const was = write(measure, then);
  if (by === 0) return { way: 'same', text: say(reports.same, was) };
  const amount = isRate ? say(reports.points, roughly(Math.abs(by) / 10)) : count(Math.abs(by));
  return by > 0
    ? { way: 'up', text: say(reports.more, amount, was) }
    : { way: 'down', text: say(reports.less, amount, was) };
}

export const isEmpty = (counts: Counts): boolean =>
  counts.dossiers + counts.reused + counts.added + counts.digitised + counts.results + counts.refusals === 0 &&
  counts.decided + counts.components === 0;

/** A step's name, and the few letters for it below a chart. */
export function stepNamed(key: string, step: Step): TimeStep {
  const [year, monthOf, date] = key.split('-');
  switch (step) {
    case 'day':
      return { key, short: `${date}/${monthOf}`, name: day(key) };
    case 'month':
      return { key, short: `${monthOf}/${year?.slice(2)}`, name: month(`${key}-01`) };
    case 'year':
      return { key, short: key, name: key };
  }
}

/** The lines of a report by step; those in which nothing happened are not in it. */
export function linesByStep(lines: readonly ReportLine[], keys: readonly string[]): (ReportLine | undefined)[] {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  return keys.map((key) => byKey.get(key));
}

/** How a rate went, in a sentence. */
export function rateWent(name: string, steps: readonly TimeStep[], rates: readonly (number | null)[]): string {
  const known = rates.flatMap((rate, index) => {
    const step = steps[index];
    return rate === null || !step ? [] : [{ rate: percent(rate), at: step.name }];
  });
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return say(reports.rateNone, name);
  if (first === last) return say(reports.rateOnce, name, first.rate, first.at);
  return say(reports.rateWent, name, first.rate, first.at, last.rate, last.at);
}
