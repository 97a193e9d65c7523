import type { Domain } from '../../domain'
import { dimensionsOf, isSeries } from '../../domain'
import type { Inspection, ReceptiveField } from '../../records/model'
import type { InspectOptions } from '../family'
import { blockMemory, clampPixel, count, parametersPerDimension, trainingMemory } from '../figures'
import { ranksOf } from '../orderings'
import type { BlockLayout } from './blockList'
import type { Block } from './blocks'
import { describeBlock } from './blocks'
import { imageField } from './imageField'
import type { Field } from './imageField'
import type { BlockContext, BlockReport, Need, PositionSet, Stream } from './stream'
import { emptySet } from './stream'
import { trainingContextOf } from './trainingContext'

export type { BlockLayout } from './blockList'

/** Images lie on their pixels with one group for each channel; sequences (and rasters) are one row of time steps. */
export function blockContext(layout: BlockLayout, domain: Domain): BlockContext {
  const [height = 1, width = 1, channels = 1] = domain.shape
  const grid = layout === 'image' ? { height, width, groups: channels } : { height: 1, width: dimensionsOf(domain), groups: 1 }
  return { grid, levels: domain.levels, parametersPerDimension: parametersPerDimension(domain) }
}

export interface BlockInSequence {
  block: Block
  name: string
  input: Stream
  report: BlockReport
}

/** Every block with what flows into it. */
export function walkBlocks(blocks: readonly Block[], context: BlockContext): BlockInSequence[] {
  let input = startStream()
  return blocks.map((block, index) => {
    const entry = walkBlock(block, index, input, context)
    input = entry.report.output
    return entry
  })
}

/** What flows into the first block. */
export const startStream = (): Stream => ({ sees: 'data', channels: 0, groupOf: new Int32Array(0), skipChannels: 0 })

/** One block of a list. Throws with the mend when it cannot be built on what flows in. */
export function walkBlock(block: Block, index: number, input: Stream, context: BlockContext): BlockInSequence {
  return { block, name: `blocks.${index}`, input, report: describeBlock(block).inspect(block, input, context) }
}

/** Input positions that the output at the positions `from` depends on, by the blocks' dependency rules: exact, borders included. */
export function traceBlocks(walked: readonly BlockInSequence[], from: PositionSet, context: BlockContext): PositionSet {
  return traceNeeds(walked, from, context).main
}

/** The same with all that is read besides, such as a context map. */
export function traceNeeds(walked: readonly BlockInSequence[], from: PositionSet, context: BlockContext): Need {
  let need: Need = { main: from, skip: emptySet(context.grid) }
  for (const { block, input } of [...walked].reverse()) need = describeBlock(block).trace(block, need, input, context)
  return need
}

export interface InspectBlocksOptions extends InspectOptions {
  /** Sequences made of examples of one shape: ordering[step] = the dimension generated at that step; the raster's when absent. */
  ordering?: Int32Array
}

export function inspectBlocks(layout: BlockLayout, blocks: readonly Block[], domain: Domain, options: InspectBlocksOptions = {}): Inspection {
  const context = blockContext(layout, domain)
  const walked = walkBlocks(blocks, context)
  const total = (figure: (report: BlockReport) => number): number => walked.reduce((sum, { report }) => sum + figure(report), 0)
  const leaks = walked.flatMap(({ name, block, report }) =>
    report.leak ? [{ block: `${name} (${block.kind})`, reason: report.leak }] : [],
  )
  const field =
    layout === 'image'
      ? imageField((from) => traceBlocks(walked, from, context), context.grid, options.pixel)
      : sequenceField(walked, context, domain, options)
  if (leaks.length === 0 && field.leaks) {
    leaks.push({
      block: `${walked.at(-1)!.name} (${walked.at(-1)!.block.kind})`,
      reason: 'the dependency rules of the blocks let an output see its own or a later position',
    })
  }
  const parameters = total((report) => report.parameters)
  const batchSize = options.batchSize ?? 100
  const reach = walked.reduce((sum, { report }) => sum + report.reach.left, 0)
  const trainingContext = trainingContextOf(blocks, domain)
  const share = trainedShare(layout, domain, trainingContext ?? Math.min(reach, context.grid.width - 1))
  let [up, left, right] = [0, 0, 0]
  return {
    parameters,
    multiplyAdds: total((report) => report.multiplyAdds),
    receptiveField: field.receptiveField,
    ...(trainingContext === null ? {} : { trainingContext }),
    blocks: walked.map(({ name, block, report }) => {
      ;[up, left, right] = [up + report.reach.up, left + report.reach.left, right + report.reach.right]
      const shape =
        layout === 'image'
          ? [context.grid.height, context.grid.width, report.output.channels]
          : [context.grid.width, report.output.channels]
      // No further than the grid itself, however far the blocks would reach.
      ;[up, left, right] = [Math.min(up, context.grid.height - 1), Math.min(left, context.grid.width - 1), Math.min(right, context.grid.width - 1)]
      const receptiveField = layout === 'image' ? `${left + 1 + right} × ${up + 1}` : `${count(left)} ${left === 1 ? 'sample' : 'samples'}`
      const { parameters, multiplyAdds } = report
      const trainingMemoryBytes = blockMemory({ parameters, activationsPerExample: report.activations * share, batchSize })
      return { name, kind: block.kind, title: describeBlock(block).title, shape, parameters, multiplyAdds, receptiveField, trainingMemoryBytes }
    }),
    causal: leaks.length === 0,
    leaks,
    trainingMemoryBytes: trainingMemory({
      parameters,
      activationsPerExample: total((report) => report.activations) * share,
      batchSize,
    }),
  }
}

const USUAL_WINDOW = 2048

/** Clips are trained in windows (2,048 samples unless set otherwise) with the context before them. */
function trainedShare(layout: BlockLayout, domain: Domain, context: number): number {
  if (layout === 'image' || !isSeries(domain)) return 1
  return Math.min(1, (USUAL_WINDOW + context) / dimensionsOf(domain))
}

function sequenceField(
  walked: readonly BlockInSequence[],
  whole: BlockContext,
  domain: Domain,
  { pixel: asked, ordering }: InspectBlocksOptions,
): Field {
  // Long clips: no further back than the blocks can reach.
  const reach = walked.reduce((sum, { report }) => sum + report.reach.left, 0)
  const length = domain.kind === 'image' ? whole.grid.width : Math.min(whole.grid.width, reach + 2)
  const context = { ...whole, grid: { ...whole.grid, width: length } }
  const seenFrom = (position: number): { seen: PositionSet; leaks: boolean } => {
    const from = emptySet(context.grid)
    from[position] = 1
    const seen = traceBlocks(walked, from, context)
    return { seen, leaks: seen.subarray(position).includes(1) }
  }
  const { seen, leaks } = seenFrom(length - 1)
  const size = seen.reduce((total, flag) => total + flag, 0)
  const span = length - 1 - Math.max(0, seen.indexOf(1))
  const milliseconds = domain.sampleRate ? (1000 * span) / domain.sampleRate : undefined
  const noun = domain.kind === 'audio' ? 'samples' : 'earlier dimensions'
  const text =
    `${count(span)} ${noun}` +
    (milliseconds === undefined ? '' : ` (${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms)`) +
    // Clips shorter than what a conditional could see have zeros before their start.
    (domain.kind === 'audio' && reach >= whole.grid.width ? ', all of the longest clip' : '')
  const receptiveField: ReceptiveField = { text, size, ...(milliseconds === undefined ? {} : { milliseconds }) }
  if (domain.kind !== 'image') return { receptiveField, leaks }
  const [height = 1, width = 1, channels = 1] = domain.shape
  const [row, column] = clampPixel(asked, height, width)
  const own = row * width + column
  const cells = new Uint8Array(height * width)
  // All channels of the pixel together see what the last generated of them sees.
  const steps = ordering ? ranksOf(ordering) : null
  const stepsOf = (cell: number): number[] =>
    Array.from({ length: channels }, (_value, channel) => cell * channels + channel).map((dimension) => steps?.[dimension] ?? dimension)
  const last = Math.max(...stepsOf(own))
  const { seen: seenByPixel } = seenFrom(last)
  for (let cell = 0; cell < cells.length; cell++) {
    const its = stepsOf(cell)
    if (cell !== own && Math.min(...its) < last) cells[cell] = its.some((step) => seenByPixel[step]) ? 1 : 2
  }
  return { receptiveField: { ...receptiveField, map: { height, width, pixel: [row, column], cells } }, leaks }
}
