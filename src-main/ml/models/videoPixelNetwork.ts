import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { orderingOf } from '../../contract/inspect/orderings'
import { contextParameters, contextSize, decoderBlocks, frameDomain, videoPixelNetwork as description } from '../../contract/inspect/videoPixelNetwork'
import type { VideoPixelNetworkConfig } from '../../contract/inspect/videoPixelNetwork'
import { conditionalOf } from '../distributions/conditionalOf'
import { centred } from '../distributions/logisticMass'
import { glorotLimit, heLimit } from '../layers/layer'
import { tf } from '../tensor/tf'
import { encodeFrames, recurrenceDrive, recurrentStep } from './frameContext'
import type { RecurrentState } from './frameContext'
import { groupMarginalParameters } from './marginalBias'
import { groupMixtureStart } from './mixtureStart'
import type { DataStatistics, Family, Model, Parameters, ParameterSpec } from './model'
import { applyNet, scaleNet, specsOf } from './multiscale'
import { parameterOf } from './parameterOf'
import { frameAfterFrame } from './videoSampler'

/**
 * Video pixel network (Kalchbrenner et al. 2016): p(x) = ∏_t ∏_i p(x_t,i | x_t,<i, x_<t). Each frame is encoded by residual convolutions, e; a
 * convolutional LSTM carries what was seen through time, s_t = ConvLSTM(e(x_t−1), s_t−1); frame t is predicted by a PixelCNN whose gates are
 * given [e(x_t−1), s_t] at every pixel. Blocks are plain residual ones where the paper's are multiplicative, the decoder is Gated PixelCNN's two stacks,
 * which have no blind spot, and the last frame's encoding is given beside the state, which so need only hold what is older. `context: last-frame`
 * leaves the state out, `context: none` the earlier frames altogether: the PixelCNNs that the paper compares with.
 *
 * Weights: encoder.* and lstm.* [3, 3, in, out] with biases (gates i, f, o, g side by side), start [F + S], what the gates of the first frame are
 * given, decoder.blocks.* as in Gated PixelCNN.
 */
export const videoPixelNetwork: Family<VideoPixelNetworkConfig> = { description, build }

/** Frames whose conditionals an evaluation holds together. */
const FRAMES_TOGETHER = 256

function build(config: VideoPixelNetworkConfig, domain: Domain, _seed: number, statistics?: DataStatistics): Model {
  const [frames = 1, height = 1, width = 1, channels = 1] = domain.shape
  const { levels } = domain
  const image = frameDomain(domain)
  const distribution = conditionalOf(config.conditionals, config.components, levels)
  const outputBias =
    config.conditionals === 'logistics' ? groupMixtureStart(config.components, image, channels, statistics) : groupMarginalParameters(image, channels, statistics)
  const decoder = scaleNet({ blocks: decoderBlocks(config, domain), domain: image, prefix: 'decoder', parametersPerDimension: distribution.parametersPerDimension, outputBias })
  const perFrame = height * width * channels
  const size = contextSize(config)
  const P = distribution.parametersPerDimension

  /** Levels of frames [N, H·W·C] -> what the encoder reads, [N, H, W, C + 1]. */
  const withOnes = (x: tf.Tensor): tf.Tensor => {
    const pictures = tf.reshape(centred(x, levels), [-1, height, width, channels])
    return tf.concat([pictures, tf.onesLike(tf.slice(pictures, [0, 0, 0, 0], [-1, -1, -1, 1]))], 3)
  }
  /** What the gates of the first frame are given, [B, H, W, F + S]. */
  const first = (batch: number, parameters: Parameters): tf.Tensor => tf.add(tf.zeros([batch, height, width, size]), parameterOf(parameters, 'start'))

  /** Frames in order of time [T·B, H·W·C] -> the context of each, [T·B, H, W, F + S]. */
  const contexts = (inTime: tf.Tensor, batch: number, parameters: Parameters): tf.Tensor => {
    const start = first(batch, parameters)
    if (frames === 1) return start
    const parameter = (name: string): tf.Tensor => parameterOf(parameters, name)
    const earlier = (frames - 1) * batch
    const encoded = encodeFrames(withOnes(tf.slice(inTime, [0, 0], [earlier, perFrame])), config, parameter) // [(T−1)·B, H, W, F]
    if (config.context === 'last-frame') return tf.concat([start, encoded], 0)
    const drive = recurrenceDrive(encoded, parameter) // [(T−1)·B, H, W, 4S]
    const states: tf.Tensor[] = []
    let state: RecurrentState | null = null
    for (let frame = 0; frame < frames - 1; frame++) {
      state = recurrentStep(tf.slice(drive, [frame * batch, 0, 0, 0], [batch, height, width, drive.shape[3]!]), state, parameter)
      states.push(state.hidden)
    }
    const hidden = states.length === 1 ? states[0]! : tf.concat(states, 0) // [(T−1)·B, H, W, S]
    return tf.concat([start, tf.concat([encoded, hidden], 3)], 0)
  }

  const sampling = { config, decoder, distribution, perFrame, size, plane: height * width, withOnes, first }
  return {
    parameters: [...contextSpecs(config, channels), ...specsOf(decoder)],
    distribution,
    ordering: orderingOf('raster', [dimensionsOf(domain)]),
    evaluationBatchSize: Math.max(1, Math.floor(FRAMES_TOGETHER / frames)),
    conditionals(parameters, x) {
      const batch = x.shape[0]!
      // Frames of one moment side by side: [B, T·H·W·C] -> [T·B, H·W·C]
      const inTime = tf.reshape(tf.transpose(tf.reshape(x, [batch, frames, perFrame]), [1, 0, 2]), [frames * batch, perFrame])
      const given = config.context === 'none' ? {} : { context: contexts(inTime, batch, parameters) }
      const predicted = applyNet(decoder, parameters, inTime, given) // [T·B, H·W·C, P]
      return tf.reshape(tf.transpose(tf.reshape(predicted, [frames, batch, perFrame * P]), [1, 0, 2]), [batch, frames * perFrame, P])
    },
    kernelSampler: (weights, batch) => frameAfterFrame({ ...sampling, weights, batch, kernels: true }),
    sampler: (weights, batch) => frameAfterFrame({ ...sampling, weights, batch, kernels: false }),
  }
}

const contextSpecs = (config: VideoPixelNetworkConfig, channels: number): ParameterSpec[] =>
  contextParameters(config, channels).map(({ part, name, shape }): ParameterSpec => {
    const outputs = shape.at(-1)!
    if (name === 'lstm.input.bias') {
      // The gates that keep the state start open (Jozefowicz et al. 2015).
      const values = new Float32Array(outputs).fill(1, outputs / 4, outputs / 2)
      return { name, shape, init: { kind: 'values', values } }
    }
    if (shape.length === 1) return { name, shape, init: { kind: 'zeros' } }
    const inputs = 9 * shape[2]!
    return { name, shape, init: { kind: 'uniform', limit: part === 'encoder' ? heLimit(inputs) : glorotLimit(inputs, outputs / 4) } }
  })
