/**
 * A folder of very many papers (D1, D2): 3,000 of them, 100,000 with KHO_TEST_LONG=1.
 *
 * Times of frames are printed, not judged: they are the machine's. With KHO_TEST_FILM=FOLDER what is scrolled is kept there as pictures.
 */
import type { Page } from '@playwright/test';
import { join } from 'node:path';
import config from '../playwright.config';
import { filmed, frameTimes } from './frames';
import { orderBy } from './lists';
import { expect, loader, test, Vault, type Person } from './support';

const isLong = process.env.KHO_TEST_LONG === '1';
const MANY = isLong ? 100_000 : 3_000;
const NAME = 'Rất nhiều';
const FILM = process.env.KHO_TEST_FILM;
/** A page of a list is never larger. */
const MOST_OF_A_PAGE = 200;

// A scroll bar to drag.
test.use({ launchOptions: { ...config.use?.launchOptions, ignoreDefaultArgs: ['--hide-scrollbars'] } });
// One after the other, so that the folder is filled once.
test.skip(!loader, 'KHO_BIN is set, and KHO_LOAD_BIN names no kho-load that goes with it');
test.describe.configure({ mode: 'serial', timeout: isLong ? 600_000 : 180_000 });

let owner: Person;
let folder: string;
/** The paper in the middle by name. */
let middle: { id: string; name: string };

test.beforeAll(async ({ server }) => {
  test.setTimeout(isLong ? 1_200_000 : 180_000);
  owner = await server.person('Nguyễn Thị Hoa');
  const vault = await Vault.of(server, owner);
  folder = (await vault.folder(vault.root, NAME)).id;
  await server.fill(folder, MANY);
  const page = await vault.get<{ items: { id: string; name: string }[] }>(
    `/entries/${folder}/children?sort=name&limit=1&offset=${MANY / 2}`,
  );
  middle = page.items[0] ?? { id: '', name: '' };
  await vault.api.dispose();
});

const row = (page: Page, place: number) => page.locator(`li[data-place="${place}"]`);
const rows = (page: Page) => page.locator('li[data-place]').count();
const top = (page: Page) => page.evaluate(() => scrollY);

/** Watches what the API answers: how often a part of the folder was asked for, and how much at once. */
function watched(page: Page) {
  const parts: Promise<number>[] = [];
  page.on('response', (answer) => {
    if (!answer.url().includes('/api/v1/') || answer.status() !== 200) return;
    const size = answer
      .json()
      .then((body: { items?: unknown[] }) => body.items?.length ?? 0)
      .catch(() => 0);
    if (answer.url().includes(`/entries/${folder}/children`)) parts.push(size);
    else void size.then((items) => expect(items).toBeLessThanOrEqual(MOST_OF_A_PAGE));
  });
  return {
    /** At most so many requests since the last time, none of more than a page. */
    expectAtMost: async (most: number) => {
      const sizes = await Promise.all(parts.splice(0));
      expect(sizes.length).toBeLessThanOrEqual(most);
      expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(MOST_OF_A_PAGE);
    },
  };
}

/** What was scrolled stands there, and only what is near it exists. */
async function expectSettled(page: Page, place: number, name: string) {
  await expect(row(page, place).getByRole('link')).toHaveText(name);
  await expect(row(page, place)).toHaveAttribute('aria-posinset', `${place + 1}`);
  await expect(row(page, place)).toHaveAttribute('aria-setsize', `${MANY}`);
  expect(await rows(page)).toBeLessThan(80);
}

async function opened(page: Page, query = '') {
  await page.addInitScript(() => localStorage.setItem('kho.view', 'list'));
  await page.goto(`/folders/${folder}${query}`);
  await expect(page.getByRole('list', { name: NAME })).toBeVisible();
}

async function measured(page: Page, what: string, act: Act) {
  const times = await frameTimes(page, () => act(page));
  console.log(
    `${MANY} papers, ${what}: ${times.frames} frames, p50 ${times.p50} ms, p95 ${times.p95} ms, longest ${times.most} ms, ${times.long} over 50 ms`,
  );
}

/** Something done in steps. */
type Act = (page: Page, after?: (step: number, of: number) => Promise<void>) => Promise<void>;

const wheel: Act = async (page, after) => {
  const turns = 120;
  await page.mouse.move(600, 400);
  for (let turn = 0; turn < turns; turn += 1) {
    await page.mouse.wheel(0, 240);
    await after?.(turn, turns);
  }
};

const dragScrollBar: Act = async (page, after) => {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  // The handle is at the bar's top, below the arrow if there is one.
  const [from, step] = [22, 6];
  const steps = Math.ceil((height + 40 - from) / step);
  await page.mouse.move(width - 7, from);
  await page.mouse.down();
  for (let done = 0; done < steps; done += 1) {
    await page.mouse.move(width - 7, from + done * step);
    await after?.(done, steps);
  }
  await page.mouse.up();
};

test('D1 scrolls through a folder of very many papers to its end', async ({ signedIn }) => {
  const page = await signedIn(owner);
  const answers = watched(page);
  await opened(page);
  await expectSettled(page, 0, 'Tờ 0.pdf');
  await answers.expectAtMost(3);

  await measured(page, 'wheel', wheel);
  expect(await top(page)).toBeGreaterThan(10_000);
  expect(await rows(page)).toBeLessThan(80);
  await answers.expectAtMost(20);

  await page.evaluate(() => scrollTo(0, 0));
  await measured(page, 'scroll bar', dragScrollBar);
  await expectSettled(page, MANY - 1, `Tờ ${MANY - 1}.pdf`);
  // Pages that are scrolled past are asked for only where the hand rests, which it does longer on a slow machine.
  await answers.expectAtMost(isLong ? 200 : 40);

  await row(page, MANY - 1)
    .getByRole('link')
    .focus();
  await page.keyboard.press('Home');
  await expectSettled(page, 0, 'Tờ 0.pdf');
  await expect(row(page, 0).getByRole('link')).toBeFocused();
  await page.keyboard.press('End');
  await expectSettled(page, MANY - 1, `Tờ ${MANY - 1}.pdf`);
  await expect(row(page, MANY - 1).getByRole('link')).toBeFocused();
  await expect(row(page, MANY - 1)).toBeInViewport();
  await answers.expectAtMost(6);

  if (!FILM) return;
  for (const [name, act] of Object.entries({ wheel, 'scroll-bar': dragScrollBar })) {
    await page.evaluate(() => scrollTo(0, 0));
    await filmed(page, join(FILM, `${name}.png`), 20, (after) => act(page, after));
  }
});

test('D2 sorts a folder of very many papers both ways', async ({ signedIn }) => {
  const page = await signedIn(owner);
  const answers = watched(page);
  await opened(page);
  for (const [order, first] of [
    ['Tên, từ Y đến A', `Tờ ${MANY - 1}.pdf`],
    ['Tên, từ A đến Y', 'Tờ 0.pdf'],
    ['Mới thay đổi trước', `Tờ ${MANY - 1}.pdf`],
    ['Cũ trước', 'Tờ 0.pdf'],
  ] as const) {
    const began = Date.now();
    await orderBy(page, order);
    await expectSettled(page, 0, first);
    console.log(`${MANY} papers, ${order}: shown after ${Date.now() - began} ms`);
    await answers.expectAtMost(6);
  }
});

test('D1 leads to a paper in the middle of very many, and back to its place', async ({ signedIn }) => {
  const page = await signedIn(owner);
  const answers = watched(page);
  await opened(page, `?around=${middle.id}`);
  await expectSettled(page, MANY / 2, middle.name);
  await expect(row(page, MANY / 2)).toBeInViewport();
  await expect(row(page, MANY / 2).getByRole('link')).toBeFocused();
  await answers.expectAtMost(6);

  await page.evaluate(() => scrollBy(0, 1_600));
  const further = row(page, MANY / 2 + 20).getByRole('link');
  await expect(further).toBeInViewport();
  const place = await top(page);
  await further.click();
  await expect(page).toHaveURL(/\/documents\//);
  await page.goBack();
  await expect(further).toBeInViewport();
  expect(Math.abs((await top(page)) - place)).toBeLessThan(80);
  await answers.expectAtMost(8);
});

test('D17 chooses all of very many papers as far as it says', async ({ signedIn }) => {
  const page = await signedIn(owner);
  const answers = watched(page);
  await opened(page);
  await row(page, 0).getByRole('link').focus();
  await page.keyboard.press('Control+a');
  await expect(page.getByText('Đã chọn 500 mục')).toBeVisible();
  await expect(page.getByText('Mỗi lần chọn được nhiều nhất 500 mục.')).toBeVisible();
  await answers.expectAtMost(8);

  await page.keyboard.press('Escape');
  await expect(page.getByText('Đã chọn')).toBeHidden();
  await row(page, 2).getByRole('checkbox').check();
  await page.keyboard.press('Escape');
  // From one place to another that was not there when the first was chosen.
  await row(page, 2).getByRole('checkbox').check();
  await page.evaluate(() => scrollTo(0, 80 * 300));
  await row(page, 300)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await expect(page.getByText('Đã chọn 299 mục')).toBeVisible();
  await page.getByRole('button', { name: 'Chọn 500 mục' }).click();
  await expect(page.getByText('Đã chọn 500 mục')).toBeVisible();
});
