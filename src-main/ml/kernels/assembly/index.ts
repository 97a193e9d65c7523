import { address, lanes, phase, setBuffers, setLanes, setStep, setStreams, streams, values, word } from './context'
import { draw as drawLane } from './sampleStep'
import { interpret } from './interpret'
import { exp4 } from './math'

// The sampler of a plan. A job is laid out in memory by src-main/ml/kernels/layout.ts; the words of its header and of a worker's block are
// named there too.

/** First byte that is free for a job. */
export function base(): usize { return __heap_base }

/** to = exp(−from), count numbers (a multiple of 4), for tables of a job. */
export function exponentials(from: usize, to: usize, count: i32): void {
  for (let i: usize = 0, bytes = <usize>count << 2; i < bytes; i += 16) v128.store(to + i, exp4(f32x4.neg(v128.load(from + i))))
}

let job: usize = 0
let block: usize = 0

function select(jobAt: usize, worker: i32): void {
  job = jobAt
  block = address(job, 18) + <usize>worker * 64
  setLanes(word(job, 3))
  setBuffers(address(block, 5), address(block, 6))
}

/** Clears the state and starts the group whose first sample is `first`. */
function startGroup(first: i32): void {
  memory.fill(address(block, 3), 0, word(block, 4))
  setStreams(min(lanes, word(job, 4) - first))
  const size = word(job, 15), given = address(job, 14), conditions = address(block, 6)
  for (let lane = 0; lane < lanes; lane++) {
    store<f32>(values + (<usize>lane << 2), -1)
    // Streams that are not real repeat the first one's condition.
    const sample = lane < streams ? first + lane : first
    for (let i = 0; i < size; i++)
      store<f32>(conditions + (<usize>(i * lanes + lane) << 2), load<f32>(given + (<usize>(sample * size + i) << 2)))
  }
  setStep(0, word(job, 6), word(job, 7))
  interpret(address(block, 0), word(block, 1))
}

@inline function phaseRecord(): usize { return address(block, 2) + <usize>phase * 40 }

function before(at: i32): void {
  setStep(at, word(job, 6), word(job, 7))
  const record = phaseRecord()
  interpret(address(record, 0), word(record, 1))
}

function after(): void {
  const record = phaseRecord()
  interpret(address(record, 5), word(record, 6))
}

/** Steps of one call: short enough that a cancel is heard, and that a call soon meets the code that the engine has optimised meanwhile. */
const STEPS: i32 = 32

/**
 * Draws some steps of this worker's samples; false when none is left or the job is cancelled. Several threads call it, each for a worker of
 * its own, again and again. They take groups of samples as they get free.
 */
export function run(jobAt: usize, worker: i32): bool {
  if (atomic.load<i32>(jobAt)) return false
  select(jobAt, worker)
  let group = word(block, 9) - 1, s = word(block, 10)
  if (group < 0) {
    group = atomic.add<i32>(job + 4, 1)
    if (group >= word(job, 2)) return false
    s = 0
    startGroup(group * lanes)
  } else setStreams(min(lanes, word(job, 4) - group * lanes))
  const steps = word(job, 5), end = min(steps, s + STEPS), progress = address(block, 7)
  store<f64>(progress, load<f64>(progress) + <f64>((end - s) * streams))
  for (; s < end; s++) {
    before(s)
    drawLane(job, block, phaseRecord(), group * lanes)
    after()
  }
  // For those who look on while samples grow.
  atomic.store<i32>(address(job, 19) + (<usize>group << 2), s)
  store<i32>(block, s < steps ? group + 1 : 0, 36)
  store<i32>(block, s, 40)
  return true
}

// The same, one step at a time, for draws that are made outside.

export function begin(jobAt: usize, worker: i32, first: i32): void {
  select(jobAt, worker)
  startGroup(first)
}

/** Computes the logits of a step. */
export function forward(jobAt: usize, worker: i32, first: i32, at: i32): void {
  select(jobAt, worker)
  setStreams(min(lanes, word(job, 4) - first))
  before(at)
}

/** Goes on from the values that stand in the worker's block. */
export function accept(jobAt: usize, worker: i32, first: i32, at: i32): void {
  select(jobAt, worker)
  setStreams(min(lanes, word(job, 4) - first))
  setStep(at, word(job, 6), word(job, 7))
  after()
}
