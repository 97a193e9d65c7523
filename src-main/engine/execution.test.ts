import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingConfigInput } from '../contract/records/training'
import { trainingConfigSchema } from '../contract/records/training'
import { readSafetensors, writeSafetensors } from '../storage/safetensors'
import { createEngineClient } from './client'
import type { EngineClient } from './client'
import type { TrainEvent, TrainRequest } from './protocol'
import { chainDomain, writeChains } from './testStore'

let folder: string
let chains: string
let client: EngineClient
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'execution-'))
  chains = await writeChains(folder)
  client = createEngineClient()
  await client.start()
})
afterAll(async () => {
  await client.dispose()
  await rm(folder, { recursive: true })
})

let runs = 0
async function train(
  training: TrainingConfigInput,
  steps: number,
  resumeFrom: TrainRequest['resumeFrom'] = null,
  to: EngineClient = client,
): Promise<TrainEvent[]> {
  const runFolder = join(folder, `run-${runs++}`)
  await mkdir(runFolder)
  const events: TrainEvent[] = []
  const request: TrainRequest = {
    ...{ runId: basename(runFolder), runFolder, dataset: { folder: chains, domain: chainDomain }, budget: { steps }, resumeFrom },
    model: { family: 'made', config: { hidden: [32] } },
    training: trainingConfigSchema.parse({
      batchSize: 50,
      learningRate: 5e-3,
      gallerySamples: 0,
      validateEvery: 20,
      schedule: { kind: 'constant' },
      ...training,
    }),
  }
  for await (const event of to.train(request)) events.push(event)
  return events
}

const of = <Type extends TrainEvent['type']>(events: TrainEvent[], type: Type) =>
  events.filter((event): event is Extract<TrainEvent, { type: Type }> => event.type === type)
const validations = (events: TrainEvent[]): number[] =>
  of(events, 'metrics').flatMap(({ points }) => points.flatMap((point) => (point.kind === 'valid' ? [point.nats] : [])))
const lastCheckpoint = (events: TrainEvent[]) => of(events, 'checkpoint').at(-1)!
const resuming = ({ folder: at, step, epoch, seconds, trainerState }: ReturnType<typeof lastCheckpoint>): TrainRequest['resumeFrom'] => ({
  folder: at,
  step,
  epoch,
  seconds,
  trainerState,
})

describe('how steps are run', () => {
  it('is said when training starts, and changes no number beyond rounding', async () => {
    const [auto, compiled, eager] = [
      await train({}, 60),
      await train({ execution: 'compiled' }, 60),
      await train({ execution: 'eager' }, 60),
    ]
    expect([auto, compiled, eager].map((events) => of(events, 'started')[0]!.execution?.mode)).toEqual(['compiled', 'compiled', 'eager'])
    expect(of(eager, 'started')[0]!.execution!.reason).toBe('Asked for.')
    expect(validations(compiled)).toEqual(validations(auto))
    expect(validations(eager)).toHaveLength(3)
    validations(eager).forEach((nats, index) => expect(Math.abs(nats - validations(compiled)[index]!)).toBeLessThan(1e-3))
  })

  it('is op by op on WebAssembly, and cannot be forced to be compiled there', async () => {
    const wasm = createEngineClient({ prefer: 'wasm' })
    try {
      const events = await train({}, 2, null, wasm)
      expect(of(events, 'started')[0]!.execution).toEqual({ mode: 'eager', reason: expect.stringContaining('native TensorFlow') as string })
      await expect(train({ execution: 'compiled' }, 2, null, wasm)).rejects.toThrow(/cannot be compiled.*'auto' or 'eager'/)
    } finally {
      await wasm.dispose()
    }
  })
})

describe('the optimizer', () => {
  it.each(['adamw', 'rmsprop', 'sgd'] as const)('%s goes on exactly from a checkpoint, in either mode', async (kind) => {
    const optimizer = { kind }
    const whole = await train({ optimizer }, 40)
    const half = await train({ optimizer }, 20)
    const resumed = await train({ optimizer }, 40, resuming(lastCheckpoint(half)))
    expect(of(resumed, 'finished')[0]!.weightsHash).toBe(of(whole, 'finished')[0]!.weightsHash)
    const eager = await train({ optimizer, execution: 'eager' }, 40, resuming(lastCheckpoint(half)))
    expect(Math.abs(validations(eager).at(-1)! - validations(whole).at(-1)!)).toBeLessThan(1e-3)
  })

  it('of a checkpoint is named in it; one that names none is Adam', async () => {
    const half = await train({}, 20)
    const checkpoint = lastCheckpoint(half)
    const file = join(checkpoint.folder, 'optimizer.safetensors')
    const { tensors, metadata } = await readSafetensors(file)
    expect(metadata.optimizer).toBe('adam')
    expect([...tensors.keys()].filter((name) => name.startsWith('m.')).sort()).toContain('m.hidden.0.weight')
    await expect(train({ optimizer: { kind: 'sgd' } }, 40, resuming(checkpoint))).rejects.toThrow(
      /state of the optimizer 'adam', but the run trains with 'sgd'/,
    )
    const { optimizer: _optimizer, ...older } = metadata
    await writeSafetensors(file, tensors, older)
    const resumed = await train({}, 40, resuming(checkpoint))
    expect(of(resumed, 'finished')[0]!.weightsHash).toBe(of(await train({}, 40), 'finished')[0]!.weightsHash)
  })
})
