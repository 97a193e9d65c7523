import { z } from 'zod'
import { optimizerSchema } from '../../src-main/contract'
import type { OptimizerConfig, OptimizerKind, TrainingConfig } from '../../src-main/contract'
import { fieldsOf } from './schemaForm'
import type { FormField } from './schemaForm'

export const optimizerKinds: readonly OptimizerKind[] = optimizerSchema.options.map((option) => option.shape.kind.value)

/** Settings of the training configuration that an optimiser reads beside its own. */
const shared: Readonly<Record<OptimizerKind, readonly ('beta1' | 'beta2' | 'epsilon')[]>> = {
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon'],
  adamax: ['beta1', 'beta2', 'epsilon'],
  rmsprop: ['epsilon'],
  adagrad: ['epsilon'],
  sgd: [],
}
export const sharedSettings = (kind: OptimizerKind): readonly (keyof TrainingConfig)[] => shared[kind]

const own = new Map(
  optimizerSchema.options.map((option): [OptimizerKind, readonly FormField[]] => [
    option.shape.kind.value,
    fieldsOf(z.toJSONSchema(option, { io: 'input' }) as Record<string, unknown>),
  ]),
)
/** Fields of the optimiser's own settings, as its schema names them. */
export const optimizerFields = (kind: OptimizerKind): readonly FormField[] => own.get(kind) ?? []

/** An optimiser with its default settings. */
export const defaultOptimizer = (kind: OptimizerKind): OptimizerConfig => optimizerSchema.parse({ kind })

/** The same optimiser with one setting changed. */
export const withSetting = (optimizer: OptimizerConfig, name: string, value: unknown): OptimizerConfig =>
  optimizerSchema.parse({ ...optimizer, [name]: value })
