import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import { groupsOfChannels } from '../../contract/inspect/blocks/stream'
import { reachesAtCentre } from '../../contract/inspect/blocks/masks'
import { pixelCnnSchema } from '../../contract/inspect/pixelcnn'
import { madeSchema } from '../../contract/inspect/made'
import { madeDegrees, madeOneHot } from '../../contract/inspect/madeDegrees'
import { configuredOrdering } from '../../contract/inspect/orderedConfig'
import { ranksOf } from '../../contract/inspect/orderings'
import { fvsbnSchema } from '../../contract/inspect/fvsbn'
import type { ModelDocument } from '../../contract/records/model'

/** Weights as pictures of one shape [height, width, channels], the strongest (in Euclidean norm) first. What a mask takes away is NaN. */
export interface FilterPictures {
  title: string
  explanation: string
  /** The parameter that they are taken from. */
  parameter: string
  shape: number[]
  /** How many there are altogether. */
  of: number
  names: string[]
  /** One after another, row-major. */
  values: Float32Array<ArrayBuffer>
}

type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>

/**
 * Pictures of a model's weights: of fully connected families the incoming weights of each hidden unit in the shape of an example (FVSBN: those of each
 * dimension), of nets of convolutions the kernels of the first one. Empty for families without either.
 */
export function filtersOf({ family, config }: ModelDocument, domain: Domain, tensors: Tensors, most: number): FilterPictures[] {
  const pictured: Pictured[] = []
  if (family === 'fvsbn') pictured.push(fvsbnWeights(config, domain, tensors))
  else if (family === 'made') pictured.push(madeWeights(config, domain, tensors))
  else if (domain.kind !== 'audio' && (family === 'nade' || family === 'nade-softmax' || family === 'rnade')) pictured.push(unitWeights(domain, tensors, 'W'))
  else if (family === 'deepnade') pictured.push(unitWeights(domain, tensors, 'hidden.0.weight'))
  else {
    const kernels = firstKernels(family, config, domain, tensors)
    if (kernels) pictured.push(kernels)
  }
  return pictured.map((pictures) => strongest(pictures, most))
}

interface Pictured extends Pick<FilterPictures, 'title' | 'explanation' | 'parameter' | 'shape'> {
  count: number
  /** Value of one picture at one place. */
  at(picture: number, place: number): number
  name(picture: number): string
}

function strongest({ title, explanation, parameter, shape, count, at, name }: Pictured, most: number): FilterPictures {
  const size = shape.reduce((product, length) => product * length, 1)
  const norms = Float64Array.from({ length: count }, (_value, picture) => {
    let sum = 0
    for (let place = 0; place < size; place++) {
      const value = at(picture, place)
      if (!Number.isNaN(value)) sum += value * value
    }
    return sum
  })
  const chosen = Array.from(norms.keys()).sort((a, b) => norms[b]! - norms[a]! || a - b).slice(0, most)
  const values = new Float32Array(chosen.length * size)
  chosen.forEach((picture, slot) => {
    for (let place = 0; place < size; place++) values[slot * size + place] = at(picture, place)
  })
  return { title, explanation, parameter, shape, of: count, names: chosen.map(name), values }
}

function tensor(tensors: Tensors, name: string): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } {
  const found = tensors.get(name)
  if (!found) throw new Error(`The checkpoint lacks the weights '${name}'.`)
  return found
}

/** [height, width, channels] of an example; a table is a row. */
const pictureShape = (domain: Domain): number[] => (domain.kind === 'image' ? [...domain.shape] : [1, dimensionsOf(domain), 1])

/** weight[j][i], from dimension j to dimension i: for each i the weights of those that come before it. */
function fvsbnWeights(config: unknown, domain: Domain, tensors: Tensors): Pictured {
  const { data } = tensor(tensors, 'weight')
  const D = dimensionsOf(domain)
  const ranks = ranksOf(configuredOrdering(fvsbnSchema.parse(config), domain))
  return {
    title: 'Weights of each dimension',
    explanation: 'How each earlier dimension moves the logit of one dimension; those that come later in the ordering have no weight.',
    parameter: 'weight',
    shape: pictureShape(domain),
    count: D,
    at: (picture, place) => (ranks[place]! < ranks[picture]! ? data[place * D + picture]! : NaN),
    name: (picture) => placeName(domain, picture),
  }
}

/** W [D, H], or one-hot [D, K, H] (or [D·K, H]): for each hidden unit its weights from every dimension. */
function unitWeights(domain: Domain, tensors: Tensors, parameter: string): Pictured {
  const { shape, data } = tensor(tensors, parameter)
  const D = dimensionsOf(domain)
  const hidden = shape.at(-1)!
  const rows = data.length / hidden / D
  return {
    title: 'Incoming weights of the hidden units',
    explanation: explained(rows),
    parameter,
    shape: pictureShape(domain),
    count: hidden,
    at: (unit, place) => swing(data, place, rows, hidden, unit),
    name: (unit) => `unit ${unit + 1}`,
  }
}

const explained = (rows: number): string =>
  rows === 1
    ? 'How each dimension moves the activation of one hidden unit.'
    : 'How much more the highest level of each dimension moves the activation of one hidden unit than the lowest.'

/** The weight of a dimension; of a one-hot one, that of its highest level less that of its lowest. */
function swing(data: ArrayLike<number>, place: number, rows: number, hidden: number, unit: number): number {
  const lowest = data[place * rows * hidden + unit]!
  return rows === 1 ? lowest : data[(place * rows + rows - 1) * hidden + unit]! - lowest
}

function madeWeights(config: unknown, domain: Domain, tensors: Tensors): Pictured {
  const parsed = madeSchema.parse(config)
  const degrees = madeDegrees(parsed, domain)
  const units = degrees.hidden[0]!
  const rows = madeOneHot(parsed, domain) ? domain.levels : 1
  const { data } = tensor(tensors, 'hidden.0.weight')
  return {
    title: 'Incoming weights of the hidden units',
    explanation: `${explained(rows)} What the mask takes away is left out.`,
    parameter: 'hidden.0.weight',
    shape: pictureShape(domain),
    count: units.length,
    at: (unit, place) => (degrees.input[place * rows]! <= units[unit]! ? swing(data, place, rows, units.length, unit) : NaN),
    name: (unit) => `unit ${unit + 1}, sees ${units[unit]!} of ${degrees.input.length / rows} dimensions`,
  }
}

/** The first parameter that is a kernel [rows, columns, in, out] of more than one pixel, in the order of blocks. */
function firstKernels(family: string, config: unknown, domain: Domain, tensors: Tensors): Pictured | null {
  const kernels = [...tensors].filter(([, { shape }]) => shape.length === 4 && shape[0]! * shape[1]! > 1)
  const first = kernels.sort(([a], [b]) => byBlock(a, b))[0]
  if (!first) return null
  const [parameter, { shape, data }] = first
  const [rows, columns, inputs, outputs] = shape as [number, number, number, number]
  // Only the masked kernel of PixelCNN still has entries in it that a mask takes away.
  const masked = family === 'pixelcnn' ? pixelCnnSchema.parse(config) : null
  const groups = domain.shape[2] ?? 1
  const [groupOf, half] = [groupsOfChannels(outputs, groups), Math.floor(columns / 2)]
  const takenAway = (input: number, output: number, row: number, column: number): boolean => {
    if (!masked || row < rows - 1 || column < half) return false
    // The input beyond the colours is the constant one, which every group sees.
    return column > half || !reachesAtCentre('A', input < groups ? input : -1, groupOf[output]!)
  }
  return {
    title: 'Kernels of the first convolution',
    explanation: `Each picture is one input channel's kernel of one feature map, ${rows} × ${columns}${masked ? '; what the mask takes away is left out' : ''}.`,
    parameter,
    shape: [rows, columns, 1],
    count: inputs * outputs,
    at(picture, place) {
      const [output, input] = [Math.floor(picture / inputs), picture % inputs]
      const [row, column] = [Math.floor(place / columns), place % columns]
      return takenAway(input, output, row, column) ? NaN : data[(place * inputs + input) * outputs + output]!
    },
    name: (picture) => `map ${Math.floor(picture / inputs) + 1}, ${channelName(picture % inputs, groups)}`,
  }
}

const channelName = (input: number, groups: number): string =>
  input >= groups ? 'constant' : groups === 3 ? (['red', 'green', 'blue'][input] ?? String(input)) : 'image'

/** 'blocks.2.…' before 'blocks.10.…'. */
const byBlock = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })

function placeName(domain: Domain, dimension: number): string {
  if (domain.kind !== 'image') return `dimension ${dimension + 1}`
  const [, width, channels] = domain.shape as [number, number, number]
  const pixel = Math.floor(dimension / channels)
  return `row ${Math.floor(pixel / width) + 1}, column ${(pixel % width) + 1}${channels === 3 ? `, ${channelName(dimension % channels, 3)}` : ''}`
}
