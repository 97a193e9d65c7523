import type { Domain } from '../../contract/domain'
import type { ConvNadeConfig } from '../../contract/inspect/convnade'
import { convNadePlanes, convNadeReach } from '../../contract/inspect/convnade'
import { heLimit } from '../layers/layer'
import { conv2d } from '../tensor/conv2d'
import { linear } from '../tensor/linear'
import { biasAdd, relu } from '../tensor/ops'
import { tf } from '../tensor/tf'
import type { ParameterSpec, Parameters } from './model'
import { parameterOf } from './parameterOf'

/** The convolutional half of ConvNADE on images [H, W, C], with P parameters of a conditional. */
export interface ConvNet {
  height: number
  width: number
  colours: number
  outputs: number
  config: Pick<ConvNadeConfig, 'channels' | 'blocks' | 'kernel' | 'firstKernel' | 'headChannels'>
  /** r: an output depends on the square of side 2r + 1 around its pixel. */
  reach: number
}

export function convNetOf(config: ConvNadeConfig, domain: Domain, outputs: number): ConvNet {
  const [height = 1, width = 1, colours = 1] = domain.shape
  return { height, width, colours, outputs, config, reach: convNadeReach(config) }
}

/** input.weight [k, k, 2C + 1, F] (planes: masked values, masks, ones), blocks.l.weight [k, k, F, F], head.weight [F, G], output.weight [G, C·P] (starting at 0). */
export function convNetParameters({ colours, outputs, config }: ConvNet): ParameterSpec[] {
  const { channels, blocks, kernel, firstKernel, headChannels } = config
  const planes = convNadePlanes(colours)
  const weight = (name: string, shape: number[], gain = 1): ParameterSpec => {
    const inputs = shape.slice(0, -1).reduce((product, size) => product * size, 1)
    return { name, shape, init: { kind: 'uniform', limit: gain * heLimit(inputs) } }
  }
  return [
    weight('input.weight', [firstKernel, firstKernel, planes, channels]),
    { name: 'input.bias', shape: [channels], init: { kind: 'zeros' } },
    // Residual sums would grow with depth.
    ...Array.from({ length: blocks }, (_value, index): ParameterSpec[] => [
      weight(`blocks.${index}.weight`, [kernel, kernel, channels, channels], 1 / Math.sqrt(blocks)),
      { name: `blocks.${index}.bias`, shape: [channels], init: { kind: 'zeros' } },
    ]).flat(),
    weight('head.weight', [channels, headChannels]),
    { name: 'head.bias', shape: [headChannels], init: { kind: 'zeros' } },
    { name: 'output.weight', shape: [headChannels, colours * outputs], init: { kind: 'zeros' } },
  ]
}

/** Planes [N, h, w, 2C + 1] of the whole image, padded with zeros, -> [N, h, w, C·P]. */
export function convWhole(net: ConvNet, named: Parameters, planes: tf.Tensor): tf.Tensor {
  let a: tf.Tensor = biasAdd(conv2d(planes, parameterOf(named, 'input.weight'), 'same'), parameterOf(named, 'input.bias'))
  for (let block = 0; block < net.config.blocks; block++)
    a = tf.add(a, biasAdd(conv2d(relu(a), parameterOf(named, `blocks.${block}.weight`), 'same'), parameterOf(named, `blocks.${block}.bias`)))
  return head(named, a)
}

/**
 * The same at one pixel, from the square of planes [N, 2r + 1, 2r + 1, 2C + 1] around it -> [N, C·P]. Each convolution takes the border off; `inside`
 * [N or 1, 2r + 1, 2r + 1, 1] is 1 where the square lies in the image, since beyond it every layer is padded with zeros.
 */
export function convAtPixel(net: ConvNet, named: Parameters, planes: tf.Tensor, inside: tf.Tensor): tf.Tensor {
  const { config, reach } = net
  const centre = (x: tf.Tensor, radius: number): tf.Tensor => {
    const [rows, height, , channels] = x.shape as [number, number, number, number]
    const from = (height - 1) / 2 - radius
    return tf.slice(x, [0, from, from, 0], [rows, 2 * radius + 1, 2 * radius + 1, channels])
  }
  let radius = reach - (config.firstKernel >> 1)
  let a: tf.Tensor = biasAdd(conv2d(planes, parameterOf(named, 'input.weight'), 'valid'), parameterOf(named, 'input.bias'))
  for (let block = 0; block < config.blocks; block++) {
    const shown = tf.mul(relu(a), centre(inside, radius))
    radius -= config.kernel >> 1
    const update = biasAdd(conv2d(shown, parameterOf(named, `blocks.${block}.weight`), 'valid'), parameterOf(named, `blocks.${block}.bias`))
    a = tf.add(centre(a, radius), update)
  }
  return tf.reshape(head(named, a), [-1, net.colours * net.outputs]) // [N, 1, 1, C·P] -> [N, C·P]
}

function head(named: Parameters, a: tf.Tensor): tf.Tensor {
  const hidden = relu(linear(relu(a), parameterOf(named, 'head.weight'), parameterOf(named, 'head.bias')))
  return linear(hidden, parameterOf(named, 'output.weight'))
}

/**
 * Dimensions (raster indices) in the square around the pixel of dimension `dimension`, [2r + 1, 2r + 1, C] flattened; D beyond the image.
 */
export function squareAround({ height, width, colours, reach }: ConvNet, dimension: number): Int32Array {
  const cell = Math.floor(dimension / colours)
  const [row, column] = [Math.floor(cell / width), cell % width]
  const side = 2 * reach + 1
  const square = new Int32Array(side * side * colours).fill(height * width * colours)
  let at = 0
  for (let y = row - reach; y <= row + reach; y++) {
    for (let x = column - reach; x <= column + reach; x++, at += colours) {
      if (y < 0 || y >= height || x < 0 || x >= width) continue
      for (let colour = 0; colour < colours; colour++) square[at + colour] = (y * width + x) * colours + colour
    }
  }
  return square
}
