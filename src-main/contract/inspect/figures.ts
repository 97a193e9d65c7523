import type { Domain } from '../domain'
import { dimensionsOf } from '../domain'
import type { ReceptiveField } from '../records/model'
import { ranksOf } from './orderings'

/** What the engine process takes before any model: Node, TensorFlow, the compiled step. */
const PROCESS_BYTES = 500e6
/** Weights, gradients, moments, average, masks as constants, and the copies that checkpoints are written from. */
const WEIGHT_COPIES = 10
/** Each activation with its gradient, and what else is alive while the step is traced and run. */
const ACTIVATION_COPIES = 1.5

/**
 * Bytes that the engine process takes at most while it trains: an estimate, calibrated on the peak resident memory of trainings on the CPU
 * (see engine/memory.test.ts, which holds it to a factor of 1.5).
 */
export function trainingMemory(figures: { parameters: number; activationsPerExample: number; batchSize: number }): number {
  return PROCESS_BYTES + blockMemory(figures)
}

/** The share of that which one part of the model takes. */
export function blockMemory(figures: { parameters: number; activationsPerExample: number; batchSize: number }): number {
  return Math.round(4 * (WEIGHT_COPIES * figures.parameters + ACTIVATION_COPIES * figures.activationsPerExample * figures.batchSize))
}

/** P, the distribution parameters of one dimension: one logit where binary, else K. */
export function parametersPerDimension(domain: Pick<Domain, 'levels'>): number {
  return domain.levels === 2 ? 1 : domain.levels
}

export const count = (value: number): string => value.toLocaleString('en-US')

/** 'binary images of 28 × 28', 'audio at 8,000 Hz' … for messages. */
export function describeDomain(domain: Domain): string {
  const values = domain.levels === 2 ? 'binary' : `${domain.levels}-level`
  switch (domain.kind) {
    case 'image': {
      const [height = 0, width = 0, channels = 1] = domain.shape
      return `${values} ${channels === 3 ? 'RGB ' : ''}images of ${height} × ${width}`
    }
    case 'video': {
      const [frames = 0, height = 0, width = 0, channels = 1] = domain.shape
      return `${values} ${channels === 3 ? 'RGB ' : ''}video of ${frames} frames of ${height} × ${width}`
    }
    case 'audio':
      return domain.sampleRate ? `audio at ${count(domain.sampleRate)} Hz` : 'audio'
    case 'text':
      return `text of ${domain.levels} different ${domain.text?.unit ?? 'characters'}`
    default:
      return `${values} ${domain.kind} data of ${count(dimensionsOf(domain))} dimensions`
  }
}

/** What a family whose conditionals see every earlier dimension sees; `sees: 'none'` for independent dimensions. */
export function denseReceptiveField(
  domain: Domain,
  ordering: Int32Array,
  pixel?: [number, number],
  sees: 'all' | 'none' = 'all',
): ReceptiveField {
  const dimensions = dimensionsOf(domain)
  const noun = domain.kind === 'image' ? (domain.shape[2] === 3 ? 'pixels and channels' : 'pixels') : 'dimensions'
  const field: ReceptiveField = {
    text: sees === 'none' ? 'nothing: dimensions are independent' : `all earlier ${noun}`,
    size: sees === 'none' ? 0 : dimensions - 1,
  }
  return domain.kind === 'image' ? { ...field, map: denseMap(domain, ordering, pixel, sees) } : field
}

function denseMap(domain: Domain, ordering: Int32Array, pixel: [number, number] | undefined, sees: 'all' | 'none'): ReceptiveField['map'] {
  const [height = 1, width = 1, channels = 1] = domain.shape
  const [row, column] = clampPixel(pixel, height, width)
  const ranks = ranksOf(ordering)
  const firstRank = (cell: number): number =>
    Math.min(...Array.from({ length: channels }, (_value, channel) => ranks[cell * channels + channel]!))
  const own = row * width + column
  // All channels of the pixel together see what the last generated of them sees.
  const lastRank = Math.max(...Array.from({ length: channels }, (_value, channel) => ranks[own * channels + channel]!))
  const cells = new Uint8Array(height * width)
  for (let cell = 0; cell < cells.length; cell++) {
    if (cell !== own && firstRank(cell) < lastRank) cells[cell] = sees === 'all' ? 1 : 2
  }
  return { height, width, pixel: [row, column], cells }
}

/** The pixel inside the image; its centre when none is asked for. */
export function clampPixel(pixel: [number, number] | undefined, height: number, width: number): [number, number] {
  const [row, column] = pixel ?? [Math.floor(height / 2), Math.floor(width / 2)]
  return [Math.min(height - 1, Math.max(0, row)), Math.min(width - 1, Math.max(0, column))]
}
