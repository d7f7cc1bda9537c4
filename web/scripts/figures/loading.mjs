/**
 * How soon screens stand and answer, in Chromium on a slowed processor: cold (nothing kept) and warm (the browser has been here).
 *
 * A screen is interactive at the first moment from which it shows its content and no task takes 50 ms or more for half a second. It answers
 * when a click on its first entry, made as soon as that is there, has led somewhere (in the sign-in: when a key shows in the field).
 */
import { chromium } from '@playwright/test';

const QUIET_MS = 500;
const RUNS = 5;
const CPU_SLOWED = 4;
const VIEWPORT = { width: 1280, height: 800 };

/** As weak as 4G is at the edge of a commune: what Lighthouse takes for "slow 4G". */
export const NETWORKS = {
  'no limit': null,
  '1.6 Mbit/s, 150 ms': { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 },
};

/** Notes in the page what its times are made of; runs before any script of the page. */
function watch(target) {
  const seen = { tasks: [], largest: 0, shown: 0, answered: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => {
    list.getEntries().forEach(({ startTime, duration }) => seen.tasks.push([startTime, startTime + duration]));
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => (seen.largest = list.getEntries().at(-1).startTime)).observe({
    type: 'largest-contentful-paint',
    buffered: true,
  });
  new MutationObserver((_, observer) => {
    if (!document.querySelector(target)) return;
    observer.disconnect();
    requestAnimationFrame(() => (seen.shown = performance.now()));
  }).observe(document, { childList: true, subtree: true });
  for (const kind of ['click', 'input']) {
    addEventListener(kind, () => requestAnimationFrame(() => (seen.answered ||= performance.now())));
  }
}

/** When the screen was interactive, and for how long it had been blocked until then. */
function interactive({ first, shown, tasks }) {
  let ready = Math.max(first, shown);
  for (const [from, to] of tasks.toSorted(([a], [b]) => a - b)) {
    if (to > ready && from < ready + QUIET_MS) ready = to;
  }
  const until = tasks.filter(([from]) => from >= first && from < ready);
  return { ready, blocked: until.reduce((sum, [from, to]) => sum + to - from - 50, 0) };
}

async function slowed(page, network) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWED });
  if (network) await session.send('Network.emulateNetworkConditions', network);
  return session;
}

/** What a visit fetches, and when its screen stands. */
async function stand(page, network, screen) {
  const session = await slowed(page, network);
  const kinds = new Map();
  const sum = { requests: 0, bytes: 0, script: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sum.requests += 1;
    sum.bytes += encodedDataLength;
    if (kinds.get(requestId) === 'Script') sum.script += encodedDataLength;
  });
  await page.goto(screen.path, { waitUntil: 'commit' });
  await page.waitForFunction((quiet) => {
    const { shown, tasks } = window.seen;
    return shown && performance.now() > Math.max(shown, ...tasks.map(([, to]) => to)) + quiet + 200;
  }, QUIET_MS);
  const seen = await page.evaluate(() => ({
    ...window.seen,
    first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  }));
  return { ...seen, ...interactive(seen), ...sum };
}

/** When a visit's first click is answered; it is made as soon as there is something to click on, busy or not. */
async function answer(page, network, screen) {
  await slowed(page, network);
  await page.goto(screen.path, { waitUntil: 'commit' });
  const target = page.locator(screen.target).first();
  await (screen.isField ? target.pressSequentially('h') : target.click());
  await page.waitForFunction(() => window.seen.answered > 0);
  return page.evaluate(() => window.seen.answered);
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Rows of a table, medians of five visits: times in milliseconds from the start of the navigation, sizes in kB. */
export async function loading({ url, cookies, screens }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });

  async function visit(screen, isWarm, act) {
    const context = await browser.newContext({ baseURL: url, locale: 'vi-VN', viewport: VIEWPORT });
    if (screen.isSignedIn) await context.addCookies(cookies);
    await context.addInitScript(watch, screen.target);
    const page = await context.newPage();
    if (isWarm) {
      await page.goto(screen.path);
      await page.locator(screen.target).first().waitFor();
      await page.waitForLoadState('networkidle');
      await page.goto('about:blank');
    }
    const found = await act(page);
    await context.close();
    return found;
  }

  const rows = [];
  for (const [name, network] of Object.entries(NETWORKS)) {
    for (const screen of screens) {
      for (const isWarm of [false, true]) {
        const visits = [];
        for (let run = 0; run < RUNS; run += 1) {
          const stood = await visit(screen, isWarm, (page) => stand(page, network, screen));
          const answered = await visit(screen, isWarm, (page) => answer(page, network, screen));
          visits.push({ ...stood, answered });
        }
        rows.push({ network: name, screen: screen.name, cache: isWarm ? 'warm' : 'cold', ...middle(visits) });
      }
    }
  }
  await browser.close();
  return rows;
}

function middle(visits) {
  const of = (key) => Math.round(median(visits.map((visit) => visit[key])));
  const kilo = (key) => Math.round(of(key) / 100) / 10;
  return {
    'first paint': of('first'),
    'largest paint': of('largest'),
    content: of('shown'),
    interactive: of('ready'),
    answers: of('answered'),
    blocked: of('blocked'),
    requests: of('requests'),
    'script kB': kilo('script'),
    'all kB': kilo('bytes'),
  };
}
