import { defineConfig } from '@playwright/test'
import usual from './playwright.config'

/** Pictures are taken once, in order, from one studio; see `npm run docs`. */
export default defineConfig(usual, {
  testDir: 'e2e/docs',
  testMatch: '*.docs.ts',
  outputDir: 'test-results/docs',
  workers: 1,
  fullyParallel: false,
  timeout: 60 * 60_000,
  expect: { timeout: 60_000 },
  use: { ...usual.use, screenshot: 'off', trace: 'off', actionTimeout: 60_000 },
})
