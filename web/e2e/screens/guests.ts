/** What somebody sees who is not signed in. */
import { expect } from '@playwright/test';
import { account } from '../../src/lib/i18n/words/account';
import { linked } from '../../src/lib/i18n/words/link';
import { verifying } from '../../src/lib/i18n/words/verify';
import { at, PDF, type Screen } from './scene';

export const GUEST: Screen[] = [
  { name: 'sign-in', open: at('/sign-in') },
  {
    name: 'sign-in-refused',
    open: async (scene) => {
      await scene.goto('/sign-in');
      await scene.field(account.login).fill('hoa');
      await scene.field(account.password).fill('không phải mật khẩu này');
      await scene.button(account.signIn).click();
      await expect(scene.page.getByRole('alert')).toBeVisible();
    },
  },
  { name: 'forgotten-password', open: at('/forgotten-password') },
  {
    name: 'password-reset',
    open: async (scene) => {
      await scene.goto(scene.stage.reset);
      await expect(scene.button(account.setPassword)).toBeVisible();
    },
  },
  { name: 'verify', open: at('/verify') },
  {
    name: 'verify-result',
    open: async (scene) => {
      await scene.goto('/verify');
      const file = { name: 'trich-luc-khai-sinh.pdf', mimeType: PDF, buffer: scene.stage.signedFile };
      await expect(scene.button(verifying.choose)).toBeVisible();
      await scene.page.locator('input[type=file]').setInputFiles(file);
      await expect(scene.page.getByRole('article')).toBeVisible();
    },
  },
  {
    name: 'link-paper',
    open: async (scene) => {
      await scene.goto(scene.stage.links.paper);
      await scene.seePaper();
    },
  },
  {
    name: 'link-folder',
    open: async (scene) => {
      await scene.goto(scene.stage.links.folder);
      await expect(scene.page.getByRole('link', { name: /^Giấy tờ của con/ })).toBeVisible();
      await scene.settled();
    },
  },
  {
    name: 'link-password',
    open: async (scene) => {
      await scene.goto(scene.stage.links.password);
      await expect(scene.field(linked.password)).toBeVisible();
    },
  },
  {
    name: 'link-ended',
    open: async (scene) => {
      await scene.goto(scene.stage.links.ended);
      await scene.seeText(linked.goneTitle);
    },
  },
];
