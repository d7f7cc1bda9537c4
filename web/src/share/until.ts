/** How long a share lasts. */
import { day } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { sharing } from '../lib/i18n/words/sharing';

export type Until = 'week' | 'month' | 'day' | 'never';

const DAY_MS = 86_400_000;

/** The choices as pills; links must end. */
export function untilChoices(mayLast: boolean): { id: Until; label: string }[] {
  const ending: { id: Until; label: string }[] = [
    { id: 'week', label: say(sharing.sevenDays) },
    { id: 'month', label: say(sharing.thirtyDays) },
    { id: 'day', label: say(sharing.chooseDay) },
  ];
  return mayLast ? [...ending, { id: 'never', label: say(sharing.noEnd) }] : ending;
}

/** The moment it ends, null for never. A chosen day counts to its end; undefined where it is not chosen yet. */
export function endOf(until: Until, chosenDay: string, now = new Date()): Date | null | undefined {
  if (until === 'never') return null;
  if (until === 'week') return new Date(now.getTime() + 7 * DAY_MS);
  if (until === 'month') return new Date(now.getTime() + 30 * DAY_MS);
  const end = new Date(`${chosenDay}T23:59:59`);
  return Number.isNaN(end.getTime()) || end <= now ? undefined : end;
}

/** A day in so many days, as date inputs want it. */
export function dayIn(days: number, now = new Date()): string {
  const then = new Date(now.getTime() + days * DAY_MS);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

/** Until when, for a line of a list. */
export function untilWhen(expiresAt: string | null | undefined): string {
  return expiresAt ? say(sharing.untilDay, day(expiresAt)) : say(sharing.noEnd);
}
