/** No screen breaks a rule of WCAG 2.2 A or AA that a machine can check (K12): both languages, both appearances. */
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Language } from '../src/lib/i18n/index.svelte';
import { SCREENS, tour, type Scene } from './screens';
import { test } from './stage';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is wrong on the screen, one line a node. */
async function violations({ page }: Scene): Promise<string[]> {
  // The page has no frames, which are what the other mode opens a page of its own for.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(RULES).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

const LANGUAGES: [Language, string][] = [
  ['vi', 'Vietnamese'],
  ['en', 'English'],
];

for (const [language, name] of LANGUAGES) {
  for (const [part, screens] of Object.entries(SCREENS)) {
    test.describe(`${part} in ${name}`, () => {
      test('K12 no screen breaks a rule of WCAG 2.2 A or AA, light and dark', async ({ browser, baseURL, stage }) => {
        test.setTimeout(120_000);
        const found: string[] = [];
        await tour({ browser, baseURL, stage, language }, screens, async (screen, scene) => {
          for (const colorScheme of ['light', 'dark'] as const) {
            await scene.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            for (const line of await violations(scene)) found.push(`${screen.name}, ${colorScheme}: ${line}`);
          }
        });
        expect(found.join('\n')).toBe('');
      });
    });
  }
}
