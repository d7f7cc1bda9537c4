/** Sharing, from the giver’s side and from the recipient’s. */
import { expect } from '@playwright/test';
import { files } from '../../src/lib/i18n/words/files';
import { sharing } from '../../src/lib/i18n/words/sharing';
import { viewer } from '../../src/lib/i18n/words/viewer';
import { BIRTH, folderOf, type Scene, type Screen } from './scene';

const share = async (scene: Scene) => {
  await scene.goto(folderOf(scene));
  await scene.act(BIRTH, files.share);
  return scene.seeDialog();
};

export const SHARING: Screen[] = [
  {
    name: 'share',
    open: async (scene) => {
      const dialog = await share(scene);
      await scene.field(sharing.who).fill('099085000201');
      await expect(dialog.getByRole('button', { name: scene.say(sharing.sendTo, 'Vàng Thị Lan') })).toBeVisible();
    },
  },
  {
    name: 'share-link',
    open: async (scene) => {
      await share(scene);
      await scene.page.getByRole('tab', { name: scene.say(sharing.byLink) }).click();
      await expect(scene.button(sharing.makeLink)).toBeVisible();
    },
  },
  {
    name: 'share-link-made',
    open: async (scene) => {
      await scene.goto(`/documents/${scene.stage.papers.card.id}`);
      await scene.button(viewer.share).click();
      await scene.page.getByRole('tab', { name: scene.say(sharing.byLink) }).click();
      await scene.button(sharing.makeLink).click();
      await expect(scene.page.getByRole('img', { name: scene.say(sharing.qr) })).toBeVisible();
    },
    after: async ({ stage }) => {
      const { items } = await stage.hoa.get<{ items: { id: string }[] }>(`/entries/${stage.papers.card.id}/grants`);
      for (const { id } of items) await stage.hoa.remove(`/grants/${id}`);
    },
  },
  {
    name: 'shared-by-me',
    open: async (scene) => {
      await scene.goto('/shared/by-me');
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
    },
  },
  {
    name: 'shared-by-me-list',
    open: async (scene) => {
      await scene.goto('/shared/by-me', 'list');
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
    },
  },
  {
    name: 'shared-recipients',
    open: async (scene) => {
      await scene.goto('/shared/by-me');
      await scene.act(BIRTH, sharing.recipients);
      await expect((await scene.seeDialog()).getByText('Trần Văn Minh').first()).toBeVisible();
    },
  },
  {
    name: 'shared-revoke',
    open: async (scene) => {
      await scene.goto('/shared/by-me');
      await scene.act(BIRTH, sharing.recipients);
      await scene.button(sharing.revokeFor, 'Trần Văn Minh').click();
      await expect(scene.button(sharing.keep)).toBeVisible();
    },
  },
  {
    name: 'shared-with-me',
    open: async (scene) => {
      await scene.goto('/shared/with-me');
      await expect(scene.page.getByRole('link', { name: 'Xe máy của nhà' })).toBeVisible();
    },
  },
  {
    name: 'shared-with-me-list',
    open: async (scene) => {
      await scene.goto('/shared/with-me', 'list');
      await expect(scene.page.getByRole('link', { name: 'Xe máy của nhà' })).toBeVisible();
    },
  },
  {
    name: 'shared-about',
    open: async (scene) => {
      await scene.goto('/shared/with-me');
      await scene.act('Xe máy của nhà', sharing.about);
      await scene.seeDialog();
    },
  },
];
