/** A screen, and the page on the stage that it is opened on. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Language, Phrase } from '../../src/lib/i18n/index.svelte';
import { files } from '../../src/lib/i18n/words/files';
import type { Stage } from '../stage';

export interface Screen {
  name: string;
  /** Opens it and waits until it is there. */
  open: (scene: Scene) => Promise<void>;
  /** Seen by somebody who is not signed in. */
  guest?: boolean;
  /** Seen by an officer of the commune. */
  officer?: boolean;
  /** Seen by an administrator. */
  admin?: boolean;
  /** Needs a browser of its own, for it does something to the network or to what the browser keeps. */
  apart?: boolean;
  after?: (scene: Scene) => Promise<void>;
}

/** A page on the stage, in a language. */
export class Scene {
  constructor(
    readonly page: Page,
    readonly stage: Stage,
    readonly language: Language,
  ) {}

  say<A extends unknown[]>(phrase: Phrase<A>, ...given: A): string {
    const text = phrase[this.language] as string | ((...given: A) => string);
    return typeof text === 'string' ? text : text(...given);
  }

  button<A extends unknown[]>(phrase: Phrase<A>, ...given: A): Locator {
    return this.page.getByRole('button', { name: this.say(phrase, ...given), exact: true });
  }

  field(phrase: Phrase): Locator {
    return this.page.getByLabel(this.say(phrase)).first();
  }

  /** Goes to an address as if it were typed, with lists shown as asked. */
  async goto(address: string, view: 'grid' | 'list' = 'grid'): Promise<void> {
    if (this.page.url().startsWith('http')) {
      await this.page.evaluate((view) => localStorage.setItem('kho.view', view), view);
      // Another fragment alone would load nothing.
      if (address.includes('#')) await this.page.goto('about:blank');
    }
    await this.page.goto(address);
  }

  async seeHeading(name?: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, ...(name === undefined ? {} : { name }) })).toBeVisible();
    await this.settled();
  }

  async seeText(phrase: Phrase): Promise<void> {
    await expect(this.page.getByText(this.say(phrase)).first()).toBeVisible();
    await this.settled();
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await expect(this.page.locator('.skeleton')).toHaveCount(0);
  }

  async seeDialog(): Promise<Locator> {
    const dialog = this.page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await this.settled();
    return dialog;
  }

  /** Does an act from the menu of an entry. */
  async act(name: string, phrase: Phrase): Promise<void> {
    await this.button(files.actsOn, name).click();
    await this.page.getByRole('menuitem', { name: this.say(phrase), exact: true }).click();
  }

  async menu(button: Locator): Promise<void> {
    await button.click();
    await expect(this.page.getByRole('menu').filter({ visible: true })).toBeVisible();
  }

  /** Chooses files to add, as by the button. */
  async add(...chosen: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.page.locator('input[type=file][multiple]').setInputFiles(chosen);
  }

  /** Opens the first page of a paper that is shown. */
  async seePaper(): Promise<void> {
    await expect(this.page.locator('canvas').first()).toBeVisible({ timeout: 30_000 });
    await this.settled();
  }
}

export const PDF = 'application/pdf';
export const BIRTH = 'Giấy khai sinh của An';
export const folderOf = (scene: Scene) => `/folders/${scene.stage.folders.civil.id}`;
export const at = (address: string) => async (scene: Scene) => {
  await scene.goto(address);
  await scene.seeHeading();
};
