import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { compileKernels } from './scripts/kernels.mjs';

// The engine imports what this writes.
await compileKernels();

const at = (path: string): string => resolve(import.meta.dirname, path);

/** Every process the studio starts; each becomes out/main/<name>.js. */
const mainEntries = Object.fromEntries(
  Object.entries({
    electron: 'src-main/app/electron.ts',
    serve: 'src-main/app/serve.ts',
    cli: 'src-main/app/cli.ts',
    worker: 'src-main/engine/worker.ts',
    batchThread: 'src-main/engine/batchThread.ts',
  })
    .map(([name, path]) => [name, at(path)] as const)
    .filter(([, path]) => existsSync(path)),
);

export default defineConfig({
  main: {
    build: {
      target: 'node20',
      sourcemap: true,
      reportCompressedSize: false,
      rolldownOptions: {
        input: mainEntries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      reportCompressedSize: false,
      // A sandboxed preload script must be CommonJS and may require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src-preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    base: './',
    plugins: [
      vue(),
      ui({
        // No generated declaration files in the checkout; components are imported by name.
        dts: false,
        // Styles of the components that are used, rather than of all that there are.
        experimental: { componentDetection: true },
        // Icons are bundled from the installed collection, so the studio fetches none at run time; many are named in .ts files.
        icon: { clientBundle: { scan: { globInclude: ['**/*.{vue,ts}'], globExclude: ['node_modules'] }, sizeLimitKb: 0 } },
      }),
    ],
    build: {
      sourcemap: false,
      minify: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        input: { index: at('src-renderer/index.html') },
        // Descriptions only: a page takes with it what it uses of them, not all of them.
        treeshake: { moduleSideEffects: [{ test: /[\\/]src-main[\\/]contract[\\/]/, sideEffects: false }] },
      },
    },
  },
});
