import { levelArray } from '../../contract/levels'
import type { LevelArray } from '../../contract/levels'
import { encodeOperations } from './encode'
import { instantiateKernels } from './instance'
import type { Constants } from './encode'
import type { PlanPhase, SamplingPlan } from './operations'
import type { Lanes } from './pack'
import { roundUp } from './pack'
import { webAssembly } from './webAssembly'
import type { SharedMemory } from './webAssembly'

export interface JobOptions {
  plan: SamplingPlan
  lanes: Lanes
  workers: number
  count: number
  steps: number
  /** Two words for each sample: the key of its random stream. */
  keys: Uint32Array
  temperature: number
  /** Position of each step in the output; null: the step itself. */
  ordering: Int32Array | null
  means: boolean
  /** count × conditionSize */
  condition: Float32Array | null
  /** count × steps: a level that is taken instead of a draw, or −1. */
  given: Int32Array | null
  /** Whether the log-probability of a sample counts what was given; true when absent. */
  countGiven?: boolean
  /** First byte that the kernels leave free. */
  base: number
}

/** A job laid out in memory: the threads share it. */
export interface Job {
  memory: SharedMemory
  at: number
  options: JobOptions
  cancel(): void
  /** Dimensions drawn so far. */
  progress(): number
  /** Steps of a sample that are drawn so far. */
  drawnOf(sample: number): number
  /** What a sample holds in some of its places. */
  levelsOf(sample: number, from: number, to: number): LevelArray
  /** count × steps */
  levels(): LevelArray
  means(): Uint8Array<ArrayBuffer> | null
  logProb(): number[]
  /** Lets the memory be used by the next job; nothing of this one may be read any more. */
  release(): void
  /** float32 [size][lanes] of a worker: the logits of a phase, and the values drawn. */
  logits(worker: number, phase: number): Float32Array
  values(worker: number): Float32Array
}

const HEADER_WORDS = 32
const BLOCK_WORDS = 16
const PHASE_WORDS = 10
const PAGE = 65_536
const headKinds = { bernoulli: 0, categorical: 1, outside: 2, logistics: 3 } as const
const bitsOf = (values: readonly number[]): Int32Array => new Int32Array(Float32Array.from(values).buffer)
const levelsOf = (head: PlanPhase['head']): number => ('levels' in head ? head.levels : 2)

/** Lays a job out: header, constants, for each worker its records and state, and the output. Words: assembly/index.ts. */
export function layOutJob(options: JobOptions): Job {
  const { plan, lanes, workers, count, steps } = options
  type Write = [number, Int32Array | Float32Array | Uint32Array | Int16Array | Float64Array]
  const writes: Write[] = []
  const constantWrites: Write[] = []
  let top = roundUp(options.base, 64)
  const reserve = (bytes: number): number => {
    const at = top
    // Kernels may read up to 128 bytes beyond the end.
    top = roundUp(top + bytes + 128, 64)
    return at
  }
  const put = (values: Write[1], to = writes): number => {
    const at = reserve(values.byteLength)
    to.push([at, values])
    return at
  }
  const headerAt = reserve(HEADER_WORDS * 4)
  const blocksAt = reserve(workers * BLOCK_WORDS * 4)
  const constants = constantsOf((values) => put(values, constantWrites), reserve)
  const cleared: Array<[number, number]> = []
  const output = (bytes: number): number => {
    const at = reserve(bytes)
    cleared.push([at, bytes])
    return at
  }
  const Levels = levelArray(Math.max(...plan.phases.map(({ head }) => levelsOf(head))))
  const levelsAt = output(count * steps * Levels.BYTES_PER_ELEMENT)
  const meansAt = options.means ? output(count * steps) : 0
  // For each sample a sum, and a product whose logarithm is still to be taken.
  const logProbAt = put(Float64Array.from({ length: 2 * count }, (_value, index) => index % 2))
  const progressAt = output(workers * 8)
  const groups = Math.ceil(count / lanes)
  const drawnAt = output(groups * 4)

  const logitsAt: number[][] = []
  const valuesAt: number[] = []
  const blocks = new Int32Array(workers * BLOCK_WORDS)
  const scratchLevels = Math.max(1, ...plan.phases.map(({ head }) => head.logits.size))
  for (let worker = 0; worker < workers; worker++) {
    const stateBytes = plan.channels * lanes * 4
    const state = reserve(stateBytes)
    const conditions = reserve(Math.max(1, plan.conditionSize) * lanes * 4)
    const encode = (operations: Parameters<typeof encodeOperations>[0]): [number, number] => {
      const records = encodeOperations(operations, { lanes, constants, width: plan.width, state, conditions })
      return [put(records), operations.length === 0 ? 0 : records.length / 16]
    }
    const phases = new Int32Array(plan.phases.length * PHASE_WORDS)
    const phaseOf = ({ before, head, after }: PlanPhase): number[] => {
      const logits = state + head.logits.offset * lanes * 4
      const mixture = head.kind === 'logistics' ? [head.logits.size / 3, ...bitsOf(head.logScales)] : []
      return [...encode(before), headKinds[head.kind], logits, levelsOf(head), ...encode(after), ...mixture]
    }
    plan.phases.forEach((phase, index) => phases.set(phaseOf(phase), index * PHASE_WORDS))
    logitsAt.push(plan.phases.map(({ head }) => state + head.logits.offset * lanes * 4))
    const values = reserve(lanes * 4)
    valuesAt.push(values)
    const scratch = reserve(64 + 2 * (scratchLevels * lanes * 4 + 64) + scratchLevels * 8)
    blocks.set([...encode(plan.start), put(phases), state, stateBytes, values, conditions, progressAt + worker * 8, scratch], worker * BLOCK_WORDS)
  }
  writes.push([blocksAt, blocks])

  const header = new Int32Array(HEADER_WORDS)
  header.set([0, 0, groups, lanes, count, steps, plan.phases.length, plan.width])
  header.set([options.ordering ? put(options.ordering) : 0, put(options.keys), levelsAt, meansAt, logProbAt], 8)
  header.set([options.given ? put(options.given) : 0, options.condition ? put(options.condition) : 0], 13)
  header.set([options.condition ? plan.conditionSize : 0], 15)
  new Float32Array(header.buffer)[16] = options.temperature
  header[17] = Number(options.countGiven ?? true)
  header[18] = blocksAt
  header[19] = drawnAt
  header[20] = Levels.BYTES_PER_ELEMENT
  writes.push([headerAt, header])

  if (top > 65_535 * PAGE)
    throw new Error(`Sampling this model would take ${(top / 2 ** 30).toFixed(1)} GB, more than the 4 GB that the sampling kernels can address.`)
  // Everything that decides where the constants lie: a job of the same plan and sizes finds them in place.
  const layout = [top, lanes, workers, count, steps, ...constantWrites.map(([at]) => at)].join(' ')
  const { memory, inPlace } = borrowMemory(Math.ceil(top / PAGE), plan, layout)
  const { buffer } = memory
  for (const [at, bytes] of cleared) new Uint8Array(buffer, at, bytes).fill(0)
  for (const [at, values] of inPlace ? writes : [...constantWrites, ...writes])
    new Uint8Array(buffer, at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))

  const kernels = constants.derived.size > 0 && !inPlace ? instantiateKernels(memory) : null
  if (kernels) for (const [from, { at, count }] of constants.derived) kernels.exponentials(from, at, count)

  const shared = new Int32Array(buffer, headerAt, HEADER_WORDS)
  const done = new Float64Array(buffer, progressAt, workers)
  const drawn = new Int32Array(buffer, drawnAt, groups)
  return {
    memory,
    at: headerAt,
    options,
    cancel: () => void Atomics.store(shared, 0, 1),
    progress: () => done.reduce((sum, steps) => sum + steps, 0),
    drawnOf: (sample) => Atomics.load(drawn, Math.floor(sample / lanes)),
    levelsOf: (sample, from, to) => Levels.from(new Levels(buffer, levelsAt + (sample * steps + from) * Levels.BYTES_PER_ELEMENT, to - from)),
    levels: () => Levels.from(new Levels(buffer, levelsAt, count * steps)),
    means: () => (meansAt ? Uint8Array.from(new Uint8Array(buffer, meansAt, count * steps)) : null),
    logProb() {
      const sums = new Float64Array(buffer, logProbAt, 2 * count)
      return Array.from({ length: count }, (_value, sample) => sums[2 * sample]!)
    },
    release: () => returnMemory({ memory, plan, layout }),
    logits: (worker, phase) => new Float32Array(buffer, logitsAt[worker]![phase]!, plan.phases[phase]!.head.logits.size * lanes),
    values: (worker) => new Float32Array(buffer, valuesAt[worker]!, lanes),
  }
}

/** Memory of an earlier job: fresh pages cost more than the whole sampling of a small model, and so may its constants. */
interface UsedMemory {
  memory: SharedMemory
  plan: SamplingPlan
  layout: string
}
let spare: UsedMemory | null = null
const MOST_SPARE = 64 * 2 ** 20

function borrowMemory(pages: number, plan: SamplingPlan, layout: string): { memory: SharedMemory; inPlace: boolean } {
  const size = spare?.memory.buffer.byteLength ?? 0
  if (spare && size >= pages * PAGE && size <= 8 * pages * PAGE) {
    const used = spare
    spare = null
    return { memory: used.memory, inPlace: used.plan === plan && used.layout === layout }
  }
  return { memory: new webAssembly.Memory({ initial: pages, maximum: pages, shared: true }), inPlace: false }
}

function returnMemory(used: UsedMemory): void {
  if (used.memory.buffer.byteLength <= MOST_SPARE) spare = used
}

interface JobConstants extends Constants {
  /** What is computed from constants in memory: exp(−x) of `count` numbers, by their address. */
  readonly derived: Map<number, { at: number; count: number }>
}

function constantsOf(put: (values: Float32Array | Int32Array) => number, reserve: (bytes: number) => number): JobConstants {
  const placed = new Map<object, Map<string, number>>()
  const zeros = { at: 0, count: 0 }
  const derived: JobConstants['derived'] = new Map()
  return {
    derived,
    exponentials(from, count) {
      const known = derived.get(from) ?? { at: reserve(count * 4), count }
      derived.set(from, known)
      return known.at
    },
    place(source, purpose, make) {
      const purposes = placed.get(source) ?? new Map<string, number>()
      placed.set(source, purposes)
      const known = purposes.get(purpose)
      if (known !== undefined) return known
      const at = put(make())
      purposes.set(purpose, at)
      return at
    },
    zeros(count) {
      if (count > zeros.count) Object.assign(zeros, { at: put(new Float32Array(count)), count })
      return zeros.at
    },
  }
}
