/** A page for which it is always the same moment, so that its pictures change only where the page does. */
import type { BrowserContext } from '@playwright/test';
import { ENDS, inDays, type Stage } from './stage';

const DAY = 86_400_000;
/** Nine in the morning of a Wednesday in Việt Nam. */
const NOW = Date.parse('2026-11-25T09:00:30+07:00');
const CITED = /"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}"/g;
const CITATION = 'K7HM-4DQX-W9FT';
const SECRET = 'kho_l_hVq0Zr3u9mTn5Xy2Lw8cKd7bPf4sGj1eAoQi6RtUz';

/** A moment of the stage as it is shown: what was arranged together happened on one day, what came since just now. */
function moment(at: number, stage: Stage): number {
  const step = stage.passed.findIndex(({ until }) => at <= until);
  const end = stage.passed.at(-1)?.until ?? 0;
  if (step >= 0) return NOW - (stage.passed[step]?.days ?? 0) * DAY - step * 13 * 60_000;
  return at <= Date.now() ? NOW - 120_000 : NOW + at - end;
}

function frozen(text: string, stage: Stage): string {
  const dates = ENDS.reduce((text, days) => text.replaceAll(inDays(days), inDays(days, NOW)), text);
  return dates.replaceAll(CITED, `"${CITATION}"`).replaceAll(/"(\d{4}-\d\d-\d\dT[\d:.]+Z)"/g, (_, at: string) => {
    return JSON.stringify(new Date(moment(Date.parse(at), stage)).toISOString());
  });
}

export async function freeze(context: BrowserContext, stage: Stage): Promise<void> {
  await context.clock.setFixedTime(NOW);
  await context.route('**/api/v1/**', async (route) => {
    const request = route.request();
    // What a file says of its times is always the same, and the file itself can't be sent on.
    if (request.url().endsWith('/verify')) return route.continue();
    const isLink = request.method() === 'POST' && request.url().endsWith('/links');
    const wanted = isLink ? { ...(request.postDataJSON() as object), expires_at: inFuture(7) } : undefined;
    try {
      const response = await route.fetch(wanted && { postData: wanted });
      if (!response.headers()['content-type']?.includes('json')) return await route.fulfill({ response });
      const body = frozen(await response.text(), stage);
      await route.fulfill({ response, body: isLink ? body.replace(/kho_l_[\w-]+/, SECRET) : body });
    } catch {
      // The page went on to another address.
      await route.abort().catch(() => undefined);
    }
  });
}

const inFuture = (days: number) => new Date(Date.now() + days * DAY).toISOString();
