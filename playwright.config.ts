import { defineConfig } from '@playwright/test';

/** scripts/test.mjs finds a Chromium and names it here; without one Playwright looks for its own. */
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // One studio trains at a time on a small machine, and every scenario starts its own.
  workers: 1,
  fullyParallel: false,
  // Several times what the longest journey takes on two quiet cores: a busy machine is no failure.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium refuses its sandbox when it runs as root, as it does in most containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
