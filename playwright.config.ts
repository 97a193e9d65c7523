import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';

/** scripts/test.mjs finds a Chromium and names it here; without one Playwright looks for its own. */
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Every scenario has a studio, a workspace and a window of its own, and waits for one of them most of the time. Frame times that some print
  // are those of a machine that does other things as well: `--workers 1 -g fluid` for figures to compare.
  workers: Math.min(2, availableParallelism()),
  fullyParallel: true,
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
    // Without the pictures of every frame, which take a sixth of the processor's time.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium refuses its sandbox when it runs as root, as it does in most containers.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
