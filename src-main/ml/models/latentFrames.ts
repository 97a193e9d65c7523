import type { Domain } from '../../contract/domain'
import type { LatentFields, LatentParameter } from '../../contract/inspect/latent'
import { framesIn } from '../../contract/inspect/latent'
import { glorotLimit, heLimit } from '../layers/layer'
import { causalTaps } from '../tensor/causalTaps'
import { linear } from '../tensor/linear'
import { relu, softplus } from '../tensor/ops'
import { rowsOf } from '../tensor/rowsOf'
import { tf } from '../tensor/tf'
import type { Normal } from './latentBound'
import { groupMarginalParameters } from './marginalBias'
import type { DataStatistics, Initializer, Parameters, ParameterSpec } from './model'
import { parameterOf } from './parameterOf'

/** Standard deviations are softplus(r) + this, and 1 at r = SPREAD_START. */
export const LEAST_DEVIATION = 1e-3
const SPREAD_START = Math.log(Math.expm1(1 - LEAST_DEVIATION))

export const dense = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor =>
  linear(x, parameterOf(parameters, `${name}.weight`), parameterOf(parameters, `${name}.bias`))

/** What a net with one hidden layer gives as μ and σ = softplus(r) + 0.001: x [..., in] -> both [..., Z]. */
export function normalOf(parameters: Parameters, name: string, x: tf.Tensor): Normal {
  return normalFrom(parameters, name, relu(dense(parameters, `${name}.hidden`, x)))
}

/** The same from the hidden layer on. */
export function normalFrom(parameters: Parameters, name: string, hidden: tf.Tensor): Normal {
  const both = dense(parameters, `${name}.output`, hidden)
  const size = both.shape.at(-1)! / 2
  const part = (from: number): tf.Tensor =>
    tf.slice(both, both.shape.map((_side, axis) => (axis === both.shape.length - 1 ? from : 0)), [...both.shape.slice(0, -1), size])
  return { mean: part(0), deviation: tf.add(softplus(part(size)), LEAST_DEVIATION) }
}

/** Levels in order of generation [B, D] -> embedded [B, S·F, E], the last frame filled up with level 0. */
export function embedded(parameters: Parameters, x: tf.Tensor, config: LatentFields): tf.Tensor {
  const [batch, steps] = x.shape as [number, number]
  const missing = framesIn(steps, config) * config.frame - steps
  const whole = missing > 0 ? tf.concat([x, tf.zeros([batch, missing])], 1) : x
  return rowsOf(parameterOf(parameters, 'embedding'), tf.cast(whole, 'int32'))
}

/** Features of whole frames: embedded [B, S·F, E] -> [B, S, X]. */
export function frameFeatures(parameters: Parameters, values: tf.Tensor, { frame, embedding }: LatentFields): tf.Tensor {
  const [batch, steps] = values.shape as [number, number]
  return relu(dense(parameters, 'input', tf.reshape(values, [batch, steps / frame, frame * embedding])))
}

/** Each row so many times, one after the other: [B, …] -> [B·copies, …]. */
export function repeated(x: tf.Tensor, copies: number): tf.Tensor {
  if (copies === 1) return x
  const [batch, ...rest] = x.shape as [number, ...number[]]
  return tf.reshape(tf.tile(tf.expandDims(x, 1), [1, copies, ...rest.map(() => 1)]), [batch * copies, ...rest])
}

/**
 * Logits of every value, given what its frame is told and the values right before it: u_i = relu(c W_i + b_i + Σ_{j=1}^{reach} T_j e(x_{i−j})),
 * l_i = u_i V + d. context [B·copies, S, C], values embedded [B, S·F, E] -> [B·copies, steps, P].
 */
export function frameOutputs(parameters: Parameters, context: tf.Tensor, values: tf.Tensor, steps: number, { frame, reach }: LatentFields): tf.Tensor {
  const rows = context.shape[0]!
  const [batch, whole, channels] = values.shape as [number, number, number]
  const spread = dense(parameters, 'output.spread', context) // [R, S, C] -> [R, S, F·U]
  const units = spread.shape[2]! / frame
  let hidden = tf.reshape(spread, [rows, whole, units])
  if (reach > 0) {
    const start = tf.zeros([batch, 1, channels])
    const before = whole === 1 ? start : tf.concat([start, tf.slice(values, [0, 0, 0], [batch, whole - 1, channels])], 1)
    const taps = causalTaps(before, Array.from({ length: reach - 1 }, (_value, index) => reach - 1 - index)) // [B, S·F, reach·E], the oldest first
    hidden = tf.add(hidden, repeated(linear(taps, parameterOf(parameters, 'output.reach.weight')), rows / batch))
  }
  const shown = whole === steps ? hidden : tf.slice(hidden, [0, 0, 0], [rows, steps, units])
  return dense(parameters, 'output.logits', relu(shown))
}

/** Numbers of frames [R, S] at the first value of each, zeros at the others: [R, S·F]. */
export function atFirstValue(x: tf.Tensor, frame: number): tf.Tensor {
  const [rows, frames] = x.shape as [number, number]
  if (frame === 1) return x
  return tf.reshape(tf.concat([tf.expandDims(x, 2), tf.zeros([rows, frames, frame - 1])], 2), [rows, frames * frame])
}

/** How weights with these names start. */
export function latentSpecs(named: readonly LatentParameter[], domain: Domain, statistics?: DataStatistics): ParameterSpec[] {
  const outputBias = groupMarginalParameters(domain, 1, statistics)
  return named.map(({ name, shape }) => ({ name, shape, init: start(name, shape, outputBias) }))
}

/** Layers whose outputs go through a ReLU. */
const RECTIFIED = /(^|\.)(input|hidden|latent|decoder|spread|reach)\.weight$/

function start(name: string, shape: readonly number[], outputBias: Float32Array | undefined): Initializer {
  const outputs = shape.at(-1)!
  if (name === 'embedding') return { kind: 'normal', standardDeviation: 0.5 }
  if (name === 'position') return { kind: 'normal', standardDeviation: 0.1 }
  if (name === 'output.logits.bias' && outputBias) return { kind: 'values', values: outputBias }
  // Gates i, f, g, o: the one that keeps the state starts open (Jozefowicz et al. 2015).
  if (name === 'recurrence.bias') return { kind: 'values', values: new Float32Array(outputs).fill(1, outputs / 4, outputs / 2) }
  // Standard deviations start at 1.
  if (/^(prior|posterior)\.(\d+\.)?output\.bias$/.test(name)) return { kind: 'values', values: new Float32Array(outputs).fill(SPREAD_START, outputs / 2) }
  if (shape.length === 1) return { kind: 'zeros' }
  const inputs = shape[0]!
  return { kind: 'uniform', limit: RECTIFIED.test(name) ? heLimit(inputs) : glorotLimit(inputs, outputs) }
}
