import type { Domain } from '../domain'
import { dimensionsOf, isSeries } from '../domain'
import { MOST_LEVELS } from './blocks/limits'
import { count, describeDomain } from './figures'

/** Reason and mend for families of binary vectors of a fixed shape; null when the domain fits. */
export function refusesAllButBinary(name: string, domain: Domain, mostDimensions: number): string | null {
  if (isSeries(domain))
    return `${name} needs examples of one shape, but this is ${describeDomain(domain)}. Choose WaveNet.`
  if (domain.levels !== 2) {
    return (
      `${name} models binary data, but this has ${domain.levels} levels. ` +
      'Import it again binarised (by threshold or stochastically), or choose MADE or PixelCNN.'
    )
  }
  return refusesTooMany(name, domain, mostDimensions)
}

export function refusesTooMany(name: string, domain: Domain, mostDimensions: number): string | null {
  const dimensions = dimensionsOf(domain)
  if (dimensions <= mostDimensions) return null
  return (
    `${name} would need weights for all of ${count(dimensions)} dimensions; up to ${count(mostDimensions)} are sensible. ` +
    `Import the data smaller, or choose ${domain.kind === 'image' ? 'PixelCNN' : 'WaveNet'}.`
  )
}

/** Reason and mend for families of images; null when the domain fits. */
export function refusesAllButImages(name: string, domain: Domain): string | null {
  if (domain.kind === 'image') return null
  return `${name} models images, but this is ${describeDomain(domain)}. Choose ${domain.kind === 'audio' ? 'WaveNet' : domain.kind === 'video' ? 'the video pixel network' : 'MADE'}.`
}

/** Reason and mend for families whose conditionals are a softmax over all levels; null when the domain fits. */
export function refusesManyLevels(name: string, domain: Pick<Domain, 'kind' | 'levels'>): string | null {
  if (domain.levels <= MOST_LEVELS) return null
  const mend =
    domain.kind === 'audio'
      ? 'Choose WaveNet, TCN or LSTM, which have a mixture output, or import the audio through μ-law (256 levels).'
      : 'Import it with fewer levels.'
  return `${name} predicts among at most ${count(MOST_LEVELS)} levels, but this data has ${count(domain.levels)}. ${mend}`
}
