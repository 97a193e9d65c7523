import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

const HEADER_BYTES = 44

/** A recording in 16-bit PCM that is written while it comes into being: after each `append` it is a whole file that can be played. */
export class GrowingWav {
  private samples = 0

  private constructor(
    private readonly file: FileHandle,
    private readonly sampleRate: number,
  ) {}

  static async create(path: string, sampleRate: number): Promise<GrowingWav> {
    const growing = new GrowingWav(await open(path, 'w'), sampleRate)
    await growing.writeHeader()
    return growing
  }

  /** Samples −32768…32767. */
  async append(samples: ArrayLike<number>): Promise<void> {
    const bytes = Buffer.alloc(2 * samples.length)
    for (let index = 0; index < samples.length; index++) bytes.writeInt16LE(samples[index]!, 2 * index)
    // The sound first: a header never promises more than there is.
    await this.file.write(bytes, 0, bytes.length, HEADER_BYTES + 2 * this.samples)
    this.samples += samples.length
    await this.writeHeader()
  }

  close(): Promise<void> {
    return this.file.close()
  }

  private async writeHeader(): Promise<void> {
    const header = Buffer.alloc(HEADER_BYTES)
    header.write('RIFF', 0)
    header.writeUInt32LE(HEADER_BYTES - 8 + 2 * this.samples, 4)
    header.write('WAVEfmt ', 8)
    header.writeUInt32LE(16, 16)
    header.writeUInt16LE(1, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt32LE(this.sampleRate, 24)
    header.writeUInt32LE(2 * this.sampleRate, 28)
    header.writeUInt16LE(2, 32)
    header.writeUInt16LE(16, 34)
    header.write('data', 36)
    header.writeUInt32LE(2 * this.samples, 40)
    await this.file.write(header, 0, HEADER_BYTES, 0)
  }
}
