import { defineConfig } from '@playwright/test';
import base from './playwright.config';

// Links on the pictures have the server's address in them.
process.env.KHO_TEST_PORT = '8971';

export default defineConfig({
  ...base,
  testMatch: 'pictures.ts',
  fullyParallel: false,
  workers: 1,
  timeout: 600_000,
  use: { ...base.use, trace: 'off' },
});
