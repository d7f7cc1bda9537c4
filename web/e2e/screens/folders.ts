/** Folders and what is done in them. */
import { expect } from '@playwright/test';
import { adding } from '../../src/lib/i18n/words/adding';
import { files } from '../../src/lib/i18n/words/files';
import { BIRTH, folderOf, type Screen } from './scene';

export const FOLDERS: Screen[] = [
  {
    name: 'home',
    open: async (scene) => {
      await scene.goto('/');
      await expect(scene.page.getByRole('link', { name: 'Hộ chiếu của Hoa' }).first()).toBeVisible();
      await scene.settled();
    },
  },
  {
    name: 'folder-grid',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
    },
  },
  {
    name: 'folder-list',
    open: async (scene) => {
      await scene.goto(folderOf(scene), 'list');
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
    },
  },
  {
    name: 'folder-empty',
    open: async (scene) => {
      await scene.goto(`/folders/${scene.stage.folders.empty.id}`);
      await scene.seeText(files.emptyTitle);
    },
  },
  {
    name: 'folder-chosen',
    open: async (scene) => {
      await scene.goto(folderOf(scene), 'list');
      for (const name of [BIRTH, 'Giấy chứng nhận kết hôn']) await scene.act(name, files.chooseThis);
      await expect(scene.page.getByText(scene.say(files.chosen, '2'))).toBeVisible();
    },
  },
  {
    name: 'folder-menu',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await scene.menu(scene.button(files.actsOn, BIRTH));
    },
  },
  {
    name: 'add-menu',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await scene.menu(scene.button(adding.add));
    },
  },
  {
    name: 'folder-shared',
    open: async (scene) => {
      await scene.goto(`/folders/${scene.stage.folders.received.id}`);
      await expect(scene.page.getByRole('link', { name: 'Đăng ký xe máy' })).toBeVisible();
    },
  },
  {
    name: 'move',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await scene.act(BIRTH, files.move);
      await scene.seeDialog();
    },
  },
  {
    name: 'new-folder',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await scene.button(adding.add).click();
      await scene.page.getByRole('menuitem', { name: scene.say(adding.newFolder) }).click();
      await scene.seeDialog();
    },
  },
  {
    name: 'keys',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
      await scene.page.keyboard.press('?');
      await scene.seeDialog();
    },
  },
];
