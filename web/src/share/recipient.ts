/** How a giver names who is to receive. */
import type { Schema } from '../lib/api/client';

/** Somebody who was looked up. */
export type Recipient = Schema['PartyBody'] & {
  /** As a share takes it. */
  named: Schema['RecipientBody'];
};

interface Way {
  /** As the server reads it. */
  name: string;
  /** Whether nothing can follow: a number of known length, an address with its domain. */
  whole: boolean;
}

/** Tax codes of 10 or 13 digits and identifiers of agencies such as H20.12.3, which have a capital letter. */
const ORGANISATION = /^([0-9]{10}(-[0-9]{3})?|([0-9]+[.-])*[0-9]*[A-Z][0-9A-Z]*([.-][0-9A-Z]+)*)$/;

/** What was typed as one of the ways to name a recipient; null where it can be none of them. */
export function wayOf(typed: string): Way | null {
  const text = typed.trim();
  const digits = text.replace(/[\s.]/g, '');
  if (/^[0-9]{12}$/.test(digits)) return { name: digits, whole: true };
  if (/^[0-9]{13}$/.test(digits)) return { name: `${digits.slice(0, 10)}-${digits.slice(10)}`, whole: true };
  if (/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text)) return { name: text, whole: true };
  if (ORGANISATION.test(text)) return { name: text, whole: false };
  const login = text.toLowerCase();
  return /^[a-z0-9._-]{3,64}$/.test(login) ? { name: login, whole: false } : null;
}

export function isWhole(typed: string): boolean {
  return wayOf(typed)?.whole ?? false;
}
