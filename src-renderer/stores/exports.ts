import { defineStore } from 'pinia'
import type { CompletionSet, NllMap, SampleSet, WavFormat } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

type PngRequest = Parameters<StudioClient['exports']['png']>[0]
type ClipsRequest = Parameters<StudioClient['exports']['clips']>[0]
type EvolutionRequest = Parameters<StudioClient['exports']['evolution']>[0]

/** Files made for keeping; the caller saves them. */
export const useExportsStore = defineStore('exports', () => {
  const png = (request: PngRequest): Promise<File> => client.exports.png(request)
  const completions = (set: CompletionSet, scale: number): Promise<File> => client.exports.completions({ set, scale })
  const map = (map: NllMap): Promise<File> => client.exports.map({ map })
  const evolution = (request: EvolutionRequest): Promise<File> => client.exports.evolution(request)
  const clips = (request: ClipsRequest): Promise<File> => client.exports.clips(request)
  const wav = (set: SampleSet, index: number, options: { recipe?: Record<string, unknown>; format?: WavFormat } = {}): Promise<File> =>
    client.exports.wav({ set, index, ...options })
  const model = (runId: string, checkpoint: 'best' | 'last' | number): Promise<File> => client.exports.model({ runId, checkpoint })
  const metricsCsv = (runId: string): Promise<File> => client.exports.metricsCsv({ runId })
  const run = (runId: string): Promise<File> => client.exports.run({ runId })
  const tensorboard = (runId: string): Promise<File> => client.exports.tensorboard({ runId })
  return { png, completions, map, evolution, clips, wav, model, metricsCsv, run, tensorboard }
})
