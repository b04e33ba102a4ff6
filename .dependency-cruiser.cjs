// The layers of the library, machine-checked. Every folder of src lists the folders it may import;
// `user` stands for the files directly in src (grad.ts, jit.ts, np.ts, ...).
// Run by `npm run check:layers`; tests/architecture/layers.test.ts plants violations and expects them reported.

const base = ['array', 'tree', 'kernels', 'core'];
const rules = [...base, 'primitives'];
const engine = [...rules, 'transforms', 'operations', 'control', 'special', 'random'];

/** @type {Record<string, string[]>} */
const layers = {
  array: [],
  tree: ['array'],
  kernels: ['array', 'tree'],
  core: ['array', 'tree', 'kernels'],
  primitives: base,
  transforms: rules,
  operations: rules,
  compiler: [...rules, 'transforms'],
  runtime: [...rules, 'transforms', 'compiler'],
  control: [...rules, 'transforms', 'operations'],
  special: [...rules, 'transforms', 'operations', 'control'],
  random: [...rules, 'transforms', 'operations', 'control', 'special', 'linalg'],
  user: [...engine, 'compiler', 'runtime'],
  linalg: [...rules, 'transforms', 'operations', 'control', 'user'],
  nn: [...engine, 'user', 'linalg'],
  optim: [...engine, 'user'],
  series: [...engine, 'user', 'runtime', 'linalg', 'optim'],
  io: [...engine, 'user', 'runtime'],
  data: [...engine, 'user', 'runtime', 'io'],
  text: [...engine, 'user', 'runtime', 'io', 'data'],
  plot: [...engine, 'user', 'runtime', 'io', 'nn'],
  train: [...engine, 'user', 'runtime', 'nn', 'optim', 'io'],
  explain: [...engine, 'user', 'runtime', 'nn', 'optim'],
  reference: base,
};

// Files that only gather names for users: they may also show the layers above the engine.
const faces = '^src/(index|extend|np|lax|linalg|fft|special|random|tree|nn|optim)\\.ts$';
const shownByFaces = [...layers.user, 'user', 'linalg', 'nn', 'optim'];

// What a program outside may name: the entry points of package.json's `exports`.
const entryPoints =
  '^(src/(index|extend|np|nn|optim|tree/instances|random/drawing|reference/index|reference/ndarray|train/index|data/index|io/index|plot/index|explain/index|text/index|series/index)|laws/index)\\.ts$';

const inLayer = (name) => (name === 'user' ? '^src/[^/]+\\.ts$' : `^src/${name}/`);

const layerRule = (name) => ({
  name: `layer-${name}`,
  comment: `${name} may import only: ${layers[name].join(', ') || 'nothing'}.`,
  severity: 'error',
  from: { path: inLayer(name), ...(name === 'user' ? { pathNot: faces } : {}) },
  to: { path: '^(src|laws|examples|tests)/', pathNot: [inLayer(name), ...layers[name].map(inLayer)] },
});

const onlyIn = (name, packages, from, comment) => ({
  name,
  comment,
  severity: 'error',
  from,
  to: { path: `(^|(^|/)node_modules/)(@types/)?(${packages})(/|$)` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Two files that import each other, however indirectly, cannot be understood one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'The imported file or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...Object.keys(layers).map(layerRule),
    {
      name: 'layer-unplaced',
      comment: 'A new folder of src needs its line in the table of layers.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(layers).map(inLayer) },
      to: {},
    },
    {
      name: 'layer-faces',
      comment: 'A face gathers names of the engine and of linalg, nn and optim.',
      severity: 'error',
      from: { path: faces },
      to: { path: '^(src|laws|examples|tests)/', pathNot: shownByFaces.map(inLayer) },
    },
    {
      name: 'index-from-within',
      comment: 'The public face is for programs outside of src.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/(index|extend)\\.ts$' },
    },
    {
      name: 'gradients-are-data',
      comment: 'Layers and optimizers use control flow, but no transformation.',
      severity: 'error',
      from: { path: '^src/(nn|optim)/' },
      to: { path: '^src/(grad|jvp|vjp|vmap|jit|jacobian|linearize)\\.ts$' },
    },
    {
      name: 'public-face-only',
      comment: 'Laws and examples import fluxion by name, as any user would.',
      severity: 'error',
      from: { path: '^(laws|examples)/' },
      to: { path: '^src/', pathNot: entryPoints },
    },
    {
      name: 'public-face-by-name',
      comment: 'Laws and examples import fluxion by name, as any user would.',
      severity: 'error',
      from: { path: '^(laws|examples)/' },
      to: { path: '^(src|tests)/', dependencyTypes: ['local'] },
    },
    {
      name: 'laws-without-examples',
      comment: 'Laws are published, examples are not.',
      severity: 'error',
      from: { path: '^(src|laws)/' },
      to: { path: '^(examples|tests)/' },
    },
    {
      name: 'laws-by-name',
      comment: 'Examples import the laws as fluxion/laws.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^laws/', dependencyTypes: ['local'] },
    },
    onlyIn(
      'ndarray-in-reference',
      'ndarray|ndarray-ops',
      { path: '^(src|laws|examples)/', pathNot: '^src/reference/' },
      'Only the reference interpreter uses ndarray and ndarray-ops.',
    ),
    onlyIn(
      'io-ts-at-borders',
      'io-ts',
      { path: '^(src|laws|examples)/', pathNot: '^src/(io|data|text)/' },
      'Codecs guard what comes from outside: io, data and text.',
    ),
    onlyIn('fast-check-in-laws', 'fast-check', { path: '^(src|examples)/' }, 'Random cases belong to laws and tests.'),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|tests/bench|examples/data|tests/package/fixture)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@fluxion/source', 'import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.d.ts', '.json'],
    },
  },
};
