/** What the build weighs: the files that a browser fetches before a screen stands, followed from `dist/index.html`. */
import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../../dist/', import.meta.url).pathname;
const read = (path) => readFileSync(dist + path);

/**
 * Screens that people land on, the chunk that they wait for besides the page's own, and whether they are of the first load: the viewer may
 * be heavier.
 */
const SCREENS = [
  { screen: 'sign-in', chunk: 'SignInScreen', isFirst: true },
  { screen: 'home, folder', chunk: null, isFirst: true },
  { screen: 'viewer', chunk: 'DocumentScreen', isFirst: false },
];

/** JavaScript of the first load, in bytes after gzip. */
export const MOST_SCRIPT = 80_000;
export const isFirstLoad = (screen) => SCREENS.some((one) => one.screen === screen && one.isFirst);

const named = (text, pattern) => [...text.matchAll(pattern)].map(([, path]) => path);

/** A script with all that it imports at once. */
function withImports(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const imports = named(read(path).toString(), /(?:\bfrom|\bimport)\s*[`'"]\.\/([^`'"]+\.m?js)[`'"]/g);
  imports.forEach((name) => withImports(`assets/${name}`, found));
  return found;
}

/** What the build has the browser fetch along with a chunk that is loaded later: its scripts and style sheets. */
function withChunk(entry, chunk) {
  const text = read(entry).toString();
  const [, list] = /m\.f=\[([^\]]*)\]/.exec(text) ?? [];
  const files = JSON.parse(`[${list ?? ''}]`);
  const [, path, places] =
    new RegExp(`\\(\`\\./(${chunk}-[^\`]+\\.js)\`\\),__vite__mapDeps\\(\\[([\\d,]*)\\]\\)`).exec(text) ?? [];
  if (!path) throw new Error(`the build has no chunk ${chunk}`);
  return [...withImports(`assets/${path}`), ...places.split(',').map((place) => files[Number(place)])];
}

function sizes(paths) {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const path of paths) {
    const bytes = read(path);
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    // As the server compresses.
    sum.brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
  }
  return sum;
}

/** Rows of a table: screen, kind of file, how many, bytes raw, after gzip and after brotli. Fonts are compressed already. */
export function weights() {
  const page = read('index.html').toString();
  const entry = named(page, /<script[^>]*src="\/([^"]+)"/g)[0];
  const styles = named(page, /<link rel="stylesheet"[^>]*href="\/([^"]+)"/g);
  const preloads = named(page, /<link rel="modulepreload"[^>]*href="\/([^"]+)"/g);
  const fonts = readdirSync(`${dist}assets`).filter((name) => name.endsWith('.woff2'));
  return SCREENS.flatMap(({ screen, chunk }) => {
    const later = chunk ? withChunk(entry, chunk) : [];
    const all = new Set([...withImports(entry), ...preloads, ...styles, ...later]);
    const of = (suffix) => [...all].filter((path) => path.endsWith(suffix));
    const kinds = {
      script: of('.js'),
      style: of('.css'),
      page: ['index.html'],
      fonts: fonts.map((name) => `assets/${name}`),
    };
    return Object.entries(kinds).map(([kind, paths]) => ({ screen, kind, files: paths.length, ...sizes(paths) }));
  });
}
