import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { SplitName } from '../contract/domain'
import { GrowingNumbers } from './growing'

const BUFFER_BYTES = 1024 * 1024
export const NO_LABEL = 65535

/** What one example carries besides its values. */
export interface ExampleTags {
  /** Class index in order of first appearance; NO_LABEL without one. */
  label: number
  /** Examples of one group (pieces of one recording) stay in one split. */
  group: number
}

/** One split being written: values in `<split>.bin` through a buffer of fixed size, lengths and tags in memory. */
export class SplitFile {
  readonly file: string
  /** Values (bytes, samples, or frames of features) of each example. */
  readonly lengths = new GrowingNumbers(new Uint32Array(0))
  readonly labels = new GrowingNumbers(new Uint16Array(0))
  readonly groups = new GrowingNumbers(new Uint32Array(0))
  private buffer = Buffer.alloc(BUFFER_BYTES)
  private buffered = 0
  private written = 0

  private constructor(
    readonly split: SplitName,
    folder: string,
    private readonly handle: FileHandle,
    readonly bytesPerValue: number,
    name: string,
  ) {
    this.file = join(folder, name)
  }

  static async create(folder: string, split: SplitName, bytesPerValue: number, name = `${split}.bin`): Promise<SplitFile> {
    return new SplitFile(split, folder, await open(join(folder, name), 'w+'), bytesPerValue, name)
  }

  get count(): number {
    return this.lengths.count
  }

  /** Total values of the split. */
  get dimensions(): number {
    return (this.written + this.buffered) / this.bytesPerValue
  }

  async append(bytes: Uint8Array, tags: ExampleTags): Promise<void> {
    this.lengths.push(bytes.length / this.bytesPerValue)
    this.labels.push(tags.label)
    this.groups.push(tags.group)
    for (let from = 0; from < bytes.length; ) {
      const piece = Math.min(bytes.length - from, BUFFER_BYTES - this.buffered)
      this.buffer.set(bytes.subarray(from, from + piece), this.buffered)
      this.buffered += piece
      from += piece
      if (this.buffered === BUFFER_BYTES) await this.flush()
    }
  }

  async flush(): Promise<void> {
    for (let done = 0; done < this.buffered; ) {
      const { bytesWritten } = await this.handle.write(this.buffer, done, this.buffered - done, this.written + done)
      done += bytesWritten
    }
    this.written += this.buffered
    this.buffered = 0
  }

  /** The examples in order, with bytes that are valid until the next one; reads ahead in blocks. */
  async *examples(): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
    await this.flush()
    yield* sequentialExamples(this.handle, this.lengths.view().slice(), this.bytesPerValue)
  }

  /**
   * Moves examples to other splits, in place: those that stay are written over the beginning of the file, which reading has
   * always passed already. Only the moved ones need disk space.
   */
  async distribute(destination: (index: number) => SplitFile): Promise<void> {
    await this.flush()
    const lengths = this.lengths.view().slice()
    const labels = this.labels.view().slice()
    const groups = this.groups.view().slice()
    for (const list of [this.lengths, this.labels, this.groups]) list.count = 0
    this.written = 0
    for await (const { index, bytes } of sequentialExamples(this.handle, lengths, this.bytesPerValue))
      await destination(index).append(bytes, { label: labels[index]!, group: groups[index]! })
    await this.flush()
    await this.handle.truncate(this.written)
  }

  async sync(): Promise<void> {
    await this.flush()
    await this.handle.sync()
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}

/** Examples of the given lengths one after another; a block of at least a megabyte is read at a time. */
async function* sequentialExamples(handle: FileHandle, lengths: Uint32Array, bytesPerValue: number): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
  let buffer = Buffer.alloc(BUFFER_BYTES)
  let start = 0
  let end = 0
  let position = 0
  for (let index = 0; index < lengths.length; index++) {
    const bytes = lengths[index]! * bytesPerValue
    if (end - start < bytes) {
      const larger = bytes > buffer.length ? Buffer.alloc(bytes) : buffer
      buffer.copy(larger, 0, start, end)
      buffer = larger
      end -= start
      start = 0
      while (end < buffer.length) {
        const { bytesRead } = await handle.read(buffer, end, buffer.length - end, position)
        if (bytesRead === 0) break
        end += bytesRead
        position += bytesRead
      }
      if (end < bytes) throw new Error(`example ${index} ends early`)
    }
    yield { index, bytes: buffer.subarray(start, start + bytes) }
    start += bytes
  }
}
