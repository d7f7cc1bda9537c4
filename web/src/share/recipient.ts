/** How a giver names who is to receive. */
import type { Schema } from '../lib/api/client';

type Recipient = Schema['RecipientBody'];

/** Tax codes of 10 or 13 digits and identifiers of agencies such as H20.12.3, which have a capital letter. */
const ORGANISATION = /^([0-9]{10}(-?[0-9]{3})?|([0-9]+[.-])*[0-9]*[A-Z][0-9A-Z]*([.-][0-9A-Z]+)*)$/;

/** What was typed as one of the four ways to name a recipient; null where it can be none of them. */
export function recipientOf(typed: string): Recipient | null {
  const text = typed.trim();
  const digits = text.replace(/[\s.]/g, '');
  if (/^[0-9]{12}$/.test(digits)) return { identity_number: digits };
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { email: text };
  if (/^[0-9]{13}$/.test(digits)) return { organisation_code: `${digits.slice(0, 10)}-${digits.slice(10)}` };
  if (ORGANISATION.test(text)) return { organisation_code: text };
  const login = text.toLowerCase();
  return /^[a-z0-9._-]{3,64}$/.test(login) ? { login } : null;
}
