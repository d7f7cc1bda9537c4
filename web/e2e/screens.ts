/**
 * Every screen of the page with the states that matter, and how each is come to, in either language.
 *
 * What opens a screen leaves nothing behind: what is made is taken away in `after`, and a screen that needs another network or its own browser
 * says `apart`.
 */
import {
  expect,
  test,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from '@playwright/test';
import './runes';
import type { Language, Phrase } from '../src/lib/i18n/index.svelte';
import { account } from '../src/lib/i18n/words/account';
import { adding } from '../src/lib/i18n/words/adding';
import { details } from '../src/lib/i18n/words/details';
import { files } from '../src/lib/i18n/words/files';
import { finding } from '../src/lib/i18n/words/search';
import { linked } from '../src/lib/i18n/words/link';
import { members } from '../src/lib/i18n/words/members';
import { notices } from '../src/lib/i18n/words/notices';
import { recent } from '../src/lib/i18n/words/recent';
import { sharing } from '../src/lib/i18n/words/sharing';
import { conclusions } from '../src/lib/i18n/words/conclusions';
import { shell } from '../src/lib/i18n/words/shell';
import { trash } from '../src/lib/i18n/words/trash';
import { usage } from '../src/lib/i18n/words/usage';
import { verifying } from '../src/lib/i18n/words/verify';
import { viewer } from '../src/lib/i18n/words/viewer';
import type { Stage } from './stage';

export interface Screen {
  name: string;
  /** Opens it and waits until it is there. */
  open: (scene: Scene) => Promise<void>;
  /** Seen by somebody who is not signed in. */
  guest?: boolean;
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

const PDF = 'application/pdf';
const BIRTH = 'Giấy khai sinh của An';
const folderOf = (scene: Scene) => `/folders/${scene.stage.folders.civil.id}`;
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
const at = (address: string) => async (scene: Scene) => {
  await scene.goto(address);
  await scene.seeHeading();
};

const GUEST: Screen[] = [
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

const FOLDERS: Screen[] = [
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

const DETAILS: Screen[] = [
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

const PAPERS: Screen[] = [
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

const share = async (scene: Scene) => {
  await scene.goto(folderOf(scene));
  await scene.act(BIRTH, files.share);
  return scene.seeDialog();
};

const SHARING: Screen[] = [
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

const FINDING: Screen[] = [
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

const ACCOUNT: Screen[] = [
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

const APART: Screen[] = [
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

/** Every screen, by the part of the page that it belongs to. */
export const SCREENS: Record<string, readonly Screen[]> = {
  folders: FOLDERS,
  details: DETAILS,
  documents: PAPERS,
  sharing: SHARING,
  'finding and trash': FINDING,
  account: ACCOUNT,
  // Looked at last, for whoever opens a link is seen in the trail.
  'signing in and links': GUEST.map((screen) => ({ ...screen, guest: true })),
  'adding and trouble': APART.map((screen) => ({ ...screen, apart: true })),
};

export interface Tour {
  browser: Browser;
  stage: Stage;
  language: Language;
  /** Where the page is, and the device that shows it. */
  options: BrowserContextOptions;
  prepare?: (context: BrowserContext, stage: Stage) => Promise<void>;
}

/** Opens screens one after the other, and calls `look` on each. */
export async function tour(
  { browser, stage, language, options, prepare }: Tour,
  screens: readonly Screen[],
  look: (screen: Screen, scene: Scene) => Promise<void>,
): Promise<void> {
  await stage.speak(language);
  const pageOf = async () => {
    const context = await browser.newContext(options);
    await context.addInitScript((language) => localStorage.setItem('kho.language', language), language);
    await prepare?.(context, stage);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return page;
  };
  const signedIn = async () => {
    const page = await pageOf();
    await page.context().addCookies((await stage.hoa.api.storageState()).cookies);
    return page;
  };
  const [own, guest] = [await signedIn(), await pageOf()];
  try {
    for (const screen of screens) {
      const page = screen.guest ? guest : screen.apart ? await signedIn() : own;
      const scene = new Scene(page, stage, language);
      await test.step(screen.name, async () => {
        await screen.open(scene);
        await look(screen, scene);
        await screen.after?.(scene);
      });
      if (screen.apart) await page.context().close();
    }
  } finally {
    await Promise.all([own.context().close(), guest.context().close()]);
  }
}
