import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Domain } from '../contract/domain'
import { familyDescription } from '../contract/inspect/registry'
import { trainingConfigSchema } from '../contract/records/training'
import { createEngineClient } from './client'
import { chainDomain, toneDomain, writeGreys, writeTones } from './testStore'

/** The estimate is right to within this factor. Measured: 0.74 to 1.29. */
const FACTOR = 1.5

let home: string
const data: Record<'greys' | 'tones', { folder: string; domain: Domain }> = {
  greys: { folder: '', domain: { ...chainDomain, shape: [28, 28, 1] } },
  tones: { folder: '', domain: toneDomain },
}
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'memory-'))
  data.greys.folder = await writeGreys(join(home, 'greys'), 400)
  data.tones.folder = await writeTones(join(home, 'tones'))
})
afterAll(() => rm(home, { recursive: true }))

/** Models whose own part is about as large as that of the process or larger, so that a wrong count of weights or activations shows. */
const cases = [
  { family: 'made', given: { hidden: [3000, 3000] }, batchSize: 100, of: 'greys' },
  { family: 'nade', given: { hidden: 500 }, batchSize: 400, of: 'greys' },
  { family: 'pixelcnn', given: { channels: 64, blocks: 4, kernel: 3, bottleneck: 32, firstKernel: 7, headChannels: 64 }, batchSize: 48, of: 'greys' },
  { family: 'pixelcnnpp', given: { filters: 40, residuals: 2 }, batchSize: 4, of: 'greys' },
  { family: 'wavenet', given: { stacks: 2, layersPerStack: 6, residual: 32, skip: 64, head: 64 }, batchSize: 16, of: 'tones' },
] as const

// The peak of a process's resident memory is told by Linux.
describe.skipIf(process.platform !== 'linux')('the estimate of a training’s memory', () => {
  it.each(cases)('is near the peak of the engine process: $family, batches of $batchSize', async ({ family, given, batchSize, of }) => {
    const { folder, domain } = data[of]
    const description = familyDescription(family)
    const config = description.schema.parse(given) as Record<string, unknown>
    const { trainingMemoryBytes } = description.inspect(config, domain, { batchSize })
    const client = createEngineClient()
    try {
      let peak = 0
      const training = trainingConfigSchema.parse({ batchSize, gallerySamples: 0, validateEvery: 3 })
      const request = { runId: 'run', runFolder: await mkdtemp(join(home, 'run-')), dataset: { folder, domain }, model: { family, config }, training, budget: { steps: 3 }, resumeFrom: null }
      for await (const { type } of client.train(request)) if (type === 'finished') peak = await peakOf(client.pid!)
      expect(peak).toBeLessThan(FACTOR * trainingMemoryBytes)
      expect(peak).toBeGreaterThan(trainingMemoryBytes / FACTOR)
    } finally {
      await client.dispose()
    }
  })

  it('grows with the batch by about what a larger batch takes', () => {
    const { family, given } = cases[2]
    const description = familyDescription(family)
    const bytes = (batchSize: number): number => description.inspect(description.schema.parse(given), data.greys.domain, { batchSize }).trainingMemoryBytes
    expect((bytes(96) - bytes(48)) / (bytes(48) - bytes(24))).toBeCloseTo(2, 6)
  })
})

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)![1])
}
