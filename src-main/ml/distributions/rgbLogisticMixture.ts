import { logSoftmax, tanh } from '../tensor/ops'
import { tf } from '../tensor/tf'
import { centred, centredAt, clipLogScale, logisticLogMass, logisticLogMassAt } from './logisticMass'
import { logSumExp, logSumExpAt } from './logSumExp'

/**
 * The joint distribution of a pixel's three channels in PixelCNN++ (Salimans et al. 2017, section 2.2): one mixture indicator for the pixel, and
 * within a component the mean of green is linear in red, that of blue in red and green:
 *   μ_g(r) = μ_g + α r,  μ_b(r, g) = μ_b + β r + γ g, α, β, γ in −1…1 through tanh, r and g in −1…1.
 *
 * It is an exact chain of conditionals of a `discretizedLogisticMixture` for each channel: the means hold the coupling, and the mixture's
 * logits the evidence of the earlier channels, p(m | r) ∝ π_m P_m(r). So each dimension has its own 3M parameters [B, D, 3M] and everything
 * that works on conditionals works here.
 *
 * A net gives 10M parameters for each pixel: logits, means (r, g, b), log scales (r, g, b), α, β, γ, M of each.
 */

interface PixelParts {
  logits: tf.Tensor
  means: [tf.Tensor, tf.Tensor, tf.Tensor]
  logScales: [tf.Tensor, tf.Tensor, tf.Tensor]
}

/** pixel parameters [B, N, 10M], x [B, 3N] levels -> parts [B, N, M], the means coupled to the teacher's earlier channels. */
function coupledParts(pixels: tf.Tensor, x: tf.Tensor, levels: number): { parts: PixelParts; channels: [tf.Tensor, tf.Tensor, tf.Tensor] } {
  const [logits, r, g, b, sr, sg, sb, alpha, beta, gamma] = tf.split(pixels, 10, -1) as tf.Tensor[]
  const [batch, pixelCount] = pixels.shape as [number, number]
  const channels = tf.split(tf.reshape(x, [batch, pixelCount, 3]), 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor] // [B, N, 1] each
  const [red, green] = [centred(channels[0], levels), centred(channels[1], levels)]
  return {
    channels,
    parts: {
      logits: logSoftmax(logits!),
      means: [
        r!,
        tf.add(g!, tf.mul(tanh(alpha!), red)),
        tf.add(b!, tf.add(tf.mul(tanh(beta!), red), tf.mul(tanh(gamma!), green))),
      ],
      logScales: [clipLogScale(sr!), clipLogScale(sg!), clipLogScale(sb!)],
    },
  }
}

/** Conditionals of every channel under teacher forcing: pixel parameters [B, N, 10M], x [B, 3N] levels -> [B, 3N, 3M]. */
export function rgbConditionals(pixels: tf.Tensor, x: tf.Tensor, levels: number): tf.Tensor {
  const [batch, pixelCount, size] = pixels.shape as [number, number, number]
  const components = size / 10
  const { parts, channels } = coupledParts(pixels, x, levels)
  let logits = parts.logits
  const conditionals = channels.map((channel, index) => {
    const own = tf.concat([logits, parts.means[index]!, parts.logScales[index]!], -1) // [B, N, 3M]
    if (index < 2) logits = logSoftmax(tf.add(logits, logisticLogMass(channel, parts.means[index]!, parts.logScales[index]!, levels)))
    return own
  })
  return tf.reshape(tf.stack(conditionals, 2), [batch, 3 * pixelCount, 3 * components]) // [B, N, 3, 3M] -> [B, 3N, 3M]
}

/** The same as log-probabilities [B, 3N], each component's mass computed once: differences of log Σ_m π_m P_m(r) P_m(g | r) … */
export function rgbLogProb(pixels: tf.Tensor, x: tf.Tensor, levels: number): tf.Tensor {
  const { parts, channels } = coupledParts(pixels, x, levels)
  let logits = parts.logits
  let before: tf.Tensor | null = null // log Σ π = 0 before the first
  const logProbs = channels.map((channel, index) => {
    logits = tf.add(logits, logisticLogMass(channel, parts.means[index]!, parts.logScales[index]!, levels))
    const now = logSumExp(logits) // [B, N]
    const own = before ? tf.sub(now, before) : now
    before = now
    return own
  })
  return tf.reshape(tf.stack(logProbs, 2), x.shape) // [B, N, 3] -> [B, 3N]
}

/**
 * For samplers: the 3M parameters of one channel, given the levels of those before it in the pixel. `pixel` holds the pixel's 10M numbers at
 * `offset`, `earlier` the `channel` levels drawn so far; the result is written at `target`.
 */
export function rgbConditionalAt(
  pixel: Float32Array,
  offset: number,
  components: number,
  earlier: ArrayLike<number>,
  channel: number,
  levels: number,
  out: Float32Array,
  target: number,
): void {
  const M = components
  const partAt = (part: number, m: number): number => pixel[offset + part * M + m]!
  for (let m = 0; m < M; m++) {
    const red = channel > 0 ? centredAt(earlier[0]!, levels) : 0
    const green = channel > 1 ? centredAt(earlier[1]!, levels) : 0
    const means = [
      partAt(1, m),
      partAt(2, m) + Math.tanh(partAt(7, m)) * red,
      partAt(3, m) + Math.tanh(partAt(8, m)) * red + Math.tanh(partAt(9, m)) * green,
    ]
    let logit = partAt(0, m)
    for (let before = 0; before < channel; before++) logit += logisticLogMassAt(earlier[before]!, means[before]!, partAt(4 + before, m), levels)
    out[target + m] = logit
    out[target + M + m] = means[channel]!
    out[target + 2 * M + m] = partAt(4 + channel, m)
  }
  const normaliser = logSumExpAt(out, target, M)
  for (let m = 0; m < M; m++) out[target + m] = out[target + m]! - normaliser
}
