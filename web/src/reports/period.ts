/** Which days a report is about, the days before to compare with, and into which steps they are divided. */
import type { Days } from '../lib/api/reports';
import { addDays, addMonths, daysBetween, isDay, startOfMonth } from '../lib/days';

export const PERIODS = ['month', 'last-month', 'quarter', 'year', 'days'] as const;
export type Period = (typeof PERIODS)[number];

export const isPeriod = (text: string | null): text is Period => PERIODS.some((period) => period === text);

export interface Asked extends Days {
  /** As many days before them, to compare with. */
  before: Days;
}

/** Why days do not make a period. */
export type Fault = 'incomplete' | 'backwards';

/** Months since the first one of the quarter. */
const intoQuarter = (day: string) => (Number(day.slice(5, 7)) - 1) % 3;

/** What is not over ends today, and is compared with the same part of the one before. */
export function daysOf(period: Exclude<Period, 'days'>, today: string): Asked {
  const thisMonth = startOfMonth(today);
  const sinceThen = (from: string, months: number): Asked => ({
    from,
    until: today,
    before: { from: addMonths(from, -months), until: addMonths(today, -months) },
  });
  switch (period) {
    case 'month':
      return sinceThen(thisMonth, 1);
    case 'quarter':
      return sinceThen(addMonths(thisMonth, -intoQuarter(today)), 3);
    case 'year':
      return sinceThen(`${today.slice(0, 4)}-01-01`, 12);
    case 'last-month': {
      const from = addMonths(thisMonth, -1);
      const before = { from: addMonths(from, -1), until: addDays(from, -1) };
      return { from, until: addDays(thisMonth, -1), before };
    }
  }
}

export function daysChosen(from: string, until: string): Asked | Fault {
  if (!isDay(from) || !isDay(until)) return 'incomplete';
  if (until < from) return 'backwards';
  const length = daysBetween(from, until) + 1;
  return { from, until, before: { from: addDays(from, -length), until: addDays(from, -1) } };
}

export type Step = 'day' | 'month' | 'year';

/** Days for a quarter at the most, months for six years: more would not be told apart. */
export function stepOf({ from, until }: Days): Step {
  const days = daysBetween(from, until);
  if (days <= 92) return 'day';
  return days <= 366 * 6 ? 'month' : 'year';
}

const LETTERS: Record<Step, number> = { day: 10, month: 7, year: 4 };

/** All steps of a period by their keys, those too in which nothing was counted. */
export function stepsOf({ from, until }: Days, step: Step): string[] {
  const keys: string[] = [];
  const last = until.slice(0, LETTERS[step]);
  let at = step === 'day' ? from : step === 'month' ? startOfMonth(from) : `${from.slice(0, 4)}-01-01`;
  for (;;) {
    const key = at.slice(0, LETTERS[step]);
    if (key > last) return keys;
    keys.push(key);
    at = step === 'day' ? addDays(at, 1) : addMonths(at, step === 'month' ? 1 : 12);
  }
}
