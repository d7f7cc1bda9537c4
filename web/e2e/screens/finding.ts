/** Finding papers, and those that were thrown away. */
import { expect } from '@playwright/test';
import { finding } from '../../src/lib/i18n/words/search';
import { recent } from '../../src/lib/i18n/words/recent';
import { trash } from '../../src/lib/i18n/words/trash';
import { BIRTH, type Screen } from './scene';

export const FINDING: Screen[] = [
  {
    name: 'search',
    open: async (scene) => {
      await scene.goto('/search?q=giay+khai+sinh');
      await expect(scene.page.getByRole('link', { name: BIRTH })).toBeVisible();
      await scene.settled();
    },
  },
  { name: 'search-start', open: async (scene) => (await scene.goto('/search'), scene.seeText(finding.startTitle)) },
  {
    name: 'search-filters',
    open: async (scene) => {
      await scene.goto('/search?q=hoa&type=passport');
      await expect(scene.page.getByRole('link', { name: 'Hộ chiếu của Hoa' })).toBeVisible();
      await scene.settled();
    },
  },
  {
    name: 'search-none',
    open: async (scene) => {
      await scene.goto('/search?q=giay+phep+lai+may+bay');
      await expect(scene.page.getByRole('heading', { level: 2 }).first()).toBeVisible();
      await scene.settled();
    },
  },
  { name: 'recent', open: async (scene) => (await scene.goto('/recent'), scene.seeText(recent.text)) },
  {
    name: 'recent-list',
    open: async (scene) => (await scene.goto('/recent', 'list'), scene.seeText(recent.text)),
  },
  {
    name: 'trash',
    open: async (scene) => {
      await scene.goto('/trash');
      await expect(scene.page.getByRole('link', { name: 'Hồ sơ vay vốn 2020' })).toBeVisible();
    },
  },
  {
    name: 'trash-list',
    open: async (scene) => {
      await scene.goto('/trash', 'list');
      await expect(scene.page.getByRole('link', { name: 'Hồ sơ vay vốn 2020' })).toBeVisible();
    },
  },
  {
    name: 'trash-details',
    open: async (scene) => {
      await scene.goto('/trash');
      await scene.page.getByRole('link', { name: 'Hồ sơ vay vốn 2020' }).click();
      await scene.seeDialog();
    },
  },
  {
    name: 'trash-purge',
    open: async (scene) => {
      await scene.goto('/trash');
      await scene.act('Ảnh chụp nhòe.pdf', trash.purge);
      await scene.seeDialog();
    },
  },
];
