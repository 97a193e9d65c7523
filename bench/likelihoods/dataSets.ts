import { join } from 'node:path'

/** What numbers on a data set are compared by; those of one symbol (a sample of sound, a character) and of one dimension are small and need a third digit. */
export const units = ['nats', 'nats/frame', 'nats/sample', 'nats/character', 'bits/dim'] as const

/** A data set of the comparison: what is imported from the folder of data, and how. */
export interface DataSet {
  /** Its name, and its id in the workspace. */
  name: string
  /** Relative to the folder of data, or to the clone where the file is that of an installed package; null: the studio makes it itself. */
  path: string | null
  inClone?: true
  /** Options of `import`, or of `generate`. */
  flags: readonly string[]
  /** What the numbers on it are compared by. */
  unit: (typeof units)[number]
  /** Made by `generate --from` of what is imported: the options of that. */
  moving?: readonly string[]
}

const table = ['--kind', 'table', '--split', 'given'] as const

export const dataSets = {
  // The .npz holds the bits of the published .amat files, and digits' classes, by which a choice of examples can be stratified.
  binarizedMnist: { name: 'binarized_mnist', path: 'binarized_mnist/binarized_mnist.npz', flags: ['--split', 'given'], unit: 'nats' },
  caltech: {
    name: 'caltech101_silhouettes',
    path: 'caltech101_silhouettes/caltech101_silhouettes_28_split1.npz',
    flags: ['--split', 'given'],
    unit: 'nats',
  },
  // Frames of one film: shuffled before they are split, and as many of each as in the literature.
  freyFaces: { name: 'frey_faces', path: 'frey_faces/frey_faces_1965x28x20_u8.npy', flags: ['--split', '1565/200/200'], unit: 'bits/dim' },
  cifar10: { name: 'cifar10_lossless', path: 'cifar10_lossless/cifar10_4000.npz', flags: ['--split', 'last:200/500'], unit: 'bits/dim' },
  nltcs: { name: 'nltcs', path: 'uci_binary/nltcs.npz', flags: table, unit: 'nats' },
  mushrooms: { name: 'mushrooms', path: 'uci_binary/mushrooms.npz', flags: table, unit: 'nats' },
  dna: { name: 'dna', path: 'uci_binary/dna.npz', flags: table, unit: 'nats' },
  // Thresholded, so that the picture of a digit says all that it can about its class.
  mnist: { name: 'mnist_thresholded', path: 'mnist', flags: ['--binarize', 'threshold', '--split', 'given'], unit: 'nats' },
  // Two digits in 20 × 20 pixels: small enough that twelve minutes tell models apart.
  movingDigits: {
    name: 'moving_digits',
    path: 'mnist',
    flags: ['--split', 'given'],
    unit: 'nats/frame',
    moving: ['--kind', 'moving-digits', '--shapes', '2', '--side', '20', '--frames', '8', '--count', '10000', '--binarize', 'threshold'],
  },
  // The declarations of the browser's interfaces, 1.9 million characters of which the last tenth is held out. A state that has just begun knows little, so pieces are long.
  libDom: {
    name: 'lib_dom',
    path: 'node_modules/typescript/lib/lib.dom.d.ts',
    inClone: true,
    flags: ['--kind', 'text', '--piece-length', '8192', '--split', '88/2/10'],
    unit: 'nats/character',
  },
  // Each digit is said fifty times by each of six speakers; the first five of them are the test clips. μ-law, 256 levels.
  spokenDigits: {
    name: 'spoken_digits',
    path: 'fsdd/recordings',
    flags: ['--kind', 'audio', '--sample-rate', '8000', '--labels', '^(?:.*/)?(\\d)_', '--test-pattern', '_[0-4]\\.wav$'],
    unit: 'nats/sample',
  },
  // Strings of 5 to 20 letters; a string that comes up twice stays in one split.
  reversed: { name: 'reversed', path: null, flags: ['--kind', 'reversed', '--count', '200000'], unit: 'nats' },
  sorted: { name: 'sorted', path: null, flags: ['--kind', 'sorted', '--count', '200000'], unit: 'nats' },
} as const satisfies Record<string, DataSet>

/** Where its files lie; null for what the studio makes. */
export const placeOf = ({ path, inClone }: DataSet, folders: { data: string; clone: string }): string | null => (path === null ? null : join(inClone ? folders.clone : folders.data, path))

/** The name under which the pictures of generated clips are imported. */
export const sourceOf = ({ name, moving }: DataSet): string => (moving ? `${name}_pictures` : name)

export const importArguments = (dataSet: DataSet, place: string | null): string[] =>
  place === null ? ['generate', '--name', dataSet.name, ...dataSet.flags] : ['import', place, '--name', sourceOf(dataSet), ...dataSet.flags]

export const generateArguments = (dataSet: DataSet): string[] => ['generate', ...(dataSet.moving ?? []), '--from', sourceOf(dataSet), '--name', dataSet.name]
