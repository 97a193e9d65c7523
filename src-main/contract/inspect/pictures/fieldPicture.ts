import type { Domain } from '../../domain'
import { dimensionsOf, isSeries } from '../../domain'
import type { ModelDocument } from '../../records/model'
import type { BlockList } from '../blocks/blockList'
import { checkBlocks } from '../blocks/checkBlocks'
import type { BlockInSequence } from '../blocks/inspectBlocks'
import { blockContext, traceBlocks } from '../blocks/inspectBlocks'
import { emptySet } from '../blocks/stream'
import { count } from '../figures'
import { orderingOf, ranksOf } from '../orderings'
import { familyDescription } from '../registry'
import { dependenciesOf } from './dependencies'

/** Which conditional, or which feature, is looked at. */
export interface FieldPlace {
  row: number
  column: number
  /** Of the image: 0 red, 1 green, 2 blue. */
  channel: number
  /** Index of a block: the field of its output in this channel's group instead of that of the conditional. Models of blocks only. */
  block?: number
}

export interface FieldPicture {
  /** Tables and texts: one row; sequences of any length: as many steps as are seen and one more, the last of them looked at. */
  height: number
  width: number
  channels: number
  place: FieldPlace
  /** height × width × channels: 0 = later in the order, or itself; 1 = seen; 2 = earlier but not seen (blind spot); 3 = seen, though not earlier: a leak. */
  cells: Uint8Array<ArrayBuffer>
  seen: number
  blind: number
  leaking: number
  /** The cells are those of single channels, not of whole pixels. */
  byChannel: boolean
  text: string
}

/** What the conditional of one pixel and channel sees, by the rules of the model's blocks or masks. Throws a message for people where the model cannot be built. */
export function fieldPicture({ family, config }: ModelDocument, domain: Domain, place: FieldPlace): FieldPicture {
  const description = familyDescription(family)
  const parsed = description.schema.parse(config)
  if (description.blocks) return fieldOfBlocks(description.blocks(parsed, domain), domain, place)
  if (isSeries(domain)) {
    // Tables of the latest values, or of none.
    const { size, text } = description.inspect(parsed, domain).receptiveField
    const cells = new Uint8Array(size + 2)
    cells[0] = 2
    cells.fill(1, 1, size + 1)
    return { ...summary(cells), height: 1, width: size + 2, channels: 1, place: { ...place, row: 0, column: size + 1, channel: 0 }, byChannel: true, text }
  }
  const [, width, channels] = sizeOf(domain)
  const { seen, ordering } = dependenciesOf(family, parsed, domain, at(place, width, channels))
  const ranks = ranksOf(ordering)
  return framed(domain, place, seen, (dimension) => ranks[dimension]!)
}

const sizeOf = (domain: Pick<Domain, 'kind' | 'shape'>): [number, number, number] => {
  const [height = 1, width = 1, channels = 1] = domain.shape
  return domain.kind === 'image' ? [height, width, channels] : [1, dimensionsOf(domain), 1]
}

const at = ({ row, column, channel }: FieldPlace, width: number, channels: number): number => (row * width + column) * channels + channel

function fieldOfBlocks(list: BlockList, domain: Domain, place: FieldPlace): FieldPicture {
  const { issues, walked } = checkBlocks(list, domain)
  const [issue] = issues
  if (place.block === undefined && issue) throw new Error(`${issue.field}: ${issue.message}`)
  const through = place.block === undefined ? walked : walked.slice(0, place.block + 1)
  if (through.length === 0 || (place.block !== undefined && place.block >= walked.length)) throw new Error(issue ? `${issue.field}: ${issue.message}` : 'There is no such block.')
  if (isSeries(domain)) return fieldInTime(list, through, domain, place)
  const context = blockContext(list.layout, domain)
  const [height, width, channels] = sizeOf(domain)
  const own = at(place, width, channels)
  const from = emptySet(context.grid)
  if (list.layout === 'image') {
    const plane = height * width
    from[place.channel * plane + Math.floor(own / channels)] = 1
    const seen = traceBlocks(through, from, context)
    const dependencies = new Uint8Array(plane * channels)
    for (let channel = 0; channel < channels; channel++)
      for (let cell = 0, dimension = channel; cell < plane; cell++, dimension += channels) dependencies[dimension] = seen[channel * plane + cell]!
    return framed(domain, place, dependencies, (dimension) => dimension)
  }
  const ordering = orderingOf(list.ordering ?? 'raster', domain.shape, list.orderingSeed)
  const ranks = ranksOf(ordering)
  from[ranks[own]!] = 1
  const seen = traceBlocks(through, from, context)
  return framed(domain, place, Uint8Array.from(ranks, (rank) => seen[rank]!), (dimension) => ranks[dimension]!)
}

/** Sequences of any length: as far back as the blocks can reach, the last step being the one looked at. */
function fieldInTime(list: BlockList, walked: readonly BlockInSequence[], domain: Domain, place: FieldPlace): FieldPicture {
  const whole = blockContext(list.layout, domain)
  const reach = walked.reduce((sum, { report }) => sum + report.reach.left, 0)
  const width = Math.min(whole.grid.width, reach + 2)
  const context = { ...whole, grid: { ...whole.grid, width } }
  const from = emptySet(context.grid)
  from[width - 1] = 1
  const seen = traceBlocks(walked, from, context)
  const cells = Uint8Array.from(seen, (flag, step) => (step === width - 1 ? (flag ? 3 : 0) : flag ? 1 : 2))
  const figures = summary(cells)
  const text = `${count(figures.seen)} of the ${count(width - 1)} steps before`
  return { ...figures, height: 1, width, channels: 1, place: { ...place, row: 0, column: width - 1, channel: 0 }, byChannel: true, text }
}

/** A picture of the dependencies of one dimension; `rankOf`: the step at which a dimension is generated. */
function framed(domain: Domain, place: FieldPlace, dependencies: Uint8Array, rankOf: (dimension: number) => number): FieldPicture {
  const [height, width, channels] = sizeOf(domain)
  const own = rankOf(at(place, width, channels))
  // What a block hands on within the model may hold the value itself only before the first mask.
  const cells = new Uint8Array(dependencies.length)
  for (let dimension = 0; dimension < cells.length; dimension++) {
    const seen = dependencies[dimension] === 1
    cells[dimension] = rankOf(dimension) < own ? (seen ? 1 : 2) : seen ? 3 : 0
  }
  const figures = summary(cells)
  const noun = domain.kind === 'image' ? (channels > 1 ? 'earlier pixels and channels' : 'earlier pixels') : 'earlier dimensions'
  const text = `${count(figures.seen)} of ${count(own)} ${noun}` + (figures.leaking > 0 ? `; ${count(figures.leaking)} that are not earlier` : '')
  return { ...figures, height, width, channels, place, byChannel: true, text }
}

function summary(cells: Uint8Array<ArrayBuffer>): Pick<FieldPicture, 'cells' | 'seen' | 'blind' | 'leaking'> {
  const counts = [0, 0, 0, 0]
  for (let index = 0; index < cells.length; index++) counts[cells[index]!]!++
  return { cells, seen: counts[1]!, blind: counts[2]!, leaking: counts[3]! }
}
