/** The arithmetic of long lists; it needs no browser. */
import { expect, test } from '@playwright/test';
import { columnOf, heightOf, placeAfter, spanAt, topOf } from '../src/entries/viewport';

// Three folders in lines of four, then eight documents in lines of three.
const layout = { length: 11, lead: 3, leadColumns: 4, leadStep: 100, columns: 3, step: 200 };

test('places stand in lines of their own part', () => {
  expect([0, 2, 3, 5, 6, 10].map((index) => topOf(index, layout))).toEqual([0, 0, 100, 100, 300, 500]);
  expect([0, 2, 3, 5, 6].map((index) => columnOf(index, layout))).toEqual([0, 2, 0, 2, 0]);
  expect(heightOf(layout)).toBe(700);
});

test('only what is near the window exists', () => {
  const long = { length: 100_000, lead: 0, leadColumns: 1, leadStep: 100, columns: 1, step: 100 };
  expect(spanAt(long, 5_000_000, 800)).toEqual({ from: 50_000 - 6, to: 50_000 + 8 + 6 + 1 });
  expect(spanAt(long, -200, 800).from).toBe(0);
  expect(spanAt(long, 10_000_000, 800).to).toBe(100_000);
  expect(spanAt({ ...long, length: 0 }, 0, 800)).toEqual({ from: 0, to: 0 });
});

test('every place is in the span of the window that it is seen in', () => {
  for (let index = 0; index < layout.length; index += 1) {
    const { from, to } = spanAt(layout, topOf(index, layout), 50);
    expect(index).toBeGreaterThanOrEqual(from);
    expect(index).toBeLessThan(to);
  }
});

test('arrows keep to the column and stay inside', () => {
  expect(placeAfter('ArrowDown', 0, layout, 1)).toBe(3);
  expect(placeAfter('ArrowDown', 2, layout, 1)).toBe(5);
  expect(placeAfter('ArrowDown', 8, layout, 1)).toBe(10);
  expect(placeAfter('ArrowDown', 9, layout, 1)).toBe(9);
  expect(placeAfter('ArrowUp', 5, layout, 1)).toBe(2);
  expect(placeAfter('ArrowUp', 1, layout, 1)).toBe(1);
  expect(placeAfter('ArrowRight', 10, layout, 1)).toBe(10);
  expect(placeAfter('End', 0, layout, 1)).toBe(10);
  expect(placeAfter('PageDown', 0, layout, 2)).toBe(6);
  expect(placeAfter('x', 0, layout, 1)).toBeUndefined();
});
