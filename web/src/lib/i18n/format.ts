/** Dates, sizes and counts as people write them. */
import { language } from './index.svelte';

const locale = () => (language() === 'vi' ? 'vi-VN' : 'en-GB');

/** A day: 05/03/2026. */
export function day(date: string | Date): string {
  return new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', year: 'numeric' }).format(
    new Date(date),
  );
}

/** A day and the time of day: 14:05 05/03/2026. */
export function moment(date: string | Date): string {
  const time = new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(date));
  return `${time} ${day(date)}`;
}

/** A month: tháng 3 năm 2026. */
export function month(date: string | Date): string {
  return new Intl.DateTimeFormat(locale(), { month: 'long', year: 'numeric' }).format(new Date(date));
}

/** How long ago, in the largest unit that fits; the day itself after a month. */
export function ago(date: string | Date, now: Date = new Date()): string {
  const seconds = (new Date(date).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  if (seconds > -60) return relative.format(Math.round(Math.min(seconds, 0)), 'second');
  if (seconds > -3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds > -86_400) return relative.format(Math.round(seconds / 3600), 'hour');
  if (seconds > -30 * 86_400) return relative.format(Math.round(seconds / 86_400), 'day');
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
  const digits = unit === 0 || amount >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(amount)} ${units[unit]}`;
}

/** A number with the language's separators. */
export function count(number: number): string {
  return new Intl.NumberFormat(locale()).format(number);
}
