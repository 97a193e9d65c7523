import { crc32, deflateSync } from 'node:zlib'

/**
 * A PNG of levels, as small as zlib makes it: the fewest bits per sample that hold the levels (1, 2, 4 or 8, grey), 8 for RGB; filtered as libpng does
 * (each row by the filter of least absolute sum) and unfiltered, of which the smaller file counts. Lossless: decoding gives back the levels, scaled to
 * the full range where they have fewer than 8 bits.
 * @param levels [height, width, channels], 0…K−1
 */
export function encodePng(levels: ArrayLike<number>, { shape, levels: count }: { shape: readonly number[]; levels: number }): Uint8Array<ArrayBuffer> {
  const [height, width, channels] = shape as [number, number, number]
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) throw new Error(`Examples of shape [${shape.join(', ')}] are no grey or RGB images.`)
  const depth = channels === 3 ? 8 : ([1, 2, 4, 8].find((bits) => 2 ** bits >= count) ?? 8)
  const rows = packedRows(levels, { height, width, channels, depth, count })
  const plain = deflated(rows.map((row) => [0, row]))
  // Filters of bytes that hold several pixels rarely pay, and the specification advises against them.
  const filtered = depth < 8 ? plain : deflated(rows.map((row, index) => leastFiltered(row, rows[index - 1] ?? new Uint8Array(row.length), channels)))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = channels === 3 ? 2 : 0
  const data = filtered.length < plain.length ? filtered : plain
  return new Uint8Array(Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]))
}

/** Size of that file in bits, headers and all. */
export const pngBits = (levels: ArrayLike<number>, domain: { shape: readonly number[]; levels: number }): number => 8 * encodePng(levels, domain).length

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

function chunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

const deflated = (rows: readonly (readonly [number, Uint8Array])[]): Buffer =>
  deflateSync(Buffer.concat(rows.flatMap(([filter, row]) => [Uint8Array.of(filter), row])), { level: 9, memLevel: 9 })

interface Packing {
  height: number
  width: number
  channels: number
  depth: number
  count: number
}

function packedRows(levels: ArrayLike<number>, { height, width, channels, depth, count }: Packing): Uint8Array[] {
  const samples = width * channels
  return Array.from({ length: height }, (_value, y) => {
    const row = new Uint8Array(Math.ceil((samples * depth) / 8))
    for (let x = 0; x < samples; x++) {
      const level = levels[y * samples + x]!
      // A byte per sample shows the levels at full range; fewer bits hold the level itself.
      if (depth === 8) row[x] = count === 256 ? level : Math.round((level * 255) / (count - 1))
      else row[(x * depth) >> 3]! |= level << (8 - depth - ((x * depth) & 7))
    }
    return row
  })
}

/** The filter (none, sub, up, average, Paeth) whose bytes, taken as signed, have the least absolute sum. */
function leastFiltered(row: Uint8Array, above: Uint8Array, bytesPerPixel: number): [number, Uint8Array] {
  let best: [number, Uint8Array] = [0, row]
  let least = absoluteSum(row)
  for (let filter = 1; filter <= 4; filter++) {
    const filtered = new Uint8Array(row.length)
    for (let at = 0; at < row.length; at++) {
      const left = at >= bytesPerPixel ? row[at - bytesPerPixel]! : 0
      const corner = at >= bytesPerPixel ? above[at - bytesPerPixel]! : 0
      filtered[at] = row[at]! - predicted(filter, left, above[at]!, corner)
    }
    const sum = absoluteSum(filtered)
    if (sum < least) [best, least] = [[filter, filtered], sum]
  }
  return best
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const estimate = left + above - corner
  const [toLeft, toAbove, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)]
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner
}

const absoluteSum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + (byte < 128 ? byte : 256 - byte), 0)
