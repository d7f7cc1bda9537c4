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

/** Pictures of a sheet, and how wide each is in pixels. */
const PICTURES = 24;
const WIDTH = 320;

/** Films the page while something is done, and keeps pictures of it as one sheet, each with its time. */
export async function filmed(page: Page, path: string, act: () => Promise<void>): Promise<void> {
  const film: { data: string; at: number }[] = [];
  const session = await page.context().newCDPSession(page);
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    film.push({ data, at: metadata.timestamp ?? 0 });
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
  });
  await session.send('Page.startScreencast', { format: 'jpeg', quality: 80, maxWidth: 640, maxHeight: 640 });
  await act();
  await session.send('Page.stopScreencast');
  await session.detach();
  const step = Math.max(1, film.length / PICTURES);
  const chosen = Array.from({ length: Math.min(PICTURES, film.length) }, (_, index) => film[Math.floor(index * step)]);
  const began = film[0]?.at ?? 0;
  const pictures = chosen.map(
    (frame) =>
      `<figure><img src="data:image/jpeg;base64,${frame?.data}"><figcaption>${((frame?.at ?? 0) - began).toFixed(2)} s</figcaption></figure>`,
  );
  const sheet = await page.context().newPage();
  await sheet.setViewportSize({ width: 4 * (WIDTH + 8) + 8, height: 400 });
  await sheet.setContent(
    `<style>body{display:grid;grid-template-columns:repeat(4,${WIDTH}px);gap:8px;margin:8px;font:14px sans-serif}
     figure{margin:0}img{width:100%;border:1px solid #999}</style>${pictures.join('')}`,
  );
  await mkdir(dirname(path), { recursive: true });
  await sheet.screenshot({ path, fullPage: true, type: 'jpeg', quality: 60 });
  await sheet.close();
}
