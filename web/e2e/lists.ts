/** What every list of folders and documents offers, as tests use it. */
import type { Locator, Page } from '@playwright/test';
import { expect } from './support';

/** The names in a list, in the order shown. */
export const namesIn = (page: Page, list: string): Locator =>
  page.getByRole('list', { name: list, exact: true }).getByRole('link');

export async function act(page: Page, entry: string, name: string): Promise<void> {
  await page.getByRole('button', { name: `Việc có thể làm với ${entry}`, exact: true }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

export async function orderBy(page: Page, order: string): Promise<void> {
  await page.getByRole('button', { name: /^Sắp xếp/ }).click();
  await page.getByRole('menuitemradio', { name: order }).click();
}

/** Shows the list both ways, and finds the same names in it. */
export async function expectBothViews(page: Page, list: string, names: readonly string[]): Promise<void> {
  for (const view of ['Dạng ô', 'Dạng danh sách']) {
    await page.getByRole('button', { name: view }).click();
    await expect(page.getByRole('button', { name: view })).toHaveAttribute('aria-pressed', 'true');
    await expect(namesIn(page, list)).toHaveText([...names]);
  }
}

/** Orders the list by name both ways and by time both ways. */
export async function expectOrders(
  page: Page,
  list: string,
  byName: readonly string[],
  newestFirst: readonly string[],
) {
  const orders = [
    ['Tên, từ A đến Y', byName],
    ['Tên, từ Y đến A', byName.toReversed()],
    ['Cũ trước', newestFirst.toReversed()],
    ['Mới thay đổi trước', newestFirst],
  ] as const;
  for (const [order, names] of orders) {
    await orderBy(page, order);
    await expect(namesIn(page, list)).toHaveText([...names]);
  }
}
