/**
 * The packed store: how a data set's examples lie on disk, in `<dataset folder>/`:
 *   train.bin, valid.bin, test.bin        examples one after another; u8 levels, or i16 little-endian PCM for audio
 *   train.offsets.bin …                   audio only: (n + 1) × u64 little-endian, in samples, offsets into the .bin
 *   train.labels.bin …                    optional: n × u16 little-endian class indices
 *   train.features.bin …                  optional, of audio: frames × size float32 little-endian, ⌈samples / hop⌉ frames of each clip
 * Readers use positioned reads, so a data set larger than memory trains.
 */
import type { SplitName } from '../contract/domain'

export interface SplitReader {
  readonly split: SplitName
  /** Number of examples. */
  readonly count: number
  /** Dimensions (audio: samples) of example `index`. */
  lengthOf(index: number): number
  /** Total dimensions of the split. */
  readonly totalDimensions: number
  /**
   * Levels of the given examples (fixed shape), float32 0…K−1, indices.length × D.
   * Dynamic binarisation draws anew from (seed, epoch, example) for train; valid and test are frozen by the record's seed.
   */
  read(indices: ArrayLike<number>, epoch: number): Promise<Float32Array>
  /** Audio: levels (μ-law, or 16-bit) of samples [start, start + length) of example `index`; positions outside the clip are filled with 0. */
  readWindow(index: number, start: number, length: number): Promise<Float32Array>
  /** Absent without features: `count` frames of example `index` from `first` on, [count × size]; the last one goes on behind the end. */
  featuresOf?(index: number, first: number, count: number): Promise<Float32Array>
  labelsOf(indices: ArrayLike<number>): Promise<Int32Array | null>
  close(): Promise<void>
}
