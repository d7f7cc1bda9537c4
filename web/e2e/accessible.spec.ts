/**
 * What a machine can check of every screen (K12), in both languages: no rule of WCAG 2.2 A or AA is broken, light or dark; nothing is cut, too
 * wide or too small for a finger on phone, tablet and desktop; and nothing is said in the other language.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Language } from '../src/lib/i18n/index.svelte';
import { faults } from './looks';
import { SCREENS, tour } from './screens';
import type { Scene } from './screens/scene';
import { test } from './stage';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const SIZES = [
  [360, 800],
  [768, 1024],
  [1440, 900],
] as const;

/** Broken rules, one line a node. */
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
      test('K12 no screen breaks WCAG 2.2 A or AA, is cut, or says foreign words', async ({
        browser,
        baseURL,
        stage,
      }) => {
        test.setTimeout(240_000);
        const found: string[] = [];
        await tour({ browser, stage, language, options: { baseURL } }, screens, async (screen, scene) => {
          for (const [width, height] of SIZES) {
            await scene.page.setViewportSize({ width, height });
            for (const line of await faults(scene.page, language)) found.push(`${screen.name} at ${width} px ${line}`);
          }
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
