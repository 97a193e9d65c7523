import type { VideoPixelNetworkConfig } from '../../contract/inspect/videoPixelNetwork'
import type { Distribution } from '../distributions/distribution'
import { steppedSampler } from '../kernels/steppedSampler'
import { tf } from '../tensor/tf'
import { blockPlan } from './blockPlan'
import { blockSampler } from './blockSampler'
import { encodeFrames, recurrenceDrive, recurrentStep } from './frameContext'
import type { CachedSampler, Parameters, Weights } from './model'
import type { ScaleNet } from './multiscale'

export interface VideoSamplerOptions {
  config: VideoPixelNetworkConfig
  decoder: ScaleNet
  distribution: Distribution
  /** Dimensions and pixels of a frame. */
  perFrame: number
  plane: number
  /** Features of the context of a pixel. */
  size: number
  withOnes(x: tf.Tensor): tf.Tensor
  first(batch: number, parameters: Parameters): tf.Tensor
  weights: Weights
  batch: number
  /** Whether the decoder runs in the kernels. */
  kernels: boolean
}

/**
 * Frame after frame: at the start of each, what came before it is encoded once, by the same operations as in training, and the state of the recurrence
 * kept; inside a frame the decoder's cached sampler computes the new pixel alone.
 */
export function frameAfterFrame(options: VideoSamplerOptions): CachedSampler {
  const { perFrame, batch } = options
  const decoderWith = decoderOf(options)
  const nextContext = contextAfter(options)
  const drawn = new Float32Array(batch * perFrame)
  let sampler: CachedSampler | null = null
  return {
    logits(step) {
      if (step % perFrame === 0) sampler = decoderWith(nextContext(step === 0 ? null : drawn))
      return sampler!.logits(step % perFrame)
    },
    accept(step, values) {
      const within = step % perFrame
      sampler!.accept(within, values)
      for (let sample = 0; sample < batch; sample++) drawn[sample * perFrame + within] = values[sample]!
    },
  }
}

/** A sampler of one frame, given the context of its pixels [batch × H·W·(F + S)] where the model has one. */
function decoderOf({ decoder: { layers, context }, distribution, perFrame, plane, size, weights, batch, kernels }: VideoSamplerOptions): (map: Float32Array | null) => CachedSampler {
  if (!kernels) return (map) => blockSampler({ layout: 'image', layers, context, weights, batch, inputs: map ? { context: map } : {} })
  const plan = blockPlan({ layout: 'image', layers, context, distribution, conditioning: null, weights, steps: perFrame, contextSize: plane * size })
  if (!plan) throw new Error('A layer of the decoder does not describe itself to the kernels.')
  return (map) => steppedSampler(plan, batch, perFrame, map)
}

/** From the frame drawn last (null: there is none) to the context of the next one; keeps the state. */
function contextAfter({ config, perFrame, plane, size, withOnes, first, weights, batch }: VideoSamplerOptions): (last: Float32Array | null) => Float32Array | null {
  if (config.context === 'none') return () => null
  let kept: { hidden: Float32Array; cell: Float32Array } | null = null
  return (last) =>
    tf.tidy(() => {
      const parameter = (name: string): tf.Tensor => {
        const found = weights.get(name)
        if (!found) throw new Error(`The weights lack the tensor '${name}'.`)
        return tf.tensor(found.data, found.shape)
      }
      const read = (tensor: tf.Tensor): Float32Array => tensor.dataSync() as Float32Array
      if (last === null) return read(first(batch, { start: parameter('start') }))
      const encoded = encodeFrames(withOnes(tf.tensor2d(last, [batch, perFrame])), config, parameter)
      if (config.context === 'last-frame') return read(encoded)
      const [, height, width] = encoded.shape as [number, number, number, number]
      const asMap = (values: Float32Array): tf.Tensor => tf.tensor(values, [batch, height, width, config.stateChannels])
      const state = recurrentStep(recurrenceDrive(encoded, parameter), kept ? { hidden: asMap(kept.hidden), cell: asMap(kept.cell) } : null, parameter)
      kept = { hidden: read(state.hidden).slice(), cell: read(state.cell).slice() }
      const map = read(tf.concat([encoded, state.hidden], 3))
      if (map.length !== batch * plane * size) throw new Error('The context of a frame has another size than the decoder reads.')
      return map
    })
}
