import type { Domain } from '../../contract/domain'

/** Small domains for tests. */
export const imageDomain = (height: number, width: number, channels = 1, levels = 2): Domain => ({
  kind: 'image',
  shape: [height, width, channels],
  levels,
  variableLength: false,
  encoding: 'linear',
})
export const tableDomain = (dimensions: number, levels = 2): Domain => ({
  kind: 'table',
  shape: [dimensions],
  levels,
  variableLength: false,
  encoding: 'linear',
})
export const audioDomain = (samples: number, levels = 256): Domain => ({
  kind: 'audio',
  shape: [samples],
  levels,
  variableLength: true,
  encoding: 'mu-law',
  sampleRate: 8000,
})
export const videoDomain = (frames: number, height: number, width: number, channels = 1, levels = 2): Domain => ({
  kind: 'video',
  shape: [frames, height, width, channels],
  levels,
  variableLength: false,
  encoding: 'linear',
})
export const textDomain = (characters: number, levels: number): Domain => ({
  kind: 'text',
  shape: [characters],
  levels,
  variableLength: true,
  encoding: 'linear',
  text: { unit: 'characters', alphabet: [...'abcdefghijklmnopqrstuvwxyz'].slice(0, levels) },
})
export const pairDomain = (sources: number, targets: number, levels: number): Domain => ({
  kind: 'text',
  shape: [sources + targets],
  levels,
  variableLength: false,
  encoding: 'linear',
  text: { unit: 'characters', alphabet: ['', ...'abcdefghijklmnopqrstuvwxyz'].slice(0, levels), source: sources },
})
