/** Text as a barcode after ISO/IEC 16388 (Code 39), which every hand scanner reads and whose signs are those of a dossier's code. */

/** Which two of the five bars are wide, for 1 to 9 and 0; the rows of letters use the same. */
const BARS = ['10001', '01001', '11000', '00101', '10100', '01100', '00011', '10010', '01010', '00110'];
/** Ten signs each, told apart by which of the four spaces is wide. */
const ROWS: readonly (readonly [string, number])[] = [
  ['1234567890', 1],
  ['ABCDEFGHIJ', 2],
  ['KLMNOPQRST', 3],
  ['UVWXYZ-. *', 0],
];

const NARROW = 2;
const WIDE = 5;
/** Ten times a narrow bar on either side, as the standard asks. */
const QUIET = 10 * NARROW;

export interface Barcode {
  width: number;
  bars: { x: number; width: number }[];
}

/** Bars and spaces of one sign, bars first. */
function elementsOf(sign: string): boolean[] {
  for (const [signs, space] of ROWS) {
    const bars = BARS[signs.indexOf(sign)];
    if (!bars) continue;
    return [...bars].flatMap((bar, index) => (index < 4 ? [bar === '1', index === space] : [bar === '1']));
  }
  throw new Error(`Code 39 has no sign ${sign}`);
}

export function barcode(text: string): Barcode {
  const bars: Barcode['bars'] = [];
  let x = QUIET;
  for (const sign of `*${text.toUpperCase()}*`) {
    elementsOf(sign).forEach((isWide, index) => {
      const width = isWide ? WIDE : NARROW;
      if (index % 2 === 0) bars.push({ x, width });
      x += width;
    });
    x += NARROW;
  }
  return { width: x - NARROW + QUIET, bars };
}
