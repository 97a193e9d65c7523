import type { OptimizerConfig } from '../../contract/records/optimizer'
import type { UpdateRule } from '../tensor/program/updateRule'
import { tf } from '../tensor/tf'

/** What an optimizer is made from: its kind with its own settings, and Adam's constants. */
export interface OptimizerOptions {
  /** Adam when absent. */
  optimizer?: OptimizerConfig
  beta1: number
  beta2: number
  epsilon: number
}

/** One optimizer in the two forms that the studio runs: TensorFlow's fused op, and plain ops for other backends. */
export interface Optimizer {
  rule: UpdateRule
  /** The scalars of `rule.fed` at a step counted from 1. */
  fed(learningRate: number, step: number): number[]
  /** w, slots in the rule's order and gradient -> new w and slots, by plain ops. */
  plain(w: tf.Tensor, slots: readonly tf.Tensor[], gradient: tf.Tensor, fed: readonly number[]): [w: tf.Tensor, ...slots: tf.Tensor[]]
}

/** Weight decay holds for matrices and kernels; biases and other vectors keep their scale. */
const isWeight = (shape: readonly number[]): boolean => shape.length > 1

const rule = (
  op: string,
  slots: string[],
  operands: UpdateRule['operands'],
  fed: string[],
  extra: Partial<UpdateRule> = {},
): UpdateRule => ({
  op,
  operands: ['variable', ...slots.map((slot) => ({ slot })), ...operands],
  attributes: {},
  slots,
  fed,
  decay: null,
  ...extra,
})

const moving = (average: tf.Tensor, value: tf.Tensor, decay: number): tf.Tensor => tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay))

export function createOptimizer(options: OptimizerOptions): Optimizer {
  const { optimizer = { kind: 'adam' } } = options
  switch (optimizer.kind) {
    case 'adam':
      return adam(options, 0)
    case 'adamw':
      return adam(options, optimizer.weightDecay)
    case 'adamax':
      return adamax(options)
    case 'rmsprop':
      return rmsprop(optimizer, options.epsilon)
    case 'adagrad':
      return adagrad(options.epsilon)
    case 'sgd':
      return sgd(optimizer)
  }
}

/**
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε) (Kingma & Ba 2015, algorithm 1, with the bias corrections
 * folded into the rate). AdamW (Loshchilov & Hutter 2019) first takes η·λ·w off the weights.
 */
function adam({ beta1, beta2, epsilon }: OptimizerOptions, weightDecay: number): Optimizer {
  const scalars = ['beta1Power', 'beta2Power', 'learningRate']
  const decays = weightDecay > 0
  return {
    rule: rule(
      'ResourceApplyAdam',
      ['m', 'v'],
      [...scalars.map((fed) => ({ fed })), ...[beta1, beta2, epsilon].map((constant) => ({ constant })), 'gradient'],
      decays ? [...scalars, 'decay'] : scalars,
      { attributes: { use_nesterov: false }, decay: decays ? { fed: 'decay', holdsFor: isWeight } : null },
    ),
    fed: (learningRate, step) => [beta1 ** step, beta2 ** step, learningRate, ...(decays ? [learningRate * weightDecay] : [])],
    plain(w, [m, v], gradient, [power1, power2, learningRate, decay]) {
      const rate = (learningRate! * Math.sqrt(1 - power2!)) / (1 - power1!)
      const first = moving(m!, gradient, beta1)
      const second = moving(v!, tf.square(gradient), beta2)
      const start = decay !== undefined && isWeight(w.shape) ? tf.sub(w, tf.mul(w, decay)) : w
      return [tf.sub(start, tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon))), first, second]
    },
  }
}

/** m ← β₁m + (1−β₁)g, v ← max(β₂v, |g|), w ← w − η/(1−β₁ᵗ) · m/(v + ε) (Kingma & Ba 2015, algorithm 2). */
function adamax({ beta1, beta2, epsilon }: OptimizerOptions): Optimizer {
  const scalars = ['beta1Power', 'learningRate']
  return {
    rule: rule(
      'ResourceApplyAdaMax',
      ['m', 'v'],
      [...scalars.map((fed) => ({ fed })), ...[beta1, beta2, epsilon].map((constant) => ({ constant })), 'gradient'],
      scalars,
    ),
    fed: (learningRate, step) => [beta1 ** step, learningRate],
    plain(w, [m, v], gradient, [power1, learningRate]) {
      const first = moving(m!, gradient, beta1)
      const largest = tf.maximum(tf.mul(v!, beta2), tf.abs(gradient))
      return [tf.sub(w, tf.div(tf.mul(first, learningRate! / (1 - power1!)), tf.add(largest, epsilon))), first, largest]
    },
  }
}

/** s ← ρs + (1−ρ)g², b ← μb + η·g/√(s + ε), w ← w − b (Tieleman & Hinton 2012). */
function rmsprop({ decay, momentum }: { decay: number; momentum: number }, epsilon: number): Optimizer {
  return {
    rule: rule(
      'ResourceApplyRMSProp',
      ['square', 'momentum'],
      [{ fed: 'learningRate' }, ...[decay, momentum, epsilon].map((constant) => ({ constant })), 'gradient'],
      ['learningRate'],
    ),
    fed: (learningRate) => [learningRate],
    plain(w, [square, velocity], gradient, [learningRate]) {
      const squares = moving(square!, tf.square(gradient), decay)
      const moved = tf.add(tf.mul(velocity!, momentum), tf.div(tf.mul(gradient, learningRate!), tf.sqrt(tf.add(squares, epsilon))))
      return [tf.sub(w, moved), squares, moved]
    },
  }
}

/** s ← s + g², w ← w − η·g/(√s + ε), s starting at 0 (Duchi, Hazan & Singer 2011). */
function adagrad(epsilon: number): Optimizer {
  return {
    rule: rule('ResourceApplyAdagradV2', ['square'], [{ fed: 'learningRate' }, { constant: epsilon }, 'gradient'], ['learningRate'], {
      attributes: { update_slots: true },
    }),
    fed: (learningRate) => [learningRate],
    plain(w, [square], gradient, [learningRate]) {
      const squares = tf.add(square!, tf.square(gradient))
      return [tf.sub(w, tf.div(tf.mul(gradient, learningRate!), tf.add(tf.sqrt(squares), epsilon))), squares]
    },
  }
}

/** b ← μb + g, w ← w − η·b; with Nesterov's momentum w ← w − η(g + μb) (Sutskever et al. 2013). */
function sgd({ momentum, nesterov }: { momentum: number; nesterov: boolean }): Optimizer {
  return {
    rule: rule('ResourceApplyMomentum', ['momentum'], [{ fed: 'learningRate' }, 'gradient', { constant: momentum }], ['learningRate'], {
      attributes: { use_nesterov: nesterov },
    }),
    fed: (learningRate) => [learningRate],
    plain(w, [velocity], gradient, [learningRate]) {
      const moved = tf.add(tf.mul(velocity!, momentum), gradient)
      return [tf.sub(w, tf.mul(nesterov ? tf.add(gradient, tf.mul(moved, momentum)) : moved, learningRate!)), moved]
    },
  }
}
