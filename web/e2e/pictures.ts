/** Takes the pictures in `docs/screens`: every screen at three widths, some also in the dark and in English. */
import type { BrowserContextOptions, Page } from '@playwright/test';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freeze } from './frozen';
import { small } from './png';
import { SCREENS, tour } from './screens';
import { test } from './stage';

const FOLDER = resolve(import.meta.dirname, '../../docs/screens');

const hand = { hasTouch: true, isMobile: true };
const DEVICES: Record<string, BrowserContextOptions> = {
  360: { viewport: { width: 360, height: 800 }, ...hand },
  768: { viewport: { width: 768, height: 1024 }, ...hand },
  1440: { viewport: { width: 1440, height: 900 } },
};
/** Of each language and appearance, these show all that differs. */
const MAIN = ['home', 'folder-grid', 'document', 'share'];

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    // What is out of sight, or in a part that is folded, is not even asked for.
    const near = [...document.images].filter((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return image.checkVisibility() && bottom > 0 && top < innerHeight;
    });
    await Promise.all(near.map((image) => image.decode().catch(() => undefined)));
  });
  const bytes = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await writeFile(join(FOLDER, `${name}.png`), small(bytes));
}

test.beforeAll(async () => {
  if (process.env.SCREENS) return;
  await mkdir(FOLDER, { recursive: true });
  const isPicture = (name: string) => name.endsWith('.png');
  for (const name of (await readdir(FOLDER)).filter(isPicture)) await rm(join(FOLDER, name));
});

// SCREENS='home|share.*' takes some anew.
const wanted = new RegExp(`^(${process.env.SCREENS ?? '.*'})$`);
const screens = Object.values(SCREENS)
  .flat()
  .filter(({ name }) => wanted.test(name));
const main = screens.filter(({ name }) => MAIN.includes(name));

for (const [width, device] of Object.entries(DEVICES)) {
  test(`pictures at ${width} px`, async ({ browser, baseURL, stage }) => {
    const options = { baseURL, ...device, reducedMotion: 'reduce' } as const;
    const on = { browser, stage, prepare: freeze };
    const light = { ...options, colorScheme: 'light' } as const;
    await tour({ ...on, language: 'vi', options: light }, screens, async ({ name }, { page }) => {
      await picture(page, `${name}-${width}`);
    });
    const dark = { ...options, colorScheme: 'dark' } as const;
    await tour({ ...on, language: 'vi', options: dark }, main, async ({ name }, { page }) => {
      await picture(page, `${name}-dark-${width}`);
    });
    await tour({ ...on, language: 'en', options: light }, main, async ({ name }, { page }) => {
      await picture(page, `${name}-en-${width}`);
    });
  });
}
