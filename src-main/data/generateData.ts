import type { DatasetRecord, ImportOptions } from '../contract/records/dataset'
import { importOptionsSchema } from '../contract/records/dataset'
import type { Domain } from '../contract/domain'
import { levelsOfPair } from '../contract/text'
import { describeVariant, grouped } from './describe'
import { levelEncoding } from './encodeLevels'
import { drawGlyph, GLYPH_SIDE, glyphNames } from './generators/glyphs'
import type { PairTask } from './generators/pairs'
import { drawPair, longestPair } from './generators/pairs'
import { drawTexture, TEXTURE_SIDE, textureNames, toGrey } from './generators/textures'
import type { MovingRequest } from './generateVideo'
import { movingSource } from './generateVideo'
import { drawTone, TONE_RATE, toneNames } from './generators/tones'
import type { ImportRequest } from './importData'
import { writeDataset } from './importData'
import { pairsDomain, pairsVariant } from './pairsSource'
import type { PreparedExample, Source } from './source'

interface StillRequest {
  kind: 'glyphs' | 'textures' | 'tones' | PairTask
  count: number
  seed: number
  /** Images only; absent: none. */
  binarize?: ImportOptions['binarize']
  /** Textures only: 1 makes them grey. */
  channels?: 1 | 3
}

export type GenerateRequest = Omit<ImportRequest, 'paths' | 'options'> & (StillRequest | MovingRequest)

/** Makes a seeded sample data set: the same request gives the same bytes. Split 80/10/10. */
export async function generateData(request: GenerateRequest): Promise<DatasetRecord> {
  const { kind } = request
  if (kind === 'reversed' || kind === 'sorted') return writeDataset(pairsSource(kind, request), request)
  if (kind !== 'moving-glyphs' && kind !== 'moving-digits') return writeDataset(kind === 'tones' ? tonesSource(request) : imagesSource({ ...request, kind }), request)
  const source = await movingSource({ ...request, kind })
  return writeDataset(source, request).finally(() => source.close())
}

function imagesSource({ kind, count, seed, binarize, channels: wanted }: StillRequest): Source {
  const glyphs = kind === 'glyphs'
  const channels = glyphs ? 1 : wanted ?? (binarize && binarize !== 'none' ? 1 : 3)
  const side = glyphs ? GLYPH_SIDE : TEXTURE_SIDE
  const options = importOptionsSchema.parse({ kind: 'image', width: side, height: side, channels, binarize, seed })
  const encoding = levelEncoding(256, options)
  const domain: Domain = { kind: 'image', shape: [side, side, channels], levels: encoding.levels, variableLength: false, encoding: 'linear' }
  const names = glyphs ? glyphNames : textureNames
  const draw = (index: number) => {
    const { pixels, label } = glyphs ? drawGlyph(seed, index) : drawTexture(seed, index)
    return { values: encoding.encode(glyphs || channels === 3 ? pixels : toGrey(pixels), index), label: names[label]! }
  }
  return generatedSource({ kind, count, seed, options, domain, draw, names, variant: describeVariant(domain, { levels: 256, levelsNote: encoding.note, notes: [] }) })
}

function tonesSource({ count, seed }: Pick<StillRequest, 'count' | 'seed'>): Source {
  const options = importOptionsSchema.parse({ kind: 'audio', sampleRate: TONE_RATE, seed })
  const domain: Domain = { kind: 'audio', shape: [TONE_RATE], levels: 256, variableLength: true, sampleRate: TONE_RATE, encoding: 'mu-law' }
  const draw = (index: number) => {
    const { samples, label } = drawTone(seed, index)
    return { values: samples, label: toneNames[label]! }
  }
  return generatedSource({ kind: 'tones', count, seed, options, domain, draw, names: toneNames, variant: `μ-law 256 levels, ${grouped(TONE_RATE)} Hz` })
}

/** Pairs of a string and its letters reversed or sorted; a string that comes up twice stays in one split. */
function pairsSource(task: PairTask, { kind, count, seed }: GenerateRequest): Source {
  const domain = pairsDomain([longestPair()])
  const options = importOptionsSchema.parse({ kind: 'text', textUnit: 'characters', seed })
  const groups = new Map<string, number>()
  const draw = (index: number) => {
    const pair = drawPair(task, seed, index)
    const group = groups.get(pair.source) ?? groups.size
    groups.set(pair.source, group)
    return { values: levelsOfPair(pair, domain), label: null, group }
  }
  return generatedSource({ kind, count, seed, options, domain, draw, names: null, variant: `${pairsVariant(domain)}, ${task}` })
}

function generatedSource(made: {
  kind: string
  count: number
  seed: number
  options: ImportOptions
  domain: Domain
  names: readonly string[] | null
  variant: string
  draw: (index: number) => { values: Uint8Array | Int16Array; label: string | null; group?: number }
}): Source {
  const example = (index: number): PreparedExample => ({ name: `${made.kind} ${index}`, split: null, group: index, ...made.draw(index) })
  return {
    recognised: `${grouped(made.count)} generated ${made.kind}`, options: made.options, domain: made.domain, files: 0, examples: made.count, estimated: false,
    splitsFound: [], labelNames: made.names && [...made.names], suggestedName: made.kind, variant: made.variant, sources: [`generated: ${made.kind}, seed ${made.seed}`], rejected: [],
    read: async function* ({ signal }) {
      for (let index = 0; index < made.count; index++) {
        // Lets other work of the process go on.
        if (index % 64 === 0) await new Promise((resolve) => setImmediate(resolve))
        signal?.throwIfAborted()
        yield example(index)
      }
    },
    preview: async (count) => Array.from({ length: Math.min(count, made.count) }, (_, index) => example(index)),
    close: async () => undefined,
  }
}
