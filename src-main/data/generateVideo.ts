import type { Domain, SplitName } from '../contract/domain'
import { splitNames } from '../contract/domain'
import type { DatasetRecord, ImportOptions } from '../contract/records/dataset'
import { importOptionsSchema } from '../contract/records/dataset'
import { describeVariant, grouped } from './describe'
import { levelEncoding } from './encodeLevels'
import { drawGlyph, GLYPH_SIDE, glyphNames } from './generators/glyphs'
import type { Shape } from './generators/moving'
import { bounce, scaled, shapeSide } from './generators/moving'
import type { RandomSequence } from './hashRandom'
import { randomSequence, streams } from './hashRandom'
import { openSplit } from './openStore'
import type { SplitReader } from './packedStore'
import type { PreparedExample, Source } from './source'
import { UserError } from './userError'

export interface MovingRequest {
  kind: 'moving-glyphs' | 'moving-digits'
  count: number
  seed: number
  binarize?: ImportOptions['binarize']
  frames?: number
  side?: number
  shapes?: number
  /** moving-digits: the data set of grey images whose pictures move. */
  from?: { record: DatasetRecord; folder: string }
}

const USUAL = { frames: 10, side: 32, shapes: 1 } as const

/** Where the pictures that move come from. */
interface Pictures {
  /** The split of a clip, where the pictures have splits of their own. */
  splitOf(index: number): SplitName | null
  /** The n-th picture of the request. */
  take(n: number, random: RandomSequence, split: SplitName | null): Promise<{ shape: Shape; label: string | null }>
  labelNames: string[] | null
  from: string
  close(): Promise<void>
}

/** Clips in which shapes bounce: the same request gives the same bytes. */
export async function movingSource(request: MovingRequest): Promise<Source> {
  const { kind, count, seed, binarize } = request
  const { frames = USUAL.frames, side = USUAL.side, shapes = USUAL.shapes } = request
  const pictures = kind === 'moving-glyphs' ? glyphPictures(seed) : await datasetPictures(request)
  const options = importOptionsSchema.parse({ kind: 'video', width: side, height: side, channels: 1, frames, seed, ...(binarize ? { binarize } : {}), ...(kind === 'moving-digits' ? { split: 'given' } : {}) })
  const encoding = levelEncoding(256, options)
  const domain: Domain = { kind: 'video', shape: [frames, side, side, 1], levels: encoding.levels, variableLength: false, encoding: 'linear' }
  const size = shapeSide(side)
  const example = async (index: number): Promise<PreparedExample> => {
    const random = randomSequence(seed, streams.generator, index)
    const split = pictures.splitOf(index)
    const moving: Shape[] = []
    let label: string | null = null
    for (let shape = 0; shape < shapes; shape++) {
      const taken = await pictures.take(index * shapes + shape, random, split)
      moving.push(scaled(taken.shape, { width: size, height: size }))
      // A clip of several shapes has no class.
      label = shapes === 1 ? taken.label : null
    }
    const clip = bounce(moving, { frames, side }, random)
    return { name: `${kind} ${index}`, split, label, group: index, values: encoding.encode(clip, index) }
  }
  const notes = [`${shapes} moving ${shapes === 1 ? 'shape' : 'shapes'} of ${size} × ${size}`, `clips of ${frames} frames`]
  return {
    recognised: `${grouped(count)} generated clips`, options, domain, files: 0, examples: count, estimated: false, splitsFound: [],
    labelNames: shapes === 1 ? pictures.labelNames : null,
    suggestedName: kind,
    variant: describeVariant(domain, { levels: 256, levelsNote: encoding.note, notes }),
    sources: [`generated: ${kind}${pictures.from}, seed ${seed}`],
    rejected: [],
    read: async function* ({ signal, video }) {
      for (let index = 0; index < count; index++) {
        // Lets other work of the process go on.
        if (index % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
        signal?.throwIfAborted()
        if (video) Object.assign(video, { clips: video.clips + 1, frames: video.frames + frames })
        yield await example(index)
      }
    },
    preview: (wanted) => Promise.all(Array.from({ length: Math.min(wanted, count) }, (_value, index) => example(index))),
    close: pictures.close,
  }
}

/** The studio's own glyphs; those of different clips are different drawings. */
function glyphPictures(seed: number): Pictures {
  return {
    splitOf: () => null,
    take: async (n) => {
      // A drawing for each shape of each clip, in a stream of its own.
      const { pixels, label } = drawGlyph(seed + 0x5eed, n)
      return { shape: { width: GLYPH_SIDE, height: GLYPH_SIDE, pixels }, label: glyphNames[label]! }
    },
    labelNames: [...glyphNames],
    from: '',
    close: async () => undefined,
  }
}

/** Pictures of an imported data set. Clips of a split are made of its own pictures alone, eight of ten clips of those of train. */
async function datasetPictures({ from }: MovingRequest): Promise<Pictures> {
  if (!from) throw new UserError('Moving digits are made of the pictures of a data set.', { field: 'from', mend: 'Name one of grey images, such as an import of MNIST.' })
  const { record, folder } = from
  const { kind, shape, levels } = record.domain
  const [height = 1, width = 1, channels = 1] = shape
  if (kind !== 'image' || channels !== 1)
    throw new UserError(`${record.name} holds ${kind === 'image' ? 'colour images' : kind}, but what moves must be grey pictures.`, { field: 'from', mend: 'Name a data set of grey images, such as an import of MNIST.' })
  const readers = new Map<SplitName, SplitReader>()
  for (const split of splitNames) if (record.counts[split] > 0) readers.set(split, await openSplit(folder, split))
  const grey = 255 / (levels - 1)
  return {
    splitOf: (index) => (index % 10 === 8 ? 'valid' : index % 10 === 9 ? 'test' : 'train'),
    async take(_n, random, split) {
      // A split that the data set lacks borrows from train.
      const reader = (split && readers.get(split)) ?? readers.get('train')!
      const picked = random.integer(reader.count)
      const values = await reader.read([picked], 0)
      const label = (await reader.labelsOf([picked]))?.[0]
      return {
        shape: { width, height, pixels: Uint8Array.from(values, (level) => Math.round(level * grey)) },
        label: label === undefined ? null : (record.labelNames?.[label] ?? null),
      }
    },
    labelNames: record.labelNames ?? null,
    from: ` of ${record.name}`,
    close: async () => {
      for (const reader of readers.values()) await reader.close()
    },
  }
}
