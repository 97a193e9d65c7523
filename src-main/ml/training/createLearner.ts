import type { Execution } from '../../contract/records/training'
import type { ExecutionInfo } from '../../contract/records/run'
import { nativeBackend } from '../tensor/native'
import { createCompiledLearner } from './compiledLearner'
import { createEagerLearner } from './eagerLearner'
import type { Learner, LearnerOptions } from './learner'

/** A learner, and how it runs its steps and why. */
export interface CreatedLearner extends Learner {
  readonly execution: ExecutionInfo
}

/**
 * The learner of the wanted execution. 'auto' compiles where the engine and the model allow it and otherwise runs op by op: the same
 * numbers, slower. 'compiled' throws where that cannot be.
 */
export function createLearner({ execution = 'auto', ...options }: LearnerOptions & { execution?: Execution }): CreatedLearner {
  const eager = (reason: string): CreatedLearner => ({ ...createEagerLearner(options), execution: { mode: 'eager', reason } })
  if (execution === 'eager') return eager('Asked for.')
  let obstacle: string
  if (nativeBackend()) {
    try {
      return { ...createCompiledLearner(options), execution: { mode: 'compiled', reason: 'The whole step is one program.' } }
    } catch (error) {
      obstacle = error instanceof Error ? error.message : String(error)
    }
  } else obstacle = 'Only the native TensorFlow runs compiled programs, and it is not in use.'
  if (execution === 'compiled') throw new Error(`The training step cannot be compiled. ${obstacle} Choose the execution 'auto' or 'eager'.`)
  return eager(obstacle)
}
