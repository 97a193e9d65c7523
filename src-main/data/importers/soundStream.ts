/** A recording that is being decoded. */
export interface SoundStream {
  /** Hz */
  sampleRate: number
  channels: number
  /** Moments of sound the file declares; null when only reading tells. */
  frames: number | null
  /** All channels mixed to one by their mean, in units of 16-bit PCM (−32768…32767, not rounded), block by block. */
  blocks: AsyncGenerator<Float32Array>
  /** Samples met so far that are no numbers (NaN, infinite): taken as silence. */
  readonly remarks: { notNumbers: number }
  /** For a caller that does not read the blocks. */
  close(): void
}
