import { z } from 'zod'

/**
 * How gradients change the weights. β₁, β₂ and ε stand beside it in the training configuration: Adam and its kin use all three, RMSProp and
 * Adagrad ε alone, SGD none.
 */
export const optimizerSchema = z.discriminatedUnion('kind', [
  /** Kingma & Ba 2015, algorithm 1. */
  z.object({ kind: z.literal('adam') }),
  /** Loshchilov & Hutter 2019: weights shrink by learningRate × weightDecay at each step, biases do not. */
  z.object({ kind: z.literal('adamw'), weightDecay: z.number().min(0).max(1).default(0.01) }),
  /** Kingma & Ba 2015, algorithm 2. */
  z.object({ kind: z.literal('adamax') }),
  /** Tieleman & Hinton 2012, lecture 6.5. */
  z.object({
    kind: z.literal('rmsprop'),
    decay: z.number().min(0).max(0.9999).default(0.99),
    momentum: z.number().min(0).max(0.9999).default(0),
  }),
  /** Duchi, Hazan & Singer 2011. */
  z.object({ kind: z.literal('adagrad') }),
  /** Stochastic gradient descent with momentum (Polyak 1964), or Nesterov's. */
  z.object({ kind: z.literal('sgd'), momentum: z.number().min(0).max(0.9999).default(0.9), nesterov: z.boolean().default(false) }),
])
export type OptimizerConfig = z.infer<typeof optimizerSchema>
export type OptimizerKind = OptimizerConfig['kind']
