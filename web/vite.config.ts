import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { firstLoad } from './scripts/first-load';
import { pdfAssets } from './scripts/pdf-assets';

// The development server hands the API on to a running `kho serve`; in production the binary serves both.
const api = process.env.KHO_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte(), pdfAssets()],
  build: {
    target: ['chrome109', 'firefox115', 'safari16.4'],
    // Inlined data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstLoad }] } } },
  },
  server: { proxy: { '/api': api } },
});
