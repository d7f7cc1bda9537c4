/** An officer's work: the counter, a dossier on the desk, the list, and the reports. */
import { expect } from '@playwright/test';
import type { Phrase } from '../../src/lib/i18n/index.svelte';
import { digitisation } from '../../src/lib/i18n/words/digitisation';
import { officer } from '../../src/lib/i18n/words/officer';
import { reports } from '../../src/lib/i18n/words/reports';
import { slip } from '../../src/lib/i18n/words/slip';
import { codeOf } from '../counter';
import { takeBack } from '../office';
import { reportsOfAYear } from './figures';
import { PDF, type Scene, type Screen } from './scene';

const after = ({ stage }: Scene) => takeBack(stage.hoa);

/** A dossier of Hoa that was just opened at the counter, before or after she told the code. */
async function atCounter(scene: Scene, isConfirmed: boolean): Promise<void> {
  const { hoa, dossiers } = scene.stage;
  const { dossier, consent } = await dossiers.officer.askAtCounter(hoa);
  if (isConfirmed) {
    const code = await codeOf(hoa);
    await dossiers.officer.vault.post(`/dossiers/${dossier.id}/consents/${consent.id}/confirm`, { code });
  }
  await scene.goto(`/officer/dossiers/${dossier.id}`);
  const seen = isConfirmed
    ? scene.page.getByText(scene.say(officer.proposal)).first()
    : scene.page.getByLabel(scene.say(officer.code));
  await expect(seen).toBeVisible();
  await scene.settled();
}

/** The one that was received, with a paper accepted and a paper refused. */
async function onDesk(scene: Scene): Promise<void> {
  await scene.goto(`/officer/dossiers/${scene.stage.dossiers.supplement}`);
  await expect(scene.page.getByRole('heading', { name: scene.say(officer.history) })).toBeVisible();
  await scene.settled();
}

/** Scrolls to a part of the reports, below the bar at the top. */
async function atPanel(scene: Scene, title: Phrase): Promise<void> {
  await scene.page.getByRole('region', { name: scene.say(title) }).evaluate((panel) => {
    scrollTo(0, panel.getBoundingClientRect().top + scrollY - 80);
  });
}

const SCREENS: Screen[] = [
  {
    name: 'officer-reception',
    open: async (scene) => {
      await scene.goto('/officer');
      await scene.field(officer.identity).pressSequentially(scene.stage.hoa.person.identity);
      await scene.page.getByRole('combobox').fill('dang ky');
      await expect(scene.page.getByRole('option').first()).toBeVisible();
    },
  },
  { name: 'officer-code', open: (scene) => atCounter(scene, false), after },
  { name: 'officer-proposals', open: (scene) => atCounter(scene, true), after },
  { name: 'officer-dossier', open: onDesk },
  {
    name: 'officer-refuse',
    open: async (scene) => {
      await onDesk(scene);
      await scene.page.keyboard.press('r');
      await scene.seeDialog();
    },
  },
  {
    name: 'officer-slip',
    open: async (scene) => {
      await onDesk(scene);
      await scene.button(slip.received).click();
      await scene.seeDialog();
    },
  },
  {
    name: 'officer-scan',
    open: async (scene) => {
      await onDesk(scene);
      const component = scene.language === 'vi' ? 'Giấy chứng nhận kết hôn' : 'Marriage certificate';
      const chooser = scene.page.waitForEvent('filechooser');
      await scene.button(digitisation.scanNamed, component).click();
      await (await chooser).setFiles({ name: 'scan0001.pdf', mimeType: PDF, buffer: scene.stage.signedFile });
      await scene.seeDialog();
    },
  },
  {
    name: 'officer-digitisation',
    open: async (scene) => {
      await scene.goto('/officer/digitisation');
      await expect(scene.page.getByRole('list', { name: scene.say(digitisation.list) })).toBeVisible();
      await scene.settled();
    },
  },
  {
    name: 'officer-dossiers',
    open: async (scene) => {
      await scene.goto('/officer/dossiers');
      await expect(scene.page.getByRole('list', { name: scene.say(officer.listName) })).toBeVisible();
    },
  },
  {
    name: 'reports',
    open: async (scene) => {
      await reportsOfAYear(scene.page);
      await scene.goto('/reports?period=year');
      await expect(scene.page.getByRole('img', { name: scene.say(reports.reuseRate) })).toBeVisible();
    },
  },
  {
    name: 'reports-charts',
    open: async (scene) => {
      await reportsOfAYear(scene.page);
      await scene.goto('/reports?period=year');
      await atPanel(scene, reports.rates);
    },
  },
  {
    name: 'reports-agencies',
    open: async (scene) => {
      await reportsOfAYear(scene.page);
      await scene.goto('/reports?period=year');
      await atPanel(scene, reports.agencies);
    },
  },
];

export const OFFICER = SCREENS.map((screen) => ({ ...screen, officer: true }));
