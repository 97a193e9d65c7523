import { ORPCError, createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient, InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract'
import { customSerializers } from '../contract/serializers'
import type { CompletionExactness } from '../contract/records/completion'
import type { CausalityProof } from '../contract/records/model'
import type { EngineInfo } from '../contract/records/run'
import { EngineTaskError } from './errors'
import type {
  ClassifyRequest,
  CompletableRequest,
  ConditionalsRequest,
  EngineProtocol,
  ExamineRequest,
  FeaturesRequest,
  ProveRequest,
  SampleRequest,
  ScoreRequest,
  StepTiming,
  TeacherForcedRequest,
  TimeStepsRequest,
  TrainEvent,
  TrainRequest,
} from './protocol'
import { processPort } from './processPort'
import { forkEngine } from './session'
import type { EngineSession } from './session'
import { signOfLife } from './signOfLife'

export { EngineDiedError, EngineTaskError } from './errors'

type Rpc = ContractRouterClient<EngineProtocol>
type Inputs = InferContractRouterInputs<EngineProtocol>
type Outputs = InferContractRouterOutputs<EngineProtocol>
type Streamed<T> = T extends AsyncIterable<infer Item> ? Item : never
export type SampleProgress = Streamed<Outputs['sample']>
export type ScoreProgress = Streamed<Outputs['score']>
export type ClassifyProgress = Streamed<Outputs['classify']>
export type ExamineProgress = Streamed<Outputs['examine']>
export type FeaturesProgress = Streamed<Outputs['features']>
export type EngineResources = Outputs['ping']
export type EngineState = 'stopped' | 'starting' | 'ready' | 'dead'

export interface EngineClientOptions {
  prefer?: 'tensorflow' | 'wasm'
  /** Cores that the engine may take; all when absent. Exact resumption holds for a constant number. */
  threads?: number
  /** JavaScript file of the worker; the one built beside this file when absent. */
  entry?: string
  /** Milliseconds between heartbeats. */
  heartbeat?: number
  /** Milliseconds without an answer, and without any use of the processor, after which the engine counts as hung and is ended. */
  patience?: number
  env?: NodeJS.ProcessEnv
  /** Hears what the process writes on its error output. */
  onErrorOutput?: (text: string) => void
}

interface CallOptions {
  signal?: AbortSignal
}

/** One engine process, forked at the first use and again at the first use after its death. */
export interface EngineClient {
  readonly state: EngineState
  /** The engine in use; null before the first start. */
  readonly info: EngineInfo | null
  readonly pid: number | null
  /** Why the engine died last, in words; null while it lives. */
  readonly message: string | null
  /** As of the last heartbeat. */
  readonly resources: EngineResources | null
  start(): Promise<EngineInfo>
  ping(): Promise<EngineResources>
  /** The numerical proof of causality on the built model. */
  prove(request: ProveRequest): Promise<CausalityProof>
  /** How long a training step of the model takes. */
  timeSteps(request: TimeStepsRequest): Promise<StepTiming>
  /** Ends with 'finished', or throws EngineDiedError or EngineTaskError. Leaving the loop or aborting ends training without a checkpoint: use control for that. */
  train(request: TrainRequest, options?: CallOptions): AsyncGenerator<TrainEvent, void>
  control(action: Inputs['control']['action']): Promise<void>
  sample(request: SampleRequest, options?: CallOptions): AsyncGenerator<SampleProgress, void>
  score(request: ScoreRequest, options?: CallOptions): AsyncGenerator<ScoreProgress, void>
  classify(request: ClassifyRequest, options?: CallOptions): AsyncGenerator<ClassifyProgress, void>
  examine(request: ExamineRequest, options?: CallOptions): AsyncGenerator<ExamineProgress, void>
  features(request: FeaturesRequest, options?: CallOptions): AsyncGenerator<FeaturesProgress, void>
  /** Every conditional of one example. */
  conditionals(request: ConditionalsRequest): Promise<Outputs['conditionals']>
  /** What every conditional says of levels that are given. */
  teacherForced(request: TeacherForcedRequest, options?: CallOptions): Promise<Outputs['teacherForced']>
  /** Whether a model fills in the unknown dimensions exactly. */
  completable(request: CompletableRequest): Promise<CompletionExactness>
  /** Called at each change of state, information, message or resources; answers the unsubscription. */
  onChange(listener: () => void): () => void
  /** Ends the process. Later calls fail. */
  dispose(): Promise<void>
}

/** Loading TensorFlow from a slow disk blocks the process for longer than any step does. */
const START_PATIENCE = 180_000

interface Connection {
  session: EngineSession
  rpc: Rpc
  started: Promise<EngineInfo>
}

export function createEngineClient(options: EngineClientOptions = {}): EngineClient {
  const { prefer, threads, entry, heartbeat = 2_000, patience = 60_000, env, onErrorOutput } = options
  const listeners = new Set<() => void>()
  let state: EngineState = 'stopped'
  let info: EngineInfo | null = null
  let message: string | null = null
  let resources: EngineResources | null = null
  let pid: number | null = null
  let connection: Promise<Connection> | null = null
  let disposed = false

  const changed = (): void => listeners.forEach((listener) => listener())
  const turn = (next: EngineState): void => {
    state = next
    changed()
  }

  async function connect(): Promise<Connection> {
    if (disposed) throw new Error('The engine of this studio has been closed.')
    turn('starting')
    const session = await forkEngine({ entry, env, onErrorOutput })
    pid = session.child.pid ?? null
    const port = processPort(session.child)
    const rpc: Rpc = createORPCClient(new RPCLink({ port, customJsonSerializers: customSerializers }))
    session.onDeath((death) => {
      connection = null
      pid = null
      resources = null
      message = disposed ? null : death.message
      turn(disposed ? 'stopped' : 'dead')
    })
    watch(session, rpc)
    const started = guarded(session, rpc.start({ prefer, threads }))
    started.then(
      (engine) => {
        info = engine
        message = null
        turn('ready')
      },
      (error: unknown) => session.kill(error instanceof Error ? error.message : String(error)),
    )
    return { session, rpc, started }
  }

  /** Asks for a sign of life again and again; one question at a time. */
  function watch(session: EngineSession, rpc: Rpc): void {
    const sign = signOfLife(session.child.pid, { heartbeat, patience: () => (state === 'starting' ? Math.max(patience, START_PATIENCE) : patience) })
    let asked = false
    const timer = setInterval(() => {
      if (asked) {
        const seconds = sign.missed()
        if (seconds !== null) session.killHung(seconds)
        return
      }
      asked = true
      guarded(session, rpc.ping()).then(
        (answer) => {
          asked = false
          sign.answered()
          resources = answer
          changed()
        },
        () => {},
      )
    }, heartbeat)
    timer.unref()
    session.onDeath(() => clearInterval(timer))
  }

  async function ready(): Promise<Connection> {
    connection ??= connect().catch((error: unknown) => {
      connection = null
      message = error instanceof Error ? error.message : String(error)
      turn('dead')
      throw error
    })
    const connected = await connection
    await connected.started
    return connected
  }

  async function* stream<Item>(open: (rpc: Rpc) => Promise<AsyncIterator<Item>>): AsyncGenerator<Item, void> {
    const { session, rpc } = await ready()
    const iterator = await guarded(session, open(rpc))
    let finished = false
    try {
      for (;;) {
        const result = await guarded(session, iterator.next())
        if (result.done) {
          finished = true
          return
        }
        yield result.value
      }
    } catch (error) {
      finished = true
      throw error
    } finally {
      // The consumer left early: tell the engine, which stops at its next step.
      if (!finished && !session.death) await guarded(session, Promise.resolve(iterator.return?.())).catch(() => {})
    }
  }

  return {
    get state() { return state },
    get info() { return info },
    get pid() { return pid },
    get message() { return message },
    get resources() { return resources },
    start: async () => (await ready()).started,
    async ping() {
      const { session, rpc } = await ready()
      return guarded(session, rpc.ping())
    },
    async prove(request) {
      const { session, rpc } = await ready()
      return guarded(session, rpc.prove(request))
    },
    async timeSteps(request) {
      const { session, rpc } = await ready()
      return guarded(session, rpc.timeSteps(request))
    },
    train: (request, call) => stream((rpc) => rpc.train(request, call)),
    async control(action) {
      const { session, rpc } = await ready()
      await guarded(session, rpc.control({ action }))
    },
    sample: (request, call) => stream((rpc) => rpc.sample(request, call)),
    score: (request, call) => stream((rpc) => rpc.score(request, call)),
    classify: (request, call) => stream((rpc) => rpc.classify(request, call)),
    examine: (request, call) => stream((rpc) => rpc.examine(request, call)),
    features: (request, call) => stream((rpc) => rpc.features(request, call)),
    async conditionals(request) {
      const { session, rpc } = await ready()
      return guarded(session, rpc.conditionals(request))
    },
    async teacherForced(request, call) {
      const { session, rpc } = await ready()
      return guarded(session, rpc.teacherForced(request, call))
    },
    async completable(request) {
      const { session, rpc } = await ready()
      return guarded(session, rpc.completable(request))
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async dispose() {
      disposed = true
      const current = await connection?.catch(() => null)
      if (current) await current.session.end()
      connection = null
      turn('stopped')
    },
  }
}

/** The promise's outcome, or the process's death when that comes first; errors of the engine under their own name. */
function guarded<T>(session: EngineSession, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const forget = session.onDeath(reject)
    promise.then(
      (value) => {
        forget()
        resolve(value)
      },
      (error: unknown) => {
        forget()
        reject(session.death ?? taskError(error))
      },
    )
  })
}

function taskError(error: unknown): unknown {
  if (!(error instanceof ORPCError)) return error
  const data = error.data as { kind?: unknown } | undefined
  return new EngineTaskError(error.message, typeof data?.kind === 'string' ? data.kind : error.code)
}
