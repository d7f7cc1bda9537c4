/**
 * What pdf.js reads while it shows a paper: character maps, standard fonts and its decoder of JPEG 2000 that needs no WebAssembly.
 *
 * They are served by our own origin, in a folder named by the version, so that browsers may keep them for ever.
 */
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import type { Plugin } from 'vite';

const manifest = createRequire(import.meta.url).resolve('pdfjs-dist/package.json');
const source = dirname(manifest);
const version = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
const folder = `assets/pdfjs-${version}`;

/** Files of the package that are handed out. */
function files(): string[] {
  const all = ['cmaps', 'standard_fonts'].flatMap((part) =>
    readdirSync(join(source, part)).map((name) => `${part}/${name}`),
  );
  return [...all, 'wasm/openjpeg_nowasm_fallback.js', 'wasm/LICENSE_OPENJPEG', 'wasm/LICENSE_PDFJS_OPENJPEG'];
}

export function pdfAssets(): Plugin {
  return {
    name: 'pdf-assets',
    config: () => ({ define: { 'import.meta.env.PDF_ASSETS': JSON.stringify(`/${folder}/`) } }),
    generateBundle() {
      for (const name of files()) {
        this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source: readFileSync(join(source, name)) });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${folder}`, (request, response, next) => {
        const path = join(source, normalize(new URL(request.url ?? '/', 'http://localhost').pathname));
        if (!path.startsWith(source) || !existsSync(path)) return next();
        if (path.endsWith('.js')) response.setHeader('Content-Type', 'text/javascript');
        createReadStream(path).pipe(response);
      });
    },
  };
}
