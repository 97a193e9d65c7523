import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingConfigInput } from '../contract/records/training'
import { trainingConfigSchema } from '../contract/records/training'
import { readSafetensors } from '../storage/safetensors'
import { createEngineClient } from './client'
import type { EngineClient, ScoreProgress } from './client'
import { workerEntry } from './entry'
import { EngineDiedError, EngineTaskError } from './errors'
import type { TrainEvent, TrainRequest } from './protocol'
import { readSamples } from './sampleFile'
import { chainDomain, chainNats, toneDomain, writeChains, writeLabelledChains, writeTones } from './testStore'
import type { LevelArray } from '../contract/levels'

let folder: string
let chains: string
let client: EngineClient
const made = { family: 'made', config: { hidden: [64], direct: true } }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'))
  chains = await writeChains(folder)
  client = createEngineClient({ heartbeat: 200 })
  await client.start()
})
afterAll(async () => {
  await client.dispose()
  await rm(folder, { recursive: true })
})

let runs = 0
type Changes = Partial<Omit<TrainRequest, 'training'>> & { training?: TrainingConfigInput }
async function request(changes: Changes = {}): Promise<TrainRequest> {
  const runFolder = join(folder, `run-${runs++}`)
  await mkdir(runFolder)
  return {
    runId: basename(runFolder),
    runFolder,
    dataset: { folder: chains, domain: chainDomain },
    model: made,
    budget: { steps: 60 },
    resumeFrom: null,
    ...changes,
    training: trainingConfigSchema.parse({ batchSize: 50, learningRate: 5e-3, gallerySamples: 4, ...changes.training }),
  }
}

async function collect(stream: AsyncIterable<TrainEvent>, each?: (event: TrainEvent) => void | Promise<void>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  for await (const event of stream) {
    events.push(event)
    await each?.(event)
  }
  return events
}

type Of<Type extends TrainEvent['type']> = Extract<TrainEvent, { type: Type }>
const all = <Type extends TrainEvent['type']>(events: TrainEvent[], type: Type): Of<Type>[] => events.filter((event): event is Of<Type> => event.type === type)
const finished = (events: TrainEvent[]): Of<'finished'> => all(events, 'finished')[0]!
const resumeFrom = ({ folder: at, step, epoch, seconds, trainerState }: Of<'checkpoint'>): TrainRequest['resumeFrom'] => ({ folder: at, step, epoch, seconds, trainerState })

describe('training in a process of its own', () => {
  it('trains MADE far below the independent baseline, with checkpoints, gallery, scores and samples', async () => {
    const asked = await request({ budget: { epochs: 40 }, training: { ema: 0.95 } })
    const events = await collect(client.train(asked))
    const [started] = all(events, 'started')
    expect(started).toMatchObject({ stepsPerEpoch: 12, totalSteps: 480, engine: { name: 'tfjs-node-gpu' } })
    expect(started!.parameters).toBe(36 * 64 + 64 + 64 * 36 + 36 + 36 * 36)
    expect(finished(events)).toMatchObject({ reason: 'budget', step: 480 })

    const points = all(events, 'metrics').flatMap((event) => event.points)
    const valid = points.filter((point) => point.kind === 'valid')
    expect(new Set(valid.map(({ weights }) => weights))).toEqual(new Set(['raw', 'ema']))
    expect(valid.at(-1)!.nats).toBeLessThan(0.6 * chainNats.independent)
    expect(valid.at(-1)!.nats).toBeGreaterThan(chainNats.chain - 4 * valid.at(-1)!.standardError)
    expect(points.map(({ step }) => step)).toEqual(points.map(({ step }) => step).sort((a, b) => a - b))

    const last = all(events, 'checkpoint').at(-1)!
    expect(last.weightsHash).toBe(finished(events).weightsHash)
    expect(last.files.map(({ name }) => name)).toEqual(['weights.safetensors', 'ema.safetensors', 'optimizer.safetensors'])
    for (const { name, sha256, bytes } of last.files) {
      await readSafetensors(join(last.folder, name), { sha256 })
      expect((await readFile(join(last.folder, name))).length).toBe(bytes)
    }
    const samples = await readSamples(all(events, 'gallery')[0]!.file)
    expect([samples.count, samples.levels.length, samples.means!.length]).toEqual([4, 144, 144])

    const scoring = { model: made, dataset: asked.dataset, split: 'valid' as const, checkpointFolder: last.folder, weights: 'ema' as const, batchSize: 64, seed: 0 }
    let scored: ScoreProgress['result'] = null
    for await (const { result } of client.score({ ...scoring, map: true })) scored = result
    const { nats, draws, map } = scored!
    const mean = nats.reduce((sum, value) => sum + value, 0) / 200
    expect(mean).toBeCloseTo(valid.at(-1)!.nats, 4)
    expect(draws).toBeNull()
    // Nothing is known of the first pixel; each other is told by the one before it, in all but a tenth of the cases.
    expect(map).toHaveLength(36)
    expect(map!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(mean, 4)
    expect(Math.abs(map![0]! - Math.LN2)).toBeLessThan(0.03)
    for (const value of map!.slice(1)) expect(value).toBeLessThan(0.6)
    for await (const { result } of client.score(scoring)) if (result) expect(result.map).toBeNull()

    const sampling = { model: made, domain: chainDomain, checkpointFolder: last.folder, weights: 'raw' as const, count: 8, seed: 5, temperature: 1, length: null }
    const drawn: LevelArray[] = []
    for (const naive of [true, false]) for await (const { result } of client.sample({ ...sampling, naive })) if (result) drawn.push(result.levels)
    expect(drawn[0]).toEqual(drawn[1])
  })

  it('gives bit-identical weights when it is interrupted and resumed, whatever the checkpoints', async () => {
    const training = { ema: 0.9, warmupSteps: 10, gradientClip: 1 }
    const whole = await collect(client.train(await request({ training })))
    const interrupted = await collect(client.train(await request({ training: { ...training, checkpointEvery: 7 } })))
    const middle = all(interrupted, 'checkpoint').find(({ step }) => step === 28)!
    const resumed = await collect(client.train(await request({ training: { ...training, checkpointEvery: 11 }, resumeFrom: resumeFrom(middle) })))
    expect(finished(resumed)).toEqual(finished(whole))
    expect(finished(interrupted).weightsHash).toBe(finished(whole).weightsHash)
    const other = await collect(client.train(await request({ training: { ...training, seed: 1 } })))
    expect(finished(other).weightsHash).not.toBe(finished(whole).weightsHash)
  })

  it('pauses at a step with a checkpoint, from which it goes on exactly', async () => {
    const whole = await collect(client.train(await request({ budget: { steps: 400 } })))
    const paused = await collect(client.train(await request({ budget: { steps: 400 } })), async (event) => {
      if (event.type === 'metrics') await client.control('pause')
    })
    expect(finished(paused).reason).toBe('paused')
    expect(finished(paused).step).toBeLessThan(400)
    const last = all(paused, 'checkpoint').at(-1)!
    expect(last.step).toBe(finished(paused).step)
    const resumed = await collect(client.train(await request({ budget: { steps: 400 }, resumeFrom: resumeFrom(last) })))
    expect(finished(resumed)).toEqual(finished(whole))
  })

  it('writes a checkpoint when it is asked to, and goes on', async () => {
    let asked = false
    const events = await collect(client.train(await request({ budget: { steps: 300 }, training: { validateEvery: 300 } })), async (event) => {
      if (event.type === 'metrics' && !asked) {
        asked = true
        await client.control('checkpoint')
      }
    })
    const steps = all(events, 'checkpoint').map(({ step }) => step)
    expect(steps).toHaveLength(2)
    expect(steps[1]).toBe(300)
    expect(finished(events).reason).toBe('budget')
  })

  it('stops early when validation no longer improves', async () => {
    const events = await collect(client.train(await request({ budget: { steps: 100_000 }, training: { learningRate: 0.05, validateEvery: 20, patience: 3, schedule: { kind: 'constant' } } })))
    expect(finished(events).reason).toBe('early-stopping')
    const valid = all(events, 'metrics').flatMap(({ points }) => points).filter(({ kind }) => kind === 'valid')
    const best = Math.min(...valid.map(({ nats }) => nats))
    expect(valid.slice(-3).every(({ nats }) => nats > best)).toBe(true)
    expect(all(events, 'checkpoint').filter(({ best: tagged }) => tagged).at(-1)!.valid!.nats).toBe(best)
  })

  it('stops with the metric, the step and the mend when the loss is no longer a number', async () => {
    const training = { learningRate: 10, epsilon: 1e-30, beta2: 0, schedule: { kind: 'constant' as const } }
    const events: TrainEvent[] = []
    const failure = await collect(client.train(await request({ model: { family: 'made', config: { hidden: [64, 64, 64], activation: 'relu' } }, budget: { steps: 5000 }, training })), (event) => void events.push(event)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EngineTaskError)
    expect((failure as EngineTaskError).kind).toBe('TrainingDivergedError')
    expect((failure as EngineTaskError).message).toMatch(/(loss|norm) became (infinite|not a number) at step \d+.*Lower the learning rate \(now 10\).*clip/)
    expect(all(events, 'finished')).toEqual([])
  })

  it('fits the independent baseline by counting', async () => {
    const events = await collect(client.train(await request({ model: { family: 'independent', config: {} } })))
    expect(finished(events)).toMatchObject({ reason: 'fitted', step: 1 })
    const [checkpoint] = all(events, 'checkpoint')
    expect(checkpoint!.best).toBe(true)
    expect(Math.abs(checkpoint!.valid!.nats - chainNats.independent)).toBeLessThan(0.3)
  })

  it('trains a causal network on clips of different length, and resumes it exactly', async () => {
    const tones = await writeTones(join(folder, 'tones'))
    const changes = {
      dataset: { folder: tones, domain: toneDomain },
      model: { family: 'wavenet', config: { stacks: 1, layersPerStack: 4, residual: 8, skip: 16, head: 16 } },
      budget: { steps: 24 },
      training: { batchSize: 4, windowSamples: 128, validateEvery: 12, gallerySamples: 0 },
    }
    const whole = await collect(client.train(await request(changes)))
    const points = all(whole, 'metrics').flatMap((event) => event.points).filter(({ kind }) => kind === 'valid')
    expect(points.at(-1)!.nats).toBeLessThan(Math.log(256))
    expect(points.at(-1)!.nats).toBeLessThan(points[0]!.nats)
    const middle = all(whole, 'checkpoint').find(({ step }) => step === 12)!
    const resumed = await collect(client.train(await request({ ...changes, resumeFrom: resumeFrom(middle) })))
    expect(finished(resumed)).toEqual(finished(whole))
  })

  it('trains and scores a model that is conditioned on classes, and refuses data without them', async () => {
    const model = { family: 'gated-pixelcnn', config: { channels: 8, layers: 2, kernel: 3, firstKernel: 3, headChannels: 16, condition: 'class' } }
    const domain = { ...chainDomain, classes: 2 }
    const dataset = { folder: await writeLabelledChains(join(folder, 'labelled')), domain }
    const events = await collect(client.train(await request({ dataset, model, budget: { steps: 150 }, training: { learningRate: 0.02, validateEvery: 150 } })))
    const valid = all(events, 'metrics').flatMap(({ points }) => points).find(({ kind }) => kind === 'valid')!
    // Without the class, the second pixel of a chain would be a toss-up, whatever the model.
    const scoring = { model, dataset, split: 'valid' as const, checkpointFolder: all(events, 'checkpoint').at(-1)!.folder, weights: 'raw' as const, batchSize: 64, seed: 0, map: true }
    let scored: ScoreProgress['result'] = null
    for await (const { result } of client.score(scoring)) scored = result
    expect(scored!.nats.reduce((sum, value) => sum + value, 0) / 200).toBeCloseTo(valid.nats, 4)
    expect(scored!.map![1]).toBeLessThan(0.5)
    // Its samples are drawn for both classes.
    expect(all(events, 'gallery')).toHaveLength(1)

    const unlabelled = collect(client.train(await request({ dataset: { folder: chains, domain }, model })))
    await expect(unlabelled).rejects.toThrow(/labels/)
    const fewer = client.score({ ...scoring, dataset: { ...dataset, domain: { ...domain, classes: 3 } } })
    await expect(fewer.next()).rejects.toThrow()
  })

  it('names what is wrong with a configuration, a data set or a checkpoint', async () => {
    const refusal = async (changes: Changes): Promise<string> => collect(client.train(await request(changes))).then(() => 'none', (error: Error) => error.message)
    expect(await refusal({ model: { family: 'maid', config: {} } })).toMatch(/no model family 'maid'.*made/)
    expect(await refusal({ budget: {} })).toMatch(/no budget/)
    expect(await refusal({ model: { family: 'made', config: { hidden: [-3] } } })).toMatch(/hidden\.0/)
    expect(await refusal({ dataset: { folder: join(folder, 'nowhere'), domain: chainDomain } })).toMatch(/no data set in .*nowhere/)
    const gone = { folder: join(folder, 'gone'), step: 3, epoch: 0, seconds: 1, trainerState: { version: 1, step: 3, epoch: 0, batch: 3, seconds: 1, best: null, validationsWithoutImprovement: 0, recent: [] } }
    expect(await refusal({ resumeFrom: gone })).toMatch(/gone.weights\.safetensors.*does not exist/)
    const [checkpoint] = all(await collect(client.train(await request({ budget: { steps: 3 } }))), 'checkpoint')
    expect(await refusal({ resumeFrom: resumeFrom(checkpoint!), model: { family: 'made', config: { hidden: [32], direct: true } } })).toMatch(/does not belong to this model: .*shape \[36, 64\]/)
    expect(await refusal({ resumeFrom: { ...resumeFrom(checkpoint!)!, trainerState: { version: 9 } } })).toMatch(/state of a trainer/)
  })
})

describe('the process', () => {
  let own: EngineClient
  afterEach(() => own.dispose())
  const alive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  it('answers heartbeats with its memory and tensors while it trains', async () => {
    own = createEngineClient({ heartbeat: 20 })
    const counts: number[] = []
    own.onChange(() => own.resources && counts.push(own.resources.tensors))
    await collect(own.train(await request({ budget: { steps: 600 }, training: { validateEvery: 1000 } })))
    expect(counts.length).toBeGreaterThan(3)
    expect(own.resources!.memoryBytes).toBeGreaterThan(50e6)
    expect(own.state).toBe('ready')
  })

  it('tells of its death by kill -9 in mid-training, and starts again at the next use', async () => {
    own = createEngineClient()
    const checkpoints: Of<'checkpoint'>[] = []
    const training = { checkpointEvery: 50 }
    const failure = await collect(own.train(await request({ budget: { steps: 100_000 }, training })), (event) => {
      if (event.type === 'checkpoint') checkpoints.push(event)
      if (checkpoints.length === 2) process.kill(own.pid!, 'SIGKILL')
    }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EngineDiedError)
    expect((failure as EngineDiedError).signal).toBe('SIGKILL')
    expect((failure as Error).message).toMatch(/killed.*memory.*Nothing saved is lost/)
    expect([own.state, own.pid, own.message]).toEqual(['dead', null, (failure as Error).message])

    const last = checkpoints.at(-1)!
    const resumed = await collect(own.train(await request({ budget: { steps: last.step + 1 }, training, resumeFrom: resumeFrom(last) })))
    expect(finished(resumed)).toMatchObject({ reason: 'budget', step: last.step + 1 })
    expect([own.state, own.message]).toEqual(['ready', null])
  })

  it('ends a process that does not answer', async () => {
    own = createEngineClient({ heartbeat: 50, patience: 300 })
    await own.start()
    process.kill(own.pid!, 'SIGSTOP')
    const failure = await own.ping().catch((error: unknown) => error)
    expect((failure as Error).message).toMatch(/did not answer/)
  })

  it('is gone after dispose', async () => {
    own = createEngineClient()
    await own.start()
    const { pid } = own
    await own.dispose()
    expect(alive(pid!)).toBe(false)
    await expect(own.start()).rejects.toThrow(/closed/)
  })

  it('is gone after its parent was killed', async () => {
    const script = `const child = require('node:child_process').fork(${JSON.stringify(await workerEntry())}, [], { serialization: 'advanced' }); console.log(child.pid); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [output] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(output.toString())
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(alive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => alive(pid), { timeout: 5_000 }).toBe(false)
  })

  it('trains on WebAssembly too, to nearly the same weights', async () => {
    own = createEngineClient({ prefer: 'wasm' })
    const training = { validateEvery: 20, ema: 0.9, gradientClip: 5 }
    const portable = await collect(own.train(await request({ budget: { steps: 40 }, training })))
    expect(all(portable, 'started')[0]!.engine.name).toBe('wasm')
    const native = await collect(client.train(await request({ budget: { steps: 40 }, training })))
    const [a, b] = [portable, native].map((events) => all(events, 'checkpoint').map(({ valid }) => valid!.nats))
    expect(a).toHaveLength(b!.length)
    a!.forEach((nats, index) => expect(Math.abs(nats - b![index]!)).toBeLessThan(1e-2))
    expect(portable.some(({ type }) => type === 'gallery')).toBe(true)
  })

  it('names an entry that cannot be run', async () => {
    own = createEngineClient({ entry: join(folder, 'no-such-worker.js') })
    await expect(own.start()).rejects.toThrow(/ended unexpectedly with code 1\..*Cannot find module.*no-such-worker/)
  })
})
