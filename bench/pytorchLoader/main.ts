import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Domain } from '../../src-main/contract/domain'
import { familyDescription, familyDescriptions } from '../../src-main/contract/inspect/registry'
import { tinyCases } from '../../src-main/ml/models/tinyCases'
import { audioDomain, imageDomain } from '../../src-main/ml/models/testSupport'
import { compareWithPytorch } from '../../src-main/services/exports/pytorch/comparisonSupport'
import type { ComparedCase } from '../../src-main/services/exports/pytorch/comparisonSupport'
import { writeFileAtomically } from '../../src-main/storage/atomicWrite'
import { pythonEnvironment } from '../harness/pythonEnvironment'
import { loaderTable } from './table'

interface Surroundings {
  /** The clone. */
  root: string
  say(text: string): void
  signal?: AbortSignal
}

/** The families whose small preset is compared on a domain of real size; others are compared in their tiny configurations alone. */
const SIZES: readonly { domain: Domain; name: string; families: readonly string[] }[] = [
  {
    domain: imageDomain(28, 28, 1, 2),
    name: '28×28 binary',
    families: ['independent', 'fvsbn', 'nade', 'deepnade', 'made', 'pixelcnn', 'gated-pixelcnn', 'pixelsnail', 'rnn', 'gru', 'lstm', 'row-lstm', 'diagonal-bilstm', 'spatial-lstm', 'transformer', 'wavenet', 'composed'],
  },
  { domain: imageDomain(8, 8, 1, 16), name: '8×8, 16 levels', families: ['nade-softmax', 'rnade', 'made', 'gated-pixelcnn', 'transformer'] },
  { domain: imageDomain(8, 8, 3, 256), name: '8×8 RGB', families: ['pixelcnn', 'gated-pixelcnn', 'pixelcnnpp', 'pixelsnail'] },
  { domain: audioDomain(1000), name: '1000 samples, μ-law', families: ['wavenet', 'lstm'] },
]

function sized(): (ComparedCase & { examples: number })[] {
  return SIZES.flatMap(({ domain, name, families }) =>
    families.flatMap((family) => {
      const description = familyDescription(family)
      if (description.refuses(domain) !== null) return []
      const { config } = description.presets(domain).small
      return [{ family, title: name, config: config as Record<string, unknown>, domain, examples: 2 }]
    }),
  )
}

/** Compares log p(x) of the studio with that of the generated PyTorch modules, family by family, and writes the table. */
export async function main(_args: readonly string[], { root, say, signal }: Surroundings): Promise<number> {
  const python = await pythonEnvironment({ sources: join(root, 'bench', 'python'), say, ...(signal ? { signal } : {}) })
  const tiny = tinyCases.map((each) => ({ ...each, examples: 16 }))
  const all = [...tiny, ...sized()]
  const folder = await mkdtemp(join(tmpdir(), 'chainrule-loader-'))
  try {
    say(`Comparing ${all.length} models with PyTorch`)
    const { version, rows } = await compareWithPytorch(python, folder, all)
    const text = loaderTable({ version, rows, tiny: tiny.length, families: familyDescriptions })
    await writeFileAtomically(join(root, 'bench', 'results', 'pytorch-loader.md'), text)
    process.stdout.write(text)
    return rows.every(({ difference }) => difference === null || difference < 1e-4) ? 0 : 2
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
