// TensorFlow reads this once, when its library is loaded, and from the real environment: before any worker starts.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

import { defineConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import vue from '@vitejs/plugin-vue';

/** Those that take longest, the longest first: begun last, one of them would run alone for as long as it takes. */
const longest = [
  'app/cli/cli.test.ts',
  'ml/models/exactness.test.ts',
  'ml/training/modes.test.ts',
  'ml/evaluation/compiledModel.test.ts',
  'services/faults.test.ts',
  'engine/memory.test.ts',
  'data/importData.realData.test.ts',
  'engine/engine.test.ts',
  'ml/training/learner.test.ts',
  'services/studio.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((ending) => moduleId.endsWith(ending));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

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
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
