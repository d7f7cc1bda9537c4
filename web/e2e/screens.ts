/**
 * Every screen of the page with the states that matter, and how each is come to, in either language.
 *
 * What opens a screen leaves nothing behind: what is made is taken away in `after`, and a screen that needs another network or its own browser
 * says `apart`.
 */
import { test, type Browser, type BrowserContext, type BrowserContextOptions } from '@playwright/test';
import './runes';
import type { Language } from '../src/lib/i18n/index.svelte';
import { ACCOUNT } from './screens/account';
import { ADMIN } from './screens/admin';
import { DOSSIERS } from './screens/dossiers';
import { FINDING } from './screens/finding';
import { FOLDERS } from './screens/folders';
import { GUEST } from './screens/guests';
import { OFFICER } from './screens/officer';
import { DETAILS, PAPERS } from './screens/papers';
import { Scene, type Screen } from './screens/scene';
import { SHARING } from './screens/sharing';
import { APART } from './screens/trouble';
import type { Stage } from './stage';
import type { Vault } from './vault';

/** Every screen, by the part of the page that it belongs to. */
export const SCREENS: Record<string, readonly Screen[]> = {
  folders: FOLDERS,
  details: DETAILS,
  documents: PAPERS,
  sharing: SHARING,
  'finding and trash': FINDING,
  account: ACCOUNT,
  dossiers: DOSSIERS,
  'officer and reports': OFFICER,
  administration: ADMIN,
  // Looked at last, for whoever opens a link is seen in the trail.
  'signing in and links': GUEST.map((screen) => ({ ...screen, guest: true })),
  'adding and trouble': APART.map((screen) => ({ ...screen, apart: true })),
};

export interface Tour {
  browser: Browser;
  stage: Stage;
  language: Language;
  /** Where the page is, and the device that shows it. */
  options: BrowserContextOptions;
  prepare?: (context: BrowserContext, stage: Stage) => Promise<void>;
}

/** Opens screens one after the other, and calls `look` on each. */
export async function tour(
  { browser, stage, language, options, prepare }: Tour,
  screens: readonly Screen[],
  look: (screen: Screen, scene: Scene) => Promise<void>,
): Promise<void> {
  await stage.speak(language);
  const pageOf = async () => {
    const context = await browser.newContext(options);
    await context.addInitScript((language) => localStorage.setItem('kho.language', language), language);
    await prepare?.(context, stage);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return page;
  };
  const signedIn = async ({ api }: Vault) => {
    const page = await pageOf();
    await page.context().addCookies((await api.storageState()).cookies);
    return page;
  };
  const [own, officer, admin, guest] = [
    await signedIn(stage.hoa),
    await signedIn(stage.dossiers.officer.vault),
    await signedIn(stage.administration.admin),
    await pageOf(),
  ];
  const pageFor = (screen: Screen) => {
    if (screen.guest) return guest;
    if (screen.officer) return officer;
    if (screen.admin) return admin;
    return screen.apart ? signedIn(stage.hoa) : own;
  };
  try {
    for (const screen of screens) {
      const page = await pageFor(screen);
      const scene = new Scene(page, stage, language);
      await test.step(screen.name, async () => {
        await screen.open(scene);
        await look(screen, scene);
        await screen.after?.(scene);
      });
      if (screen.apart) await page.context().close();
    }
  } finally {
    await Promise.all([own, officer, admin, guest].map((page) => page.context().close()));
  }
}
