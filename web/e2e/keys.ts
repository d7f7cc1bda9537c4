/** A person who has nothing but a keyboard: no mouse, no finger, and nothing is focused for them. */
import type { Locator, Page } from '@playwright/test';
import { expect } from './support';

export class Keys {
  /** How many keys were pressed; typing a text counts as one. */
  pressed = 0;

  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
      this.pressed += 1;
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
    this.pressed += 1;
  }

  /** Goes with `key` until `target` has the focus; what it passes must be told apart by where the focus is. */
  async to(target: Locator, key = 'Tab'): Promise<void> {
    await expect(target).toBeVisible();
    for (let step = 0; step < 80; step += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.press(key);
    }
    throw new Error(`${key} does not lead to ${target.toString()}`);
  }

  /** Goes to an entry of a list: into the list by Tab, then from entry to entry. */
  async row(list: string, name: string): Promise<void> {
    const entries = this.page.getByRole('list', { name: list, exact: true }).getByRole('link');
    const wanted = entries.filter({ hasText: name }).first();
    await expect(wanted).toBeVisible();
    const within = () => entries.evaluateAll((all) => all.includes(document.activeElement as HTMLElement));
    for (let step = 0; step < 80 && !(await within()); step += 1) await this.press('Tab');
    await this.press('Home');
    await this.to(wanted, 'ArrowRight');
  }

  /** Goes there and does what Enter does. */
  async enter(target: Locator, key = 'Tab'): Promise<void> {
    await this.to(target, key);
    await this.press('Enter');
  }

  /** Opens the menu that a button opens, and takes one of its acts. */
  async choose(button: Locator, act: string, key = 'Tab'): Promise<void> {
    await this.enter(button, key);
    await this.take(act);
  }

  /** Takes an act of the menu that is open. */
  async take(act: string): Promise<void> {
    const named = { name: act, exact: true };
    const acts = this.page.getByRole('menuitem', named).or(this.page.getByRole('menuitemradio', named));
    await this.enter(acts, 'ArrowDown');
  }
}
