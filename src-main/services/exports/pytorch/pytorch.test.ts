import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { familyDescriptions } from '../../../contract/inspect/registry'
import { engineFolder } from '../../../engine/install/folders'
import { tinyCases } from '../../../ml/models/tinyCases'
import { imageDomain } from '../../../ml/models/testSupport'
import { compareWithPytorch } from './comparisonSupport'
import { pytorchNetwork } from './network'

/** The benchmark's environment where there is one; a test fetches no PyTorch. */
function pythonWithTorch(): string | null {
  const own = join(dirname(engineFolder(process.env)), 'bench-python')
  const names = [process.env['CHAINRULE_BENCH_PYTHON'], join(own, 'bin', 'python'), join(own, 'Scripts', 'python.exe')]
  const python = names.find((name) => name !== undefined && existsSync(name))
  if (!python) return null
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' })
    return python
  } catch {
    return null
  }
}

describe('the generated PyTorch module', () => {
  test('gives the log-likelihoods of the studio for every family that has one', async ({ skip }) => {
    const python = pythonWithTorch()
    if (!python) return skip('skipped: no PyTorch (npm run bench makes an environment with it, or name one in CHAINRULE_BENCH_PYTHON)')
    const folder = await mkdtemp(join(tmpdir(), 'chainrule-loader-'))
    try {
      const { rows } = await compareWithPytorch(python, folder, tinyCases.map((tiny) => ({ ...tiny, examples: 16 })))
      const compared = rows.filter(({ unsupported }) => unsupported === null)
      expect(compared.length).toBeGreaterThan(40)
      for (const { family, title, difference } of compared) expect(difference, `${family}: ${title}`).toBeLessThan(1e-4)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }, 400_000)

  test('holds the parts that its model needs, and no others', () => {
    const found = pytorchNetwork({ family: 'pixelcnn', config: {} }, imageDomain(8, 8, 1, 2))
    if (!('network' in found)) throw new Error(found.unsupported)
    const source = found.sources.join('\n')
    expect(source).toContain("BLOCKS['masked-residual']")
    expect(source).not.toContain('transformer')
    expect(found.network).toMatchObject({ distribution: 'bernoulli', layout: 'image', grid: { height: 8, width: 8, groups: 1 } })
  })

  test('every family has one, or a reason why not', () => {
    for (const { id, refuses, schema } of familyDescriptions) {
      const domain = [imageDomain(4, 4, 1, 2), imageDomain(4, 4, 1, 4), imageDomain(4, 4, 3, 4)].find((candidate) => refuses(candidate) === null)
      if (!domain) continue
      const found = pytorchNetwork({ family: id, config: schema.parse({}) as Record<string, unknown> }, domain)
      expect('network' in found || found.unsupported.length > 20, id).toBe(true)
    }
  })
})
