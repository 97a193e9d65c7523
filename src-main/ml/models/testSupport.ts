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
