/** Dossiers of a citizen: the lists, filling one in, what is asked for, and who may look. */
import { expect } from '@playwright/test';
import { citations } from '../../src/lib/i18n/words/citations';
import { dossiers, uses } from '../../src/lib/i18n/words/dossiers';
import { takeBack } from '../office';
import type { Scene, Screen } from './scene';

const dossier = (which: 'draft' | 'supplement') => async (scene: Scene) => {
  await scene.goto(`/dossiers/${scene.stage.dossiers[which]}`);
  await expect(scene.page.getByRole('heading', { name: scene.say(dossiers.components), exact: true })).toBeVisible();
  await scene.settled();
};

/** Opens what a button of the form's component opens. */
const forForm = (phrase: typeof dossiers.addPaperFor | typeof dossiers.fromVaultFor) => async (scene: Scene) => {
  await dossier('draft')(scene);
  await scene.button(phrase, scene.language === 'vi' ? 'Tờ khai' : 'Form').click();
  await scene.seeDialog();
};

export const DOSSIERS: Screen[] = [
  {
    name: 'dossiers',
    open: async (scene) => {
      await scene.goto('/dossiers');
      await expect(scene.page.getByRole('list', { name: scene.say(dossiers.openOnes) })).toBeVisible();
    },
  },
  {
    name: 'dossiers-new',
    open: async (scene) => {
      await scene.goto('/dossiers/new');
      await expect(scene.page.getByRole('list', { name: scene.say(dossiers.procedures) })).toBeVisible();
    },
  },
  { name: 'dossiers-draft', open: dossier('draft') },
  { name: 'dossiers-add', open: forForm(dossiers.addPaperFor) },
  { name: 'dossiers-pick', open: forForm(dossiers.fromVaultFor) },
  { name: 'dossiers-supplement', open: dossier('supplement') },
  {
    name: 'dossiers-withdraw',
    open: async (scene) => {
      await dossier('supplement')(scene);
      await scene.button(dossiers.withdraw).click();
      await scene.seeDialog();
    },
  },
  {
    name: 'dossiers-code',
    open: async (scene) => {
      const { dossier: asked } = await scene.stage.dossiers.officer.askAtCounter(scene.stage.hoa);
      await scene.goto(`/dossiers/${asked.id}`);
      await expect(scene.page.getByRole('heading', { name: scene.say(uses.codeTitle) })).toBeVisible();
      await scene.settled();
    },
    after: ({ stage: { hoa } }) => takeBack(hoa),
  },
  {
    name: 'dossiers-consents',
    open: async (scene) => {
      await scene.goto('/consents');
      await expect(scene.page.getByRole('list', { name: scene.say(uses.holding) })).toBeVisible();
    },
  },
  {
    name: 'dossiers-citations',
    open: async (scene) => {
      await scene.goto('/citations');
      await expect(scene.page.getByRole('list', { name: scene.say(citations.holding) })).toBeVisible();
    },
  },
  {
    name: 'dossiers-receipts',
    open: async (scene) => {
      await scene.goto('/receipts');
      await scene.page.getByText(scene.say(uses.facts)).first().click();
    },
  },
  {
    name: 'dossiers-access',
    open: async (scene) => {
      await scene.goto('/access');
      await expect(scene.page.getByRole('heading', { level: 3 }).first()).toBeVisible();
      await scene.settled();
    },
  },
];
