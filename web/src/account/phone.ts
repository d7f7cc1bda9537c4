/** Telephone numbers: kept in international form (ITU-T E.164), written by people as they dial them. */

/** “0912 345 678” or “+84 912345678” in international form; null where it is no number. */
export function internationalPhone(typed: string): string | null {
  const digits = typed.replace(/[\s().-]/g, '');
  const international = digits.startsWith('0') ? `+84${digits.slice(1)}` : digits;
  return /^\+[1-9][0-9]{7,14}$/.test(international) ? international : null;
}

/** As it is dialled in Viet Nam. */
export function dialledPhone(international: string): string {
  return international.startsWith('+84') ? `0${international.slice(3)}` : international;
}
