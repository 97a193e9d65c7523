import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Domain } from '../contract/domain'
import { trainingConfigSchema } from '../contract/records/training'
import { EngineDiedError, EngineTaskError, saysNoMemory } from '../engine/errors'
import { batchThatFits, outOfMemoryWords, ranOutOfMemory } from './outOfMemory'
import type { TestStudio } from './testStudio'
import { openTestStudio, smallRun, temporaryHome, until } from './testStudio'

const domain: Domain = { kind: 'image', shape: [28, 28, 1], levels: 2, variableLength: false, encoding: 'linear' }
const run = (batchSize: number) => ({
  model: { family: 'pixelcnn', config: { channels: 64, blocks: 4, kernel: 3, bottleneck: 32, firstKernel: 7, headChannels: 64 } },
  dataset: { id: 'x', name: 'X', variant: '', domain },
  training: trainingConfigSchema.parse({ batchSize }),
})

describe('the batch that fits', () => {
  test('is half of the one that did not, or less where the estimate says so', () => {
    expect(batchThatFits(run(64), 24e9)).toBe(32)
    // 13 MB an example beside half a gigabyte for the process.
    expect(batchThatFits(run(1024), 4e9)).toBe(256)
    expect(batchThatFits(run(1), 24e9)).toBeNull()
    expect(batchThatFits(run(64), 0.4e9)).toBeNull()
  })
})

test('what an allocator says is recognised, and not quoted', () => {
  const oom = new EngineTaskError('OOM when allocating tensor with shape[512,784,500] and type float on /job:localhost', 'Error')
  expect([ranOutOfMemory(oom), outOfMemoryWords(oom)]).toEqual([true, 'There was not enough memory for a training step.'])
  expect(["terminate called after throwing an instance of 'Xbyak::Error'\n  what():  can't alloc", 'Thread tf_Compute creation via pthread_create() failed.', 'out of luck'].map(saysNoMemory)).toEqual([true, true, false])
  const diverged = new EngineTaskError('The training loss became infinite at step 3', 'TrainingDivergedError')
  expect([ranOutOfMemory(diverged), outOfMemoryWords(diverged)]).toEqual([false, null])
  expect(ranOutOfMemory(new EngineDiedError('killed', null, 'SIGKILL', true))).toBe(true)
  expect(ranOutOfMemory(new EngineDiedError('did not answer', null, 'SIGKILL'))).toBe(false)
})

/** A limit on a running process's address space: there is no more memory for it from then on. */
function canLimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return process.platform === 'linux'
  } catch {
    return false
  }
}

describe.skipIf(!canLimit())('a training whose memory runs out', () => {
  let studio: TestStudio
  afterEach(() => studio.close())

  test('is interrupted with a batch size that fits, and the studio goes on with the next run', async () => {
    studio = await openTestStudio(await temporaryHome())
    const { client } = studio
    const greedy = { ...smallRun, model: { family: 'made', config: { hidden: [1200, 1200] } }, training: { ...smallRun.training, batchSize: 400, checkpointEvery: 10 }, budget: { steps: 100_000 } }
    const { id } = await client.runs.create(greedy)
    await until(studio, id, ({ progress }) => progress.step > 0)
    const pid = studio.studio.context.engines.training.current!.pid!
    const size = 1024 * Number(/VmSize:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1])
    execFileSync('prlimit', ['--pid', String(pid), `--as=${size}`])
    const ended = await until(studio, id, ({ status }) => status === 'interrupted' || status === 'failed')
    expect(ended.error).toMatch(/memory.*Resume the run.*batches of 200 \(now 400\): they take about \d\.\d GB of the/s)
    expect(ended.error).not.toMatch(/0x[0-9a-f]{4}|bad_alloc/)
    const next = await client.runs.create(smallRun)
    await until(studio, next.id, 'completed')
  }, 120_000)
})
