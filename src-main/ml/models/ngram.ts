import { isSeries } from '../../contract/domain'
import type { NgramConfig } from '../../contract/inspect/ngram'
import { ngram as description, ngramSizes } from '../../contract/inspect/ngram'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { distributionFor } from '../distributions/distributionFor'
import { orderingMaps } from '../orderings/apply'
import { rowsOf } from '../tensor/rowsOf'
import { segmentSum } from '../tensor/segmentSum'
import { sigmoid } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { Family, Parameters, ParameterSpec } from './model'
import { ngramFitter } from './ngramFitter'
import { ngramSampler } from './ngramSampler'
import { startingTrie } from './ngramTrie'
import { parameterOf } from './parameterOf'

/**
 * The n-gram: p_j, the prediction from the last j values c_j, blends what followed c_j with the prediction from one value less,
 *   p_j(v) = (1 − λ(c_j)) q(v | c_j) + λ(c_j) p_{j−1}(v),  p_{−1}(v) = 1/K,  p = p_{n−1};
 * a context that is not stored leaves p_{j−1} as it is. Values before the start of a sequence are one symbol, the start.
 *
 * Weights: backOff [N], λ(c) = σ(backOff_c); weight [E], q(· | c) = softmax of the weights of c's entries. Beside them the tree in which both lie
 * (ngramTrie), whole numbers that are counted and never descended along.
 */
export const ngram: Family<NgramConfig> = {
  description,
  build(config, domain) {
    const { n } = config
    const { levels } = domain
    const series = isSeries(domain)
    const sizes = ngramSizes(config, domain)
    const { ordering, toSteps, toRaster } = orderingMaps(configuredOrdering(config, series ? { shape: [1] } : domain))
    const distribution = distributionFor(domain)
    let trie: ReturnType<typeof startingTrie> | null = null
    const structure = (name: keyof ReturnType<typeof startingTrie>, size: number): ParameterSpec => ({
      name,
      shape: [size],
      structure: true,
      // Made when somebody asks: large, and not needed by a model that reads its weights from a file.
      init: {
        kind: 'values',
        get values() {
          trie ??= startingTrie(n, levels, sizes)
          return trie[name]
        },
      },
    })
    /** p(v) of the values asked for: v [B, T] or [B, T, k] -> the same shape. */
    const probability = (parameters: Parameters, x: tf.Tensor, asked: tf.Tensor): tf.Tensor => {
      const numbers = (name: string): tf.Tensor => parameterOf(parameters, name)
      const owner = tf.cast(numbers('owner'), 'int32')
      const masses = tf.exp(numbers('weight')) // [E]
      const shares = tf.div(masses, at(segmentSum(masses, owner, sizes.contexts + 1), numbers('owner')))
      const found = tf.concat([shares, tf.zeros([1])], 0) // [E + 1]
      const leaning = tf.concat([sigmoid(numbers('backOff')), tf.ones([1])], 0) // [N + 1]
      const like = (values: tf.Tensor): tf.Tensor => (asked.shape.length === 3 ? tf.expandDims(values, 2) : values)
      let node = tf.zerosLike(x)
      let p: tf.Tensor = tf.fill(asked.shape, 1 / levels)
      for (let length = 0; length < n; length++) {
        if (length > 0) node = placeOf(numbers('symbol'), rangeOf(numbers('childStart'), node), earlier(x, length, n, levels), levels + 1)
        const { start, end } = rangeOf(numbers('entryStart'), node)
        const entry = placeOf(numbers('level'), { start: like(start), end: like(end) }, asked, levels)
        const lambda = like(at(leaning, node))
        p = tf.add(tf.mul(tf.sub(1, lambda), at(found, entry)), tf.mul(lambda, p))
      }
      return p
    }
    const inSteps = (x: tf.Tensor): tf.Tensor => (series ? x : toSteps(x, 1))
    const inRaster = (x: tf.Tensor): tf.Tensor => (series ? x : toRaster(x, 1))
    return {
      parameters: [
        { name: 'backOff', shape: [sizes.contexts], init: { kind: 'zeros' } },
        { name: 'weight', shape: [sizes.entries], init: { kind: 'zeros' } },
        structure('childStart', sizes.contexts + 2),
        structure('symbol', sizes.contexts + 1),
        structure('entryStart', sizes.contexts + 2),
        structure('level', sizes.entries + 1),
        structure('owner', sizes.entries),
      ],
      distribution,
      ordering: series ? null : ordering,
      ...(series ? { receptiveField: Math.max(1, n - 1) } : {}),
      conditionals(parameters, x) {
        const steps = inSteps(x)
        const [batch, length] = steps.shape as [number, number]
        const asked = tf.mul(tf.ones([batch, length, 1]), tf.range(0, levels, 1, 'float32')) // [B, T, K]
        const logProb = tf.log(probability(parameters, steps, asked))
        if (levels > 2) return inRaster(logProb)
        return inRaster(tf.sub(tf.slice(logProb, [0, 0, 1], [batch, length, 1]), tf.slice(logProb, [0, 0, 0], [batch, length, 1]))) // [B, T, 1]
      },
      // Looks up one value of each position instead of all K.
      logProbPerDimension(parameters, x) {
        const steps = inSteps(x)
        return inRaster(tf.log(probability(parameters, steps, steps)))
      },
      fitter: () => ngramFitter(config, levels, sizes, series ? null : ordering),
      sampler: (weights, batch) => ngramSampler(weights, { batch, n, levels }),
    }
  },
}

/** table [N], whole numbers [...] as float32 -> [...]. Differentiable in the table alone. */
function at(table: tf.Tensor, indices: tf.Tensor): tf.Tensor {
  return tf.reshape(rowsOf(tf.reshape(table, [-1, 1]), tf.cast(indices, 'int32')), indices.shape)
}

interface Range {
  start: tf.Tensor
  end: tf.Tensor
}

const rangeOf = (starts: tf.Tensor, node: tf.Tensor): Range => ({ start: at(starts, node), end: at(starts, tf.add(node, 1)) })

/**
 * Where `wanted` stands among the numbers keys[start … end), which rise and are at most `most`; the last place of keys when it is not there. A
 * binary search of a fixed number of steps, so that it can be compiled.
 */
function placeOf(keys: tf.Tensor, { start, end }: Range, wanted: tf.Tensor, most: number): tf.Tensor {
  const nowhere = keys.shape[0]! - 1
  const keyAt = (place: tf.Tensor): tf.Tensor => at(keys, tf.minimum(tf.maximum(place, 0), nowhere))
  let place = tf.add(tf.sub(start, 1), tf.mul(wanted, 0))
  for (let stride = 2 ** Math.floor(Math.log2(most)); stride >= 1; stride /= 2) {
    const from = place
    place = tf.tidy(() => {
      const next = tf.add(from, stride)
      const fits = tf.mul(tf.cast(tf.less(next, end), 'float32'), tf.cast(tf.lessEqual(keyAt(next), wanted), 'float32'))
      return tf.add(from, tf.mul(fits, stride))
    })
  }
  const found = tf.mul(tf.cast(tf.greaterEqual(place, start), 'float32'), tf.cast(tf.equal(keyAt(place), wanted), 'float32'))
  return tf.add(tf.mul(found, place), tf.mul(tf.sub(1, found), nowhere))
}

/** The values `back` steps before each: x [B, T] -> [B, T]; K at the start of the sequence, −1 before that. */
function earlier(x: tf.Tensor, back: number, n: number, levels: number): tf.Tensor {
  const [batch, length] = x.shape as [number, number]
  const outside = tf.fill([batch, n - 2], -1)
  const whole = tf.concat([...(n > 2 ? [outside] : []), tf.fill([batch, 1], levels), x], 1) // [B, n − 1 + T]
  return tf.slice(whole, [0, n - 1 - back], [batch, length])
}
