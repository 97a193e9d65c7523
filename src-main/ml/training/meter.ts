/** Means over the steps since the last point of the training curve. */
export interface Measured {
  nats: number
  gradientNorm: number
  learningRate: number
  stepsPerSecond: number
  examplesPerSecond: number
  /** Milliseconds of a step spent waiting for its batch. */
  dataWaitMs: number
}

interface Step {
  nats: number
  gradientNorm: number
  learningRate: number
  /** What the loss is a mean over. */
  counted: number
  examples: number
  /** The whole step with the wait for its batch, and that wait. */
  milliseconds: number
  dataWaitMs: number
  /** Its tensors were read as well, so its time says nothing of the others'. */
  observed?: boolean
}

export interface Meter {
  add(step: Step): void
  /** Whether it is time for a point: every half second, and soon after the start. */
  due(): boolean
  /** The means since the last call; null when there was no step. */
  take(): Measured | null
}

const INTERVAL = 500

export function createMeter(now: () => number = () => performance.now()): Meter {
  const empty = { nats: 0, gradientNorm: 0, counted: 0, examples: 0, steps: 0, learningRate: 0, milliseconds: 0, dataWaitMs: 0 }
  const untimed = { examples: 0, steps: 0, milliseconds: 0 }
  let sums = { ...empty }
  /** The part of the sums that was observed. */
  let aside = { ...untimed }
  let last = now() - INTERVAL
  return {
    add({ nats, gradientNorm, learningRate, counted, examples, milliseconds, dataWaitMs, observed = false }) {
      sums.nats += nats * counted
      sums.counted += counted
      sums.gradientNorm += gradientNorm
      sums.learningRate = learningRate
      sums.examples += examples
      sums.milliseconds += milliseconds
      sums.dataWaitMs += dataWaitMs
      sums.steps += 1
      if (observed) aside = { examples: aside.examples + examples, steps: aside.steps + 1, milliseconds: aside.milliseconds + milliseconds }
    },
    due: () => sums.steps > 0 && now() - last >= INTERVAL,
    take() {
      const { steps, nats, counted, gradientNorm, learningRate, examples, milliseconds, dataWaitMs } = sums
      // Where nothing else was done, an observed step is better than no figure.
      const less = aside.steps < steps ? aside : untimed
      sums = { ...empty }
      aside = { ...untimed }
      last = now()
      if (steps === 0) return null
      const seconds = Math.max(milliseconds - less.milliseconds, 1e-3) / 1000
      return {
        nats: nats / counted,
        gradientNorm: gradientNorm / steps,
        learningRate,
        stepsPerSecond: (steps - less.steps) / seconds,
        examplesPerSecond: (examples - less.examples) / seconds,
        dataWaitMs: dataWaitMs / steps,
      }
    },
  }
}
