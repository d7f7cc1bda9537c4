/** Dates, sizes and counts as people write them. */
import { language } from './index.svelte';

/** Makes a formatter of each language once: it takes longer to make than all that a row of a list says with it. */
function byLanguage<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const locale = language() === 'vi' ? 'vi-VN' : 'en-GB';
    const format = made.get(locale) ?? make(locale);
    made.set(locale, format);
    return format;
  };
}

const days = byLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric' }),
);
const times = byLanguage((locale) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }));
const months = byLanguage((locale) => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }));
const distances = byLanguage((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
const numbers = byLanguage((locale) => new Intl.NumberFormat(locale));
const wholes = byLanguage((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
const tenths = byLanguage((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));

const percents = byLanguage((locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));

/** A day: 05/03/2026. */
export function day(date: string | Date): string {
  return days().format(new Date(date));
}

/** A day and the time of day: 14:05 05/03/2026. */
export function moment(date: string | Date): string {
  return `${times().format(new Date(date))} ${day(date)}`;
}

/** A month: tháng 3 năm 2026. */
export function month(date: string | Date): string {
  return months().format(new Date(date));
}

/** How long ago, in the largest unit that fits; the day itself after a month. */
export function ago(date: string | Date, now: Date = new Date()): string {
  const seconds = (new Date(date).getTime() - now.getTime()) / 1000;
  if (seconds > -60) return distances().format(Math.round(Math.min(seconds, 0)), 'second');
  if (seconds > -3600) return distances().format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return distances().format(Math.round(seconds / 3600), 'hour');
  if (seconds > -30 * 86_400) return distances().format(Math.round(seconds / 86_400), 'day');
  return day(date);
}

/** Bytes with the largest unit that fits: 1,2 MB. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const format = unit === 0 || amount >= 100 ? wholes() : tenths();
  return `${format.format(amount)} ${units[unit]}`;
}

/** A number with the language's separators. */
export function count(number: number): string {
  return numbers().format(number);
}

/** A part of a whole, 0.645, as 64,5%. */
export function percent(rate: number): string {
  return percents().format(rate);
}

/** A number with one place after the comma at the most. */
export function roughly(number: number): string {
  return tenths().format(number);
}
