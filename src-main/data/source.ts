import type { Domain, SplitName } from '../contract/domain'
import type { AudioRemarks } from './clips'
import type { ImportOptions, RejectedFile, VideoStatistics } from '../contract/records/dataset'
import type { LevelArray } from '../contract/levels'

/** One example as it goes into the store, before its split is settled. */
export interface PreparedExample {
  name: string
  /** Split that the files themselves give; null without one. */
  split: SplitName | null
  /** Class name; null without one. */
  label: string | null
  /** Examples of one group (clips of one recording) stay in one split. */
  group: number
  /** u8 levels, of video [frames, height, width, channels] (greys for dynamic binarisation) or i16 PCM. */
  values: Uint8Array | Int16Array
  /** Beside audio, where the domain has features: [frames × size]. */
  features?: Float32Array
}

/** For the eye and the ear: audio as levels, like everything else. */
export type PreviewedExample = Omit<PreparedExample, 'values'> & { values: PreparedExample['values'] | LevelArray }

export interface ReadContext {
  signal?: AbortSignal
  /** Sums up what happens to recordings. */
  audio?: AudioRemarks
  /** Sums up what becomes of video clips. */
  video?: VideoStatistics
  onRejected: (file: string, reason: string) => void
}

/** Recognised input with all options settled. */
export interface Source {
  /** One sentence: what the files are. */
  recognised: string
  options: ImportOptions
  domain: Domain
  files: number
  /** Number of examples, exact unless `estimated`. */
  examples: number
  estimated: boolean
  splitsFound: SplitName[]
  /** Classes in index order, as far as they are known before reading. */
  labelNames: string[] | null
  suggestedName: string
  /** How the data were prepared, quoted with every NLL. */
  variant: string
  /** Every example says its split, so that none is dealt out: text, which must not be shuffled between splits. */
  settled?: boolean
  /** Files and parts that are read, for the record. */
  sources: string[]
  /** Files left out already. */
  rejected: RejectedFile[]
  /** All examples in order. */
  read(context: ReadContext): AsyncGenerator<PreparedExample>
  /** At most `count` examples for the eye. */
  preview(count: number): Promise<PreviewedExample[]>
  /** Removes temporary files. */
  close(): Promise<void>
}
