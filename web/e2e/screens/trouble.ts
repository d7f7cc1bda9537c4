/** Adding papers and what goes wrong: each in a browser of its own. */
import { expect } from '@playwright/test';
import { adding } from '../../src/lib/i18n/words/adding';
import { shell } from '../../src/lib/i18n/words/shell';
import { BIRTH, folderOf, PDF, type Screen } from './scene';

export const APART: Screen[] = [
  {
    name: 'adding',
    open: async (scene) => {
      const { page } = scene;
      await scene.goto(folderOf(scene));
      // What is sent never arrives, so nothing is added.
      await page.route('**/documents', () => undefined);
      await scene.add(
        { name: 'Giấy xác nhận cư trú.pdf', mimeType: PDF, buffer: Buffer.from(`%PDF-1.7\n${' '.repeat(90_000)}`) },
        { name: 'Phần mềm.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') },
        { name: 'Bản quét rỗng.pdf', mimeType: PDF, buffer: Buffer.alloc(0) },
      );
      const tray = page.getByRole('region', { name: scene.say(adding.tray) });
      await expect(tray.getByText(scene.say(adding.emptyFile))).toBeVisible();
    },
  },
  {
    name: 'adding-conflict',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await scene.add({ name: 'khai-sinh-an.pdf', mimeType: PDF, buffer: Buffer.from('%PDF-1.7\nkhai sinh') });
      await scene.seeDialog();
    },
  },
  {
    name: 'offline',
    open: async (scene) => {
      await scene.goto(folderOf(scene));
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
      await scene.page.context().setOffline(true);
      await scene.seeText(shell.offlineBar);
    },
  },
  {
    name: 'server-problem',
    open: async (scene) => {
      await scene.page.route('**/children*', (route) => route.abort());
      await scene.goto(folderOf(scene));
      await expect(scene.page.getByRole('alert')).toBeVisible();
    },
  },
];
