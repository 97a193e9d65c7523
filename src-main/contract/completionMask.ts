import type { Domain } from './domain'
import { dimensionsOf } from './domain'
import type { CompletionMask } from './records/completion'

/** A mask that does not fit what it is laid over; the message is for people. */
export class MaskError extends Error {
  override readonly name = 'MaskError'
}

/**
 * Which dimensions of an example a mask leaves to be filled in: D bytes, 1 = unknown. Throws MaskError.
 * @param ordering of the model, ordering[step] = dimension: what a mask of steps is counted in.
 */
export function unknownDimensions(mask: CompletionMask, domain: Pick<Domain, 'kind' | 'shape'>, ordering?: Int32Array): Uint8Array<ArrayBuffer> {
  const size = dimensionsOf(domain)
  if (mask.kind === 'keep' && mask.side === 'first') return prefix(mask.fraction, domain)
  if (mask.kind === 'steps') return afterSteps(mask.kept, size, ordering)
  if (mask.kind === 'pixels') return ofPixels(mask.unknown, domain)
  if (domain.kind !== 'image')
    throw new MaskError(
      `${mask.kind === 'rectangle' ? 'A rectangle' : `The ${mask.side}`} belongs to images, but these examples are ${domain.kind === 'audio' ? 'clips of audio' : domain.kind === 'video' ? 'clips of video' : domain.kind === 'text' ? 'text' : 'rows of a table'}. ` +
        'Keep their first part, or give a mask of one value for each dimension.',
    )
  const [height, width, channels] = domain.shape as [number, number, number]
  const isUnknown = mask.kind === 'rectangle' ? insideOf(mask, height, width) : outsideOf(mask, height, width)
  return Uint8Array.from({ length: size }, (_value, dimension) => {
    const pixel = Math.floor(dimension / channels)
    return Number(isUnknown(Math.floor(pixel / width), pixel % width))
  })
}

/** In words, for results: 'keeping the top half'. */
export function maskWords(mask: CompletionMask): string {
  if (mask.kind === 'rectangle') return `without the ${mask.width}×${mask.height} pixels at column ${mask.x}, row ${mask.y}`
  if (mask.kind === 'pixels') return 'with the mask given'
  if (mask.kind === 'steps') return `keeping the first ${mask.kept} ${mask.kept === 1 ? 'dimension' : 'dimensions'} of the ordering`
  const part = mask.side === 'first' ? 'first' : mask.side
  return `keeping the ${part} ${mask.fraction === 0.5 ? 'half' : `${Math.round(mask.fraction * 1000) / 10} %`}`
}

type AtPixel = (row: number, column: number) => boolean

function outsideOf({ side, fraction }: Extract<CompletionMask, { kind: 'keep' }>, height: number, width: number): AtPixel {
  const [rows, columns] = [Math.round(fraction * height), Math.round(fraction * width)]
  const sides: Record<typeof side, AtPixel> = {
    top: (row) => row >= rows,
    bottom: (row) => row < height - rows,
    left: (_row, column) => column >= columns,
    right: (_row, column) => column < width - columns,
    first: (row, column) => row * width + column >= Math.round(fraction * height * width),
  }
  return sides[side]
}

function insideOf({ x, y, width: across, height: down }: Extract<CompletionMask, { kind: 'rectangle' }>, height: number, width: number): AtPixel {
  if (x + across > width || y + down > height)
    throw new MaskError(
      `The rectangle of ${across}×${down} pixels at column ${x}, row ${y} reaches beyond the images, which are ${width}×${height}. ` +
        'Give it as x,y,width,height in pixels from the upper left corner.',
    )
  return (row, column) => column >= x && column < x + across && row >= y && row < y + down
}

/** The first part of an example in the order of its data; whole pixels of images, whole frames of video. */
function prefix(fraction: number, { kind, shape }: Pick<Domain, 'kind' | 'shape'>): Uint8Array<ArrayBuffer> {
  const size = dimensionsOf({ shape })
  const channels = kind === 'image' ? shape[2]! : kind === 'video' ? size / shape[0]! : 1
  const kept = Math.round((fraction * size) / channels) * channels
  return Uint8Array.from({ length: size }, (_value, dimension) => Number(dimension >= kept))
}

/** What the model generates after so many steps. */
function afterSteps(kept: number, size: number, ordering: Int32Array | undefined): Uint8Array<ArrayBuffer> {
  if (!ordering || ordering.length !== size) throw new MaskError('A mask of steps needs the ordering of the model.')
  if (kept > size) throw new MaskError(`The first ${kept} steps cannot stay: the model has ${size}, one for each dimension.`)
  const unknown = new Uint8Array(size)
  for (const dimension of ordering.subarray(kept)) unknown[dimension] = 1
  return unknown
}

function ofPixels(unknown: Uint8Array, { kind, shape }: Pick<Domain, 'kind' | 'shape'>): Uint8Array<ArrayBuffer> {
  const size = dimensionsOf({ shape })
  const channels = kind === 'image' ? shape[2]! : 1
  if (unknown.length !== size && unknown.length * channels !== size) {
    const what = kind === 'image' ? `${shape[1]}×${shape[0]} pixels${channels > 1 ? ` of ${channels} channels` : ''}` : `${size} dimensions`
    throw new MaskError(`The mask has ${unknown.length} values, but an example has ${what}. Give one value for each ${kind === 'image' ? 'pixel' : 'dimension'}.`)
  }
  const share = size / unknown.length
  return Uint8Array.from({ length: size }, (_value, dimension) => Number(unknown[Math.floor(dimension / share)] !== 0))
}
