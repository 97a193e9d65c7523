import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import sharp from 'sharp'
import type { Domain } from '../../contract/domain'
import { dimensionsOf } from '../../contract/domain'
import type { CompletionMask } from '../../contract/records/completion'
import { npyRows, parseNpyHeader } from '../../data/importers/npy'
import { UserError } from '../../data/userError'

const SIDES = ['top', 'bottom', 'left', 'right', 'first'] as const

/**
 * What --mask says: `top:0.5` (bottom, left, right, first) keeps that part and fills in the rest, `steps:200` keeps the first of the model's ordering, `rect:x,y,w,h` fills in a rectangle, and a file
 * is a picture of the examples' size, white where it is to be filled in, or an .npy array with anything but 0 there.
 */
export async function parseMask(text: string, domain: Domain): Promise<CompletionMask> {
  const [word = '', rest] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  const side = SIDES.find((known) => known === word)
  if (side) {
    const fraction = Number(rest)
    if (rest.trim() === '' || !(fraction >= 0 && fraction < 1))
      throw wrong(`--mask ${text}: the part that is kept is a number from 0 to below 1.`, `Write --mask ${side}:0.5, say.`)
    return { kind: 'keep', side, fraction }
  }
  if (word === 'steps') {
    const kept = Number(rest)
    if (rest.trim() === '' || !Number.isInteger(kept) || kept < 0)
      throw wrong(`--mask ${text}: the steps that are kept are a whole number from 0.`, 'Write --mask steps:200, say.')
    return { kind: 'steps', kept }
  }
  if (word === 'rect') {
    const numbers = rest.split(',').map(Number)
    const [x = 0, y = 0, width = 0, height = 0] = numbers
    if (numbers.length !== 4 || numbers.some((value) => !Number.isInteger(value) || value < 0) || width === 0 || height === 0)
      throw wrong(`--mask ${text}: a rectangle is x,y,width,height in whole pixels.`, 'Write --mask rect:10,10,8,8, say.')
    return { kind: 'rectangle', x, y, width, height }
  }
  return { kind: 'pixels', unknown: await readMask(text, domain) }
}

async function readMask(file: string, domain: Domain): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(resolve(file)).catch(() => {
    throw wrong(`--mask ${file}: there is no such file.`, 'Give a picture or .npy file, top:0.5, left:0.5, first:0.5 or rect:x,y,w,h.')
  })
  return extname(file).toLowerCase() === '.npy' ? arrayMask(file, bytes, domain) : pictureMask(file, bytes, domain)
}

async function pictureMask(file: string, bytes: Buffer, domain: Domain): Promise<Uint8Array<ArrayBuffer>> {
  if (domain.kind !== 'image') throw wrong(`${file} is a picture, but the examples of this run are not.`, 'Give the mask as .npy with one value for each dimension.')
  const [height, width] = domain.shape as [number, number, number]
  const decoded = await sharp(bytes)
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      throw wrong(`${file} cannot be read as a picture.`, 'Give the mask as PNG, white where it is to be filled in.')
    })
  const { data, info } = decoded
  if (info.width !== width || info.height !== height)
    throw wrong(`${file} has ${info.width}×${info.height} pixels, but the examples of this run have ${width}×${height}.`, 'Make the mask of that size.')
  const { channels } = info
  const unknown = new Uint8Array(width * height)
  for (let pixel = 0; pixel < unknown.length; pixel++) {
    const values = data.subarray(pixel * channels, (pixel + 1) * channels)
    if (Math.max(...values) - Math.min(...values) > 8) throw wrong(`${file} has colours, but a mask is black and white.`, 'Save it in grey: white where it is to be filled in.')
    unknown[pixel] = Number(values[0]! >= 128)
  }
  return unknown
}

async function arrayMask(file: string, bytes: Buffer, domain: Domain): Promise<Uint8Array<ArrayBuffer>> {
  const values: number[] = []
  let shape: number[]
  try {
    const header = parseNpyHeader(bytes)
    shape = header.shape
    const whole = async function* (): AsyncGenerator<Buffer> { yield bytes }
    for await (const { values: rows } of npyRows(header, whole())) for (const value of rows) values.push(Number(value !== 0))
  } catch (error) {
    throw wrong(`${file}: ${error instanceof Error ? error.message : String(error)}.`, 'Save the mask with numpy.save, a plain numeric array.')
  }
  const accepted = domain.kind === 'image' ? [domain.shape.slice(0, 2), domain.shape, [...domain.shape.slice(0, 2), 1]] : [domain.shape]
  const flat = [[dimensionsOf(domain)]]
  if (![...accepted, ...flat].some((fits) => fits.join() === shape.join()))
    throw wrong(`${file} has the shape (${shape.join(', ')}), but an example of this run has (${domain.shape.join(', ')}).`, 'Save the mask in the shape of one example.')
  return Uint8Array.from(values)
}

const wrong = (message: string, mend: string): UserError => new UserError(message, { field: 'mask', mend })
