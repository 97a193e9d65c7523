import wavefile from 'wavefile'
import { dimensionsOf } from '../../contract/domain'
import type { Domain } from '../../contract/domain'
import { muLawDecode } from '../../contract/muLaw'
import type { SampleSet, WavFormat } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import { isPcm, pcmOfLevel } from '../../contract/levels'

interface WavOptions {
  /** What stands in the file's comment instead of the set's recipe: of a branch. */
  recipe?: Record<string, unknown> | undefined
  format?: WavFormat | undefined
}

const bitDepths = { pcm16: '16', pcm24: '24', float32: '32f' } as const satisfies Record<WavFormat, string>
/** Numbers of full scale; floating point has 1. */
const scales = { pcm16: 2 ** 15, pcm24: 2 ** 23, float32: 1 } as const satisfies Record<WavFormat, number>

/** One sample as a recording; the recipe and the sample's index, or the recipe that is given, are the file's comment (LIST/INFO ICMT). */
export function sampleWav({ domain, levels, recipe }: SampleSet, index: number, { recipe: given, format = 'pcm16' }: WavOptions = {}): Uint8Array {
  if (domain.kind !== 'audio') throw new UserError(`Samples of ${domain.kind} are not sound.`, { mend: 'Export them as PNG.' })
  const length = dimensionsOf(domain)
  const count = Math.floor(levels.length / length)
  if (index >= count) throw new UserError(`There is no sample ${index}: the set has ${count}.`, { field: 'index' })
  const file = new wavefile.WaveFile()
  file.fromScratch(1, domain.sampleRate ?? 8000, bitDepths[format], amplitudes(levels.subarray(index * length, (index + 1) * length), domain, format))
  file.setTag('ISFT', 'Chainrule')
  file.setTag('ICMT', JSON.stringify(given ?? { ...recipe, index }))
  return file.toBuffer()
}

/** Levels as the numbers of a format. */
export function amplitudes(levels: ArrayLike<number>, domain: Pick<Domain, 'encoding' | 'levels'>, format: WavFormat = 'pcm16'): Float64Array {
  const { encoding, levels: count } = domain
  const scale = scales[format]
  // 16-bit samples are their levels: whatever the format holds them exactly.
  if (isPcm(domain)) return Float64Array.from(levels, (level) => (pcmOfLevel(level) * scale) / 2 ** 15)
  return Float64Array.from(levels, (level) => {
    const amplitude = encoding === 'mu-law' ? muLawDecode(level) : (2 * level) / (count - 1) - 1
    return format === 'float32' ? amplitude : Math.max(-scale, Math.min(scale - 1, Math.round(amplitude * scale)))
  })
}
