/** How smoothly the page moves: times between frames, and pictures of them on one sheet. */
import type { Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface FrameTimes {
  frames: number;
  p50: number;
  p95: number;
  most: number;
  /** Frames that took longer than 50 ms. */
  long: number;
}

/** The times between frames while something is done. */
export async function frameTimes(page: Page, act: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(() => {
    const times: number[] = [];
    let before = performance.now();
    const next = (now: number) => {
      times.push(now - before);
      before = now;
      if (Object.hasOwn(window, 'frameTimes')) requestAnimationFrame(next);
    };
    Object.assign(window, { frameTimes: times });
    requestAnimationFrame(next);
  });
  await act();
  const times = await page.evaluate(() => {
    const { frameTimes } = window as unknown as { frameTimes?: number[] };
    Reflect.deleteProperty(window, 'frameTimes');
    // The first began before there was anything to do.
    return (frameTimes ?? []).slice(1).sort((a, b) => a - b);
  });
  const at = (percent: number) => Math.round(times[Math.floor(((times.length - 1) * percent) / 100)] ?? 0);
  return {
    frames: times.length,
    p50: at(50),
    p95: at(95),
    most: at(100),
    long: times.filter((time) => time > 50).length,
  };
}

/** Width of a picture on a sheet, in pixels. */
const WIDTH = 256;

/** Takes pictures of the page while something is done in steps, and keeps them as one sheet, each with its time. */
export async function filmed(
  page: Page,
  path: string,
  pictures: number,
  act: (after: (step: number, of: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  const film: { picture: string; ms: number }[] = [];
  const began = Date.now();
  await act(async (step, of) => {
    if (step % Math.max(1, Math.floor(of / pictures)) !== 0) return;
    film.push({ picture: (await page.screenshot()).toString('base64'), ms: Date.now() - began });
  });
  const sheet = await page.context().newPage();
  await sheet.setViewportSize({ width: 5 * (WIDTH + 8) + 8, height: 400 });
  const figures = film.map(
    ({ picture, ms }) =>
      `<figure><img src="data:image/png;base64,${picture}"><figcaption>${(ms / 1000).toFixed(1)} s</figcaption></figure>`,
  );
  await sheet.setContent(
    `<style>body{display:grid;grid-template-columns:repeat(5,${WIDTH}px);gap:8px;margin:8px;font:14px sans-serif}
     figure{margin:0}img{width:100%;border:1px solid #999}</style>${figures.join('')}`,
  );
  await mkdir(dirname(path), { recursive: true });
  await sheet.screenshot({ path, fullPage: true });
  await sheet.close();
}
