/** The account, its vaults, and addresses that lead nowhere. */
import { expect } from '@playwright/test';
import { account } from '../../src/lib/i18n/words/account';
import { members } from '../../src/lib/i18n/words/members';
import { notices } from '../../src/lib/i18n/words/notices';
import { shell } from '../../src/lib/i18n/words/shell';
import { usage } from '../../src/lib/i18n/words/usage';
import type { Screen } from './scene';

export const ACCOUNT: Screen[] = [
  { name: 'usage', open: async (scene) => (await scene.goto('/usage'), scene.seeText(usage.freeing)) },
  {
    name: 'notices',
    open: async (scene) => {
      await scene.goto('/notices');
      await expect(scene.page.getByRole('list', { name: scene.say(notices.list) })).toBeVisible();
    },
  },
  {
    name: 'account',
    open: async (scene) => {
      await scene.goto('/account');
      await scene.seeText(account.thisDevice);
    },
  },
  {
    name: 'account-password',
    open: async (scene) => {
      await scene.goto('/account');
      await scene.button(account.changePassword).click();
      await scene.seeDialog();
    },
  },
  {
    name: 'account-menu',
    open: async (scene) => {
      await scene.goto('/recent');
      await scene.menu(scene.button(shell.account));
    },
  },
  {
    name: 'vaults-menu',
    open: async (scene) => {
      await scene.goto('/recent');
      await scene.menu(scene.button(shell.myVault));
    },
  },
  {
    name: 'members',
    open: async (scene) => {
      await scene.goto('/recent');
      await scene.button(shell.myVault).click();
      await scene.page.getByRole('menuitem', { name: scene.stage.organisation }).click();
      await scene.button(shell.account).click();
      await scene.page.getByRole('menuitem', { name: scene.say(members.title) }).click();
      await expect(scene.page.getByText('Lò Thị Mai')).toBeVisible();
    },
  },
  { name: 'not-found', open: async (scene) => (await scene.goto('/khong-co'), scene.seeText(shell.notFoundTitle)) },
  {
    name: 'folder-gone',
    open: async (scene) => {
      await scene.goto('/folders/00000000-0000-7000-8000-000000000000');
      await scene.seeText(shell.goneTitle);
    },
  },
];
