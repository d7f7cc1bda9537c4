/** Papers of an invented commune, drawn by the browser: they look like the real ones, and their text can be read. */
import type { Page } from '@playwright/test';

export interface Sheet {
  authority: string;
  title: string;
  number: string;
  /** What the paper says, as pairs of a word and its value; a page of its own for each list. */
  pages: readonly (readonly (readonly [string, string])[])[];
  signed: string;
}

const STYLE = `
  @page { size: 148mm 210mm; margin: 0 }
  * { box-sizing: border-box }
  body { margin: 0; font: 15px/1.6 'Liberation Serif', 'DejaVu Serif', serif; color: #222 }
  section { position: relative; height: 210mm; padding: 12mm; break-after: page; background: #fffdf6 }
  section::before { content: ''; position: absolute; inset: 6mm; border: 3px double #b98b3e }
  header { display: flex; justify-content: space-between; gap: 8mm; text-align: center; font-weight: bold; font-size: 12px }
  header span { flex: 1 }
  header small { display: block; font-size: 11px; text-decoration: underline }
  h1 { margin: 14mm 0 0; text-align: center; font-size: 24px; color: #a3161b }
  .number { text-align: center; margin: 0 0 10mm; font-style: italic }
  dl { display: grid; grid-template-columns: 38mm 1fr; gap: 2mm 4mm; margin: 0 }
  dt { color: #555 } dd { margin: 0; font-weight: bold; border-bottom: 1px dotted #999 }
  footer { position: absolute; right: 16mm; bottom: 18mm; text-align: center; font-size: 13px }
  footer::after { content: 'MẪU'; position: absolute; left: -14mm; top: 2mm; width: 24mm; height: 24mm; border: 3px solid #c0272d; border-radius: 50%;
    color: #c0272d; line-height: 22mm; font-weight: bold; opacity: .7 }
`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function page(sheet: Sheet, facts: Sheet['pages'][number], last: boolean): string {
  const lines = facts.map(([word, value]) => `<dt>${escaped(word)}</dt><dd>${escaped(value)}</dd>`).join('');
  return `<section>
    <header><span>${escaped(sheet.authority.toLocaleUpperCase('vi'))}</span>
      <span>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<small>Độc lập – Tự do – Hạnh phúc</small></span></header>
    <h1>${escaped(sheet.title.toLocaleUpperCase('vi'))}</h1><p class="number">Số: ${escaped(sheet.number)}</p>
    <dl>${lines}</dl>${last ? `<footer>${escaped(sheet.signed)}<br><br><br><b>Hoàng Văn Sơn</b></footer>` : ''}</section>`;
}

/** The paper as a PDF of A5 pages. */
export async function paperPdf(browser: Page, sheet: Sheet): Promise<Buffer> {
  const pages = sheet.pages.map((facts, index) => page(sheet, facts, index === sheet.pages.length - 1));
  await browser.setContent(`<!doctype html><html lang="vi"><style>${STYLE}</style>${pages.join('')}</html>`);
  return browser.pdf({ preferCSSPageSize: true, printBackground: true });
}

/** A photograph of a card. */
export async function cardPicture(browser: Page, title: string, facts: Sheet['pages'][number]): Promise<Buffer> {
  const lines = facts.map(([word, value]) => `<p><small>${escaped(word)}</small><br><b>${escaped(value)}</b></p>`);
  await browser.setViewportSize({ width: 960, height: 640 });
  await browser.setContent(`<!doctype html><html lang="vi"><style>
    body { margin: 0; height: 640px; display: grid; place-items: center; background: #8d7a63; font: 22px/1.3 'Liberation Sans', sans-serif }
    div { width: 820px; height: 516px; padding: 32px; border-radius: 24px; background: linear-gradient(135deg, #dff0ea, #f7e9d2); color: #222;
      box-shadow: 0 16px 40px #0006; transform: rotate(-2deg) }
    h1 { margin: 0 0 16px; font-size: 34px; color: #a3161b; text-align: right }
    section { display: grid; grid-template-columns: 210px 1fr 1fr; gap: 8px 24px } i { grid-row: span 4; height: 270px; border-radius: 12px; background: #b9c6c9 }
    p { margin: 0 } small { color: #555; font-size: 17px }</style>
    <div><h1>${escaped(title)}</h1><section><i></i>${lines.join('')}</section></div></html>`);
  return browser.screenshot({ type: 'jpeg', quality: 80 });
}
