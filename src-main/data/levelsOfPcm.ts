import type { Domain } from '../contract/domain'
import { isPcm, levelOfPcm } from '../contract/levels'
import type { LevelArray } from '../contract/levels'
import { muLawTable } from '../contract/muLaw'

/** Levels of 16-bit samples as some data has them: companded by μ-law, or the samples themselves. */
export function levelsOfPcm(clip: Int16Array, domain: Pick<Domain, 'encoding' | 'levels'>): LevelArray {
  if (isPcm(domain)) return Uint16Array.from(clip, levelOfPcm)
  const table = muLawTable()
  return Uint8Array.from(clip, (pcm) => table[pcm + 32768]!)
}
