// TensorFlow reads this once, when its library is loaded, and from the real environment: before any worker starts.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

import { defineConfig } from 'vitest/config';
import vue from '@vitejs/plugin-vue';

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'node',
    include: ['src-main/**/*.test.ts', 'src-preload/**/*.test.ts', 'src-renderer/**/*.test.ts', 'bench/**/*.test.ts'],
    // TensorFlow takes every core it is given, so more workers than this only fight over them.
    pool: 'forks',
    // Compiles the sampling kernels where their sources have changed.
    globalSetup: ['scripts/kernels.mjs'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
