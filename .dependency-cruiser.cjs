/**
 * Import directions. Each layer names what it may import of our own code; anything else is an error, so a new
 * folder has to be given its place here first.
 */
const layer = (name, from, mayImport) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^src-', pathNot: [from, ...mayImport] },
});

const ml = '^src-main/ml/';
const contract = '^src-main/contract/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(virtual:|#)' } },

    layer('contract-stands-alone', contract, []),
    {
      name: 'contract-needs-no-package-but-zod',
      severity: 'error',
      from: { path: contract, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/(zod|@orpc/(contract|client))/' },
    },

    layer('tensor', `${ml}tensor/`, []),
    layer('kernels', `${ml}kernels/`, [`${ml}tensor/`, contract]),
    layer('layers', `${ml}layers/`, [`${ml}(tensor|kernels|distributions|orderings)/`, contract]),
    layer('distributions', `${ml}distributions/`, [`${ml}tensor/`, contract]),
    layer('orderings', `${ml}orderings/`, [`${ml}tensor/`, contract]),
    // exactness.ts holds the checks that every family's tests run, so it alone looks up to what uses models.
    layer('models', `${ml}models/(?!exactness)`, [`${ml}(tensor|kernels|layers|distributions|orderings)/`, contract]),
    layer('training-sampling-evaluation', `${ml}(training|sampling|evaluation)/`, [ml, contract]),
    {
      name: 'models-know-no-files-and-no-window',
      comment: 'ml works on tensors alone; finding and loading the engine (tensor/) is the one exception',
      severity: 'error',
      from: { path: ml, pathNot: [`${ml}tensor/`, '\\.test\\.ts$'] },
      to: { path: '^(node:)?(fs|fs/promises|net|http|child_process|electron)$|node_modules/(electron|@orpc|ws)/' },
    },

    layer('data', '^src-main/data/', [contract, `${ml}tensor/`]),
    layer('storage', '^src-main/storage/', [contract, '^src-main/data/']),
    layer('engine', '^src-main/engine/', [ml, '^src-main/(data|storage)/', contract]),
    layer('services', '^src-main/services/', ['^src-main/(storage|data|engine)/', contract, ml]),
    layer('transports', '^src-main/transports/', ['^src-main/services/', contract]),
    layer('app', '^src-main/app/', ['^src-main/']),
    layer('preload', '^src-preload/', []),

    {
      name: 'only-the-shell-imports-electron',
      severity: 'error',
      from: { path: '^src-', pathNot: '^src-main/app/electron|^src-main/transports/electronIpc|^src-preload/' },
      to: { path: '(^|node_modules/)electron(/|$)' },
    },

    layer('renderer', '^src-renderer/', [contract]),
    layer('strings', '^src-renderer/strings/', []),
    layer('charts-are-pure', '^src-renderer/charts/', [contract, '^src-renderer/strings/']),
    layer('api', '^src-renderer/api/', [contract, '^src-renderer/strings/']),
    layer('stores', '^src-renderer/stores/', [contract, '^src-renderer/(api|charts|strings)/']),
    layer('composables', '^src-renderer/composables/', [contract, '^src-renderer/(api|charts|stores|strings)/']),
    layer('components', '^src-renderer/components/', [contract, '^src-renderer/(api|charts|stores|composables|strings)/']),
    layer('views', '^src-renderer/views/', [contract, '^src-renderer/(api|charts|stores|composables|components|strings)/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/.*/node_modules/|^src-main/ml/kernels/assembly/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
