/** What a person would see at once to be wrong with a screen, found by measuring it. */
import type { Page } from '@playwright/test';
import './runes';
import type { Language } from '../src/lib/i18n/index.svelte';
import * as account from '../src/lib/i18n/words/account';
import * as adding from '../src/lib/i18n/words/adding';
import * as admin from '../src/lib/i18n/words/admin';
import * as catalogue from '../src/lib/i18n/words/catalogue';
import * as citations from '../src/lib/i18n/words/citations';
import * as common from '../src/lib/i18n/words/common';
import * as conclusions from '../src/lib/i18n/words/conclusions';
import * as details from '../src/lib/i18n/words/details';
import * as digitisation from '../src/lib/i18n/words/digitisation';
import * as dossiers from '../src/lib/i18n/words/dossiers';
import * as files from '../src/lib/i18n/words/files';
import * as keeping from '../src/lib/i18n/words/keeping';
import * as link from '../src/lib/i18n/words/link';
import * as members from '../src/lib/i18n/words/members';
import * as notices from '../src/lib/i18n/words/notices';
import * as officer from '../src/lib/i18n/words/officer';
import * as recent from '../src/lib/i18n/words/recent';
import * as reports from '../src/lib/i18n/words/reports';
import * as search from '../src/lib/i18n/words/search';
import * as sharing from '../src/lib/i18n/words/sharing';
import * as shell from '../src/lib/i18n/words/shell';
import * as signatures from '../src/lib/i18n/words/signatures';
import * as slip from '../src/lib/i18n/words/slip';
import * as states from '../src/lib/i18n/words/states';
import * as systems from '../src/lib/i18n/words/systems';
import * as trash from '../src/lib/i18n/words/trash';
import * as usage from '../src/lib/i18n/words/usage';
import * as verify from '../src/lib/i18n/words/verify';
import * as viewer from '../src/lib/i18n/words/viewer';

const AREAS = [
  account,
  adding,
  admin,
  catalogue,
  citations,
  common,
  conclusions,
  details,
  digitisation,
  dossiers,
  files,
  keeping,
  link,
  members,
  notices,
  officer,
  recent,
  reports,
  search,
  sharing,
  shell,
  signatures,
  slip,
  states,
  systems,
  trash,
  usage,
  verify,
  viewer,
];
const PHRASES = AREAS.flatMap((area) => Object.values(area)).flatMap((table) =>
  Object.values(table as Record<string, Record<Language, unknown>>),
);

/** The pieces of a phrase that stand between what it is given. */
function piecesOf(text: unknown): string[] {
  if (typeof text === 'string') return [text];
  if (typeof text !== 'function') return [];
  return String(text(...Array.from({ length: text.length }, () => '7'))).split('7');
}

const clean = (piece: string) => piece.replace(/^[\s“”:.,·]+|[\s“”:.,·]+$/g, '').toLocaleLowerCase('vi');

/** What is said in one language alone: whole texts, and longer pieces of texts. */
function wordsOf(language: Language): string[] {
  const other = language === 'vi' ? 'en' : 'vi';
  const others = new Set(PHRASES.flatMap((phrase) => piecesOf(phrase[other]).map(clean)));
  const own = PHRASES.flatMap((phrase) => piecesOf(phrase[language]).map(clean));
  return [...new Set(own)].filter((piece) => piece.length > 2 && !others.has(piece));
}

const FOREIGN: Record<Language, string[]> = { vi: wordsOf('en'), en: wordsOf('vi') };

/** Texts of the other language that the screen says. */
async function foreign(page: Page, language: Language): Promise<string[]> {
  const said = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(node.getAttribute(name) ?? '');
        // Its own name is in its own language.
      } else if (!node.parentElement?.closest('[lang]:not(html), script, style, .picture + .text'))
        texts.push(node.textContent ?? '');
    }
    return [document.title, ...texts];
  });
  const found = said.map((text) => text.trim().toLocaleLowerCase('vi')).filter(Boolean);
  return [...new Set(found)]
    .filter((text) => FOREIGN[language].some((word) => text === word || (word.length > 11 && text.includes(word))))
    .map((text) => `says “${text}”`);
}

/** What is cut, too wide for the window or too small for a finger. */
async function misfits(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What changes with the size of the window has changed then.
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`is ${scrollWidth - clientWidth} px wider than the window`);
    const name = (node: Element) =>
      `<${node.localName} class="${node.className}"> “${(node.getAttribute('aria-label') ?? node.textContent ?? '').trim().slice(0, 40)}”`;
    // Named for screen readers alone.
    const isUnseen = (style: CSSStyleDeclaration) => style.clipPath !== 'none' || style.visibility !== 'visible';

    for (const node of document.querySelectorAll('body *')) {
      const style = getComputedStyle(node);
      const box = node.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || isUnseen(style) || node.closest('.unseen, svg, .picture + .text'))
        continue;

      const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      const hasText = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim());
      const wide = hides(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
      const high = hides(style.overflowY) && node.scrollHeight > node.clientHeight + 1;
      const isCutByDesign = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
      if (hasText && (wide || high) && !isCutByDesign) found.push(`cuts ${name(node)}`);

      const isControl = node.matches('button, a[href], input:not([type=hidden]), select, textarea, [role=tab]');
      if (!isControl || style.display === 'inline') continue;
      // A finger may also press the label, and what an invisible part of the control covers.
      const after = getComputedStyle(node, '::after');
      const reach = after.content !== 'none' && after.position === 'absolute';
      const more = { width: Number.parseFloat(after.width), height: Number.parseFloat(after.height) };
      const parts = [box, node.closest('label')?.getBoundingClientRect() ?? box, ...(reach ? [more] : [])];
      const [width, height] = [
        Math.max(...parts.map((part) => part.width)),
        Math.max(...parts.map((part) => part.height)),
      ];
      const least = node.matches('button, [role=tab], [role=menuitem], select, textarea') ? 44 : 24;
      if (Math.round(height) < least || Math.round(width) < 24) {
        found.push(`has a target of ${Math.round(width)} × ${Math.round(height)} px: ${name(node)}`);
      }
    }
    return found;
  });
}

/** Everything that is wrong with what is shown, one line each. */
export async function faults(page: Page, language: Language): Promise<string[]> {
  return [...(await misfits(page)), ...(await foreign(page, language))];
}
