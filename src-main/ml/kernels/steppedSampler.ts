import { instantiateKernels, kernelBase } from './instance'
import type { Job } from './job'
import { layOutJob } from './job'
import type { SamplingPlan } from './operations'
import type { Lanes } from './pack'

/** A plan one step at a time (the same shape as ml/models' CachedSampler). */
export interface SteppedSampler {
  logits(step: number): Float32Array
  accept(step: number, values: Float32Array): void
}

/** From so many samples on, eight side by side are quicker than one after the other. */
const WORTH_EIGHT = 6

/**
 * The plan one step at a time in this thread, for distributions that JavaScript draws from, for samples of several plans, and for tests that look at
 * every logit. The numbers do not depend on `lanes`.
 */
export function steppedSampler(
  plan: SamplingPlan,
  batch: number,
  steps: number,
  condition: Float32Array | null = null,
  lanes: Lanes = batch < WORTH_EIGHT ? 1 : 8,
): SteppedSampler {
  const groups = Math.ceil(batch / lanes)
  // Each group is a worker of its own: its state stays while the others take their step.
  const job: Job = layOutJob({
    plan,
    lanes,
    workers: groups,
    count: batch,
    steps,
    keys: new Uint32Array(2 * batch),
    temperature: 1,
    ordering: null,
    means: false,
    condition,
    given: null,
    base: kernelBase(),
  })
  const kernels = instantiateKernels(job.memory)
  for (let group = 0; group < groups; group++) kernels.begin(job.at, group, group * lanes)
  const phases = plan.phases.length
  const size = plan.phases[0]!.head.logits.size
  const numbers = new Float32Array(batch * size)
  const { coupling } = plan
  const parameters = coupling ? new Float32Array(batch * coupling.parameters) : numbers
  /** Values of the position at hand, by sample and phase. */
  const drawn = new Float32Array(coupling ? batch * phases : 0)
  return {
    logits(step) {
      const phase = step % phases
      for (let group = 0; group < groups; group++) {
        kernels.forward(job.at, group, group * lanes, step)
        const logits = job.logits(group, phase)
        for (let lane = 0; lane < lanes && group * lanes + lane < batch; lane++)
          for (let number = 0; number < size; number++) numbers[(group * lanes + lane) * size + number] = logits[number * lanes + lane]!
      }
      if (coupling) {
        for (let sample = 0; sample < batch; sample++)
          coupling.write(numbers, sample * size, drawn.subarray(sample * phases, (sample + 1) * phases), phase, parameters, sample * coupling.parameters)
      }
      return parameters
    },
    accept(step, values) {
      if (coupling) for (let sample = 0; sample < batch; sample++) drawn[sample * phases + (step % phases)] = values[sample]!
      for (let group = 0; group < groups; group++) {
        job.values(group).set(values.subarray(group * lanes, Math.min(batch, (group + 1) * lanes)))
        kernels.accept(job.at, group, group * lanes, step)
      }
    },
  }
}
