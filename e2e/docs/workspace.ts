import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { datasetRecords, runRecords } from '../support/runRecords'

/** What the pictures are taken of: data sets and runs, made by the command line, which joins the studio that is open on the workspace. */
interface DataPlan {
  name: string
  /** Made by the studio's own seeded generator. */
  generate?: string[]
  /** In its place where a folder with real data is given: files in it, and how they are imported. */
  real?: { paths: string[]; options: string[] }
  /** A text file that every checkout has once its packages are installed, and how it is imported. */
  text?: { path: string; options: string[] }
}
interface RunPlan {
  name: string
  dataset: string
  family: string
  options: string[]
  /** Share of the training time. */
  share: number
  score?: boolean
}

const data: DataPlan[] = [
  {
    name: 'Declarations',
    text: { path: join('node_modules', 'typescript', 'lib', 'lib.dom.d.ts'), options: ['--piece-length', '128', '--split', '80/10/10'] },
  },
  { name: 'Reversed', generate: ['--kind', 'reversed', '--count', '4000'] },
  { name: 'Moving glyphs', generate: ['--kind', 'moving-glyphs', '--count', '400', '--frames', '8', '--side', '16', '--binarize', 'threshold'] },
  { name: 'Textures', generate: ['--kind', 'textures', '--count', '3000'], real: { paths: ['cifar10_lossless/cifar10_4000.npz'], options: ['--split', 'last:200/300'] } },
  { name: 'Tones', generate: ['--kind', 'tones', '--count', '600'], real: { paths: ['fsdd/recordings'], options: ['--test-pattern', '_[0-4]\\.wav$'] } },
  {
    name: 'Glyphs',
    generate: ['--kind', 'glyphs', '--count', '6000', '--binarize', 'threshold'],
    real: {
      paths: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((file) => `mnist/${file}`),
      options: ['--binarize', 'threshold'],
    },
  },
]

const runs: RunPlan[] = [
  { name: 'Declarations, LSTM', dataset: 'Declarations', family: 'lstm', options: ['--preset', 'small'], share: 3, score: true },
  { name: 'Moving glyphs, video pixel network', dataset: 'Moving glyphs', family: 'video-pixel-network', options: ['--preset', 'small'], share: 3 },
  { name: 'Reversed, ByteNet', dataset: 'Reversed', family: 'bytenet-pairs', options: ['--preset', 'small'], share: 3 },
  { name: 'Independent pixels', dataset: 'Glyphs', family: 'independent', options: ['--preset', 'small'], share: 0, score: true },
  { name: 'Textures, PixelCNN', dataset: 'Textures', family: 'pixelcnn', options: ['--preset', 'small'], share: 2 },
  { name: 'Tones, WaveNet', dataset: 'Tones', family: 'wavenet', options: ['--preset', 'small'], share: 2 },
  { name: 'MADE, seed 1', dataset: 'Glyphs', family: 'made', options: ['--preset', 'small', '--seed', '1'], share: 1, score: true },
  { name: 'MADE, seed 2', dataset: 'Glyphs', family: 'made', options: ['--preset', 'small', '--seed', '2'], share: 1, score: true },
  { name: 'NADE', dataset: 'Glyphs', family: 'nade', options: ['--preset', 'small'], share: 1.5, score: true },
  { name: 'Gated PixelCNN, by class', dataset: 'Glyphs', family: 'gated-pixelcnn', options: ['--preset', 'small', '--set', 'condition=class'], share: 4, score: true },
  { name: 'PixelCNN', dataset: 'Glyphs', family: 'pixelcnn', options: ['--preset', 'small'], share: 3.5, score: true },
]

export interface WorkspaceOptions {
  home: string
  /** Minutes of training, all runs together. */
  minutes: number
  /** Folder with real data sets; null: what the studio generates. */
  dataFolder: string | null
  say(text: string): void
}

/** Fills a workspace; what is there already is kept, so that pictures can be taken again without training again. */
export async function fillWorkspace({ home, minutes, dataFolder, say }: WorkspaceOptions): Promise<void> {
  for (const { name, generate = [], real = { paths: [], options: [] }, text } of data) {
    if (datasetRecords(home).some((record) => record.name === name)) continue
    if (text) {
      await importText({ home, name, ...text, say })
      continue
    }
    const paths = dataFolder === null ? [] : real.paths.map((path) => join(dataFolder, path))
    const found = paths.length > 0 && paths.every((path) => existsSync(path))
    say(found ? `Importing ${name} from ${dataFolder}` : `Generating ${name}`)
    await cli(home, found ? ['import', ...paths, '--name', name, ...real.options] : ['generate', ...generate, '--name', name])
  }
  const ids = new Map(datasetRecords(home).map((record) => [record.name, record.id]))
  const shares = runs.reduce((sum, { share }) => sum + share, 0)
  for (const { name, dataset, family, options, share, score } of runs) {
    let run = runRecords(home).find((record) => record.name === name)
    if (!run) {
      const time = (minutes * share) / shares
      say(`Training ${name}${time > 0 ? `, ${time.toFixed(1)} minutes` : ''}`)
      await cli(home, ['train', '--dataset', ids.get(dataset) ?? dataset, '--family', family, '--name', name, ...options, ...(time > 0 ? ['--minutes', time.toFixed(3)] : [])])
      run = runRecords(home).find((record) => record.name === name)
    }
    if (score && run && run.scores.length === 0) {
      say(`Scoring ${name}`)
      await cli(home, ['score', '--run', run.id, '--split', 'test'])
    }
  }
}

const checkout = resolve(import.meta.dirname, '..', '..')

/** Texts are known by their ending, and a file of declarations has another. */
async function importText({ home, name, path, options, say }: { home: string; name: string; path: string; options: string[]; say(text: string): void }): Promise<void> {
  say(`Importing ${name} from ${path}`)
  const folder = await mkdtemp(join(tmpdir(), 'chainrule-text-'))
  try {
    const copy = join(folder, 'lib.dom.txt')
    await copyFile(join(checkout, path), copy)
    await cli(home, ['import', copy, '--name', name, ...options])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const cliScript = join(checkout, 'out', 'main', 'cli.js')

function cli(home: string, words: string[]): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [cliScript, ...words, '--home', home, '--json'], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } })
    let log = ''
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
    child.once('error', failed)
    child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`'${words.join(' ')}' ended with ${String(code)}.\n${log}`))))
  })
}
