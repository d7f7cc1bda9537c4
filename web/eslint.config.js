import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';
import config from './svelte.config.js';

export default typescript.config(
  { ignores: ['dist', 'src/lib/api/schema.d.ts', 'test-results', 'playwright-report'] },
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: typescript.parser, extraFileExtensions: ['.svelte'], svelteConfig: config },
    },
    // Links of this page are handled by src/lib/router.svelte.ts, not by SvelteKit.
    rules: { 'svelte/no-navigation-without-resolve': 'off', 'svelte/no-at-html-tags': 'error' },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      // Sets, maps and addresses are replaced whole, or changed outside of what is shown.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/lib/api/**', 'src/upload/**', 'src/viewer/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Ask the API through src/lib/api.' }],
    },
  },
);
