/** Papers: what is known of them beside a list, and the papers themselves. */
import { expect } from '@playwright/test';
import { details } from '../../src/lib/i18n/words/details';
import { conclusions } from '../../src/lib/i18n/words/conclusions';
import { viewer } from '../../src/lib/i18n/words/viewer';
import type { Stage } from '../stage';
import { BIRTH, folderOf, type Scene, type Screen } from './scene';

const panel = (tab: string) => async (scene: Scene) => {
  await scene.goto(`${folderOf(scene)}?details=${scene.stage.papers.birth.id}&tab=${tab}`);
  await expect(scene.page.getByRole('tabpanel')).toBeVisible();
  await expect(scene.page.getByRole('heading', { name: BIRTH })).toBeVisible();
  await scene.settled();
};
const signed = (conclusion: keyof Stage['signed']) => async (scene: Scene) => {
  const paper = scene.stage.signed[conclusion];
  await scene.goto(`/folders/${paper.parent_id}?details=${paper.id}&tab=signatures`);
  await expect(scene.page.getByRole('article')).toBeVisible();
  await scene.seeText(conclusions[conclusion]);
};

export const DETAILS: Screen[] = [
  {
    name: 'details-folder',
    open: async (scene) => {
      await scene.goto(`/?details=${scene.stage.folders.civil.id}`);
      await expect(scene.page.getByRole('tabpanel')).toBeVisible();
      await scene.settled();
    },
  },
  { name: 'details-overview', open: panel('overview') },
  { name: 'details-signatures', open: panel('signatures') },
  { name: 'signatures-valid', open: signed('valid') },
  { name: 'signatures-changed', open: signed('valid_with_later_changes') },
  { name: 'signatures-indeterminate', open: signed('indeterminate') },
  { name: 'signatures-invalid', open: signed('invalid') },
  {
    name: 'details-versions',
    open: async (scene) => {
      const { shots, insurance } = scene.stage.papers;
      await scene.goto(`/folders/${insurance.parent_id}?details=${shots.id}&tab=versions`);
      await expect(scene.page.getByText(scene.say(details.current))).toBeVisible();
      await scene.settled();
    },
  },
  { name: 'details-shares', open: panel('shares') },
  { name: 'details-looks', open: panel('looks') },
  {
    name: 'details-form',
    open: async (scene) => {
      await panel('overview')(scene);
      await scene.button(details.edit).click();
      await expect(scene.button(details.save)).toBeVisible();
    },
  },
  {
    name: 'details-unnamed',
    open: async (scene) => {
      await scene.goto(`${folderOf(scene)}?details=${scene.stage.papers.unnamed.id}`);
      await scene.seeText(details.fillInTitle);
    },
  },
];

export const PAPERS: Screen[] = [
  {
    name: 'document',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.birth.id}`);
      await scene.seePaper();
    },
  },
  {
    name: 'document-picture',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.card.id}`);
      await expect(scene.page.getByRole('img', { name: 'Căn cước của Hoa, mặt trước' })).toBeVisible();
    },
  },
  {
    name: 'document-other',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.letter.id}`);
      await scene.seeText(viewer.kindTitle);
    },
  },
  {
    name: 'document-text',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.bill.id}`);
      await expect(scene.page.getByText('Hóa đơn giá trị gia tăng')).toBeVisible();
    },
  },
  {
    name: 'document-name-only',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.named.id}`);
      await scene.seeText(viewer.refusedTitle);
    },
  },
  {
    name: 'document-older',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.shots.id}?version=1`);
      await scene.seePaper();
      await scene.seeText(viewer.toCurrent);
    },
  },
  {
    name: 'document-present',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.birth.id}`);
      await scene.seePaper();
      await scene.button(viewer.present).click();
      const shown = await scene.seeDialog();
      await expect(shown.locator('canvas').first()).toBeVisible();
    },
  },
];
