// TensorFlow reads these once, when its library is loaded, and from the real environment: before any worker starts.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
// An operation is small here, and all cores have tests to run: splitting it between them costs more than it saves.
process.env.TF_NUM_INTRAOP_THREADS ??= '1';

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
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = longest.findIndex((ending) => moduleId.endsWith(ending));
      if (place >= 0) return place;
      // Files that share a process come one after another.
      return longest.length + (project.name === 'shared' ? 1 : 0);
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** Files that share a process, and the engine in it, with others: starting one takes longer than most of them do. */
const shared = [
  'src-main/{contract,data,ml,storage}/**/*.test.ts',
  'src-preload/**/*.test.ts',
  'src-renderer/**/*.test.ts',
  'bench/**/*.test.ts',
];
/** Files that put something in the place of a module, or change what the whole process goes by. */
const alone = [
  'src-main/ml/models/diagonalLeak.test.ts',
  'src-main/ml/tensor/wasm/**/*.test.ts',
  'src-renderer/stores/importing.test.ts',
];

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'node',
    pool: 'forks',
    // Compiles the sampling kernels where their sources have changed.
    globalSetup: ['scripts/kernels.mjs'],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Several times what the longest takes on two quiet cores: a busy machine is no failure.
    testTimeout: 150_000,
    hookTimeout: 150_000,
    projects: [
      { extends: true, test: { name: 'alone', include: ['src-main/{app,engine,services,transports}/**/*.test.ts', ...alone] } },
      { extends: true, test: { name: 'shared', include: shared, exclude: alone, isolate: false } },
    ],
  },
});
