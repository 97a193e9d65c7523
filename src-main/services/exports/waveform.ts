import wavefile from 'wavefile'
import { dimensionsOf } from '../../contract/domain'
import { muLawDecode } from '../../contract/muLaw'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'

/** One sample as 16-bit PCM; the recipe and the sample's index, or the recipe that is given, are the file's comment (LIST/INFO ICMT). */
export function sampleWav({ domain, levels, recipe }: SampleSet, index: number, given?: Record<string, unknown>): Uint8Array {
  if (domain.kind !== 'audio') throw new UserError(`Samples of ${domain.kind} are not sound.`, { mend: 'Export them as PNG.' })
  const length = dimensionsOf(domain)
  const count = Math.floor(levels.length / length)
  if (index >= count) throw new UserError(`There is no sample ${index}: the set has ${count}.`, { field: 'index' })
  const pcm = Int16Array.from(levels.subarray(index * length, (index + 1) * length), (level) => toPcm(level, domain))
  const file = new wavefile.WaveFile()
  file.fromScratch(1, domain.sampleRate ?? 8000, '16', pcm)
  file.setTag('ISFT', 'Chainrule')
  file.setTag('ICMT', JSON.stringify(given ?? { ...recipe, index }))
  return file.toBuffer()
}

function toPcm(level: number, { encoding, levels }: SampleSet['domain']): number {
  const amplitude = encoding === 'mu-law' ? muLawDecode(level) : (2 * level) / (levels - 1) - 1
  return Math.max(-32768, Math.min(32767, Math.round(amplitude * 32768)))
}
