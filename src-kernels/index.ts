import { address, lanes, phase, setBuffers, setLanes, setStep, setStreams, streams, values, word } from './context'
import { draw as drawLane } from './sampleStep'
import { interpret } from './interpret'

// The sampler of a plan. A job is laid out in memory by src-main/ml/kernels/layout.ts; the words of its header and of a worker's block are
// named there too.

/** First byte that is free for a job. */
export function base(): usize { return __heap_base }

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

@inline function phaseRecord(): usize { return address(block, 2) + <usize>phase * 32 }

function before(at: i32): void {
  setStep(at, word(job, 6), word(job, 7))
  const record = phaseRecord()
  interpret(address(record, 0), word(record, 1))
}

function after(): void {
  const record = phaseRecord()
  interpret(address(record, 5), word(record, 6))
}

/** Draws groups of samples until none is left or the job is cancelled. Each of several threads calls it for a worker of its own. */
export function run(jobAt: usize, worker: i32): void {
  select(jobAt, worker)
  const groups = word(job, 2), steps = word(job, 5)
  for (;;) {
    const group = atomic.add<i32>(job + 4, 1)
    if (group >= groups) return
    startGroup(group * lanes)
    const progress = address(block, 7), done = load<f64>(progress)
    for (let s = 0; s < steps; s++) {
      before(s)
      drawLane(job, block, phaseRecord(), group * lanes)
      after()
      if ((s & 7) == 7) {
        store<f64>(progress, done + <f64>(s + 1) * <f64>streams)
        if (atomic.load<i32>(job)) return
      }
    }
    store<f64>(progress, done + <f64>steps * <f64>streams)
  }
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
