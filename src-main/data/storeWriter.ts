import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SplitName } from '../contract/domain'
import { splitNames } from '../contract/domain'
import type { DatasetRecord, SplitCounts } from '../contract/records/dataset'
import { datasetRecordSchema } from '../contract/records/dataset'
import type { ExampleTags } from './splitFile'
import { NO_LABEL, SplitFile } from './splitFile'
import { explainFileError, UserError } from './userError'

/** Unfinished data sets carry this in their folder's name; whatever bears it and belongs to no running import may be deleted. */
export const PARTIAL_MARK = '.partial-'

export interface StoreWriterOptions {
  /** u8: levels (or grey values for dynamic binarisation); i16: PCM. */
  dtype: 'u8' | 'i16'
  /** Numbers of a frame of the features that stand beside each example; none when absent. */
  featureSize?: number | undefined
  signal?: AbortSignal
}

/** What the writer knows once all files are written, for the record. */
export interface StoreSummary {
  counts: SplitCounts
  dimensions: SplitCounts
  store: DatasetRecord['store']
}

/**
 * Writes a packed store: examples stream into a temporary folder beside `datasetFolder`; `commit` completes it with labels,
 * offsets, checksums and dataset.json, flushes everything to the disk and renames the folder into place, so that a data set is
 * complete or absent. Memory: one buffer per split and 10 bytes per example.
 */
export class StoreWriter {
  private constructor(
    readonly datasetFolder: string,
    /** The temporary folder. */
    readonly folder: string,
    readonly splits: Record<SplitName, SplitFile>,
    /** Features beside the examples, float32, whose lengths are in frames. */
    readonly features: Record<SplitName, SplitFile> | null,
    private readonly options: StoreWriterOptions,
  ) {}

  static async create(datasetFolder: string, options: StoreWriterOptions): Promise<StoreWriter> {
    const folder = join(dirname(datasetFolder), `.${basename(datasetFolder)}${PARTIAL_MARK}${process.pid}-${randomBytes(4).toString('hex')}`)
    try {
      await mkdir(folder, { recursive: true })
      const bytesPerValue = options.dtype === 'i16' ? 2 : 1
      const filesOf = async (bytes: number, nameOf: (split: SplitName) => string): Promise<Record<SplitName, SplitFile>> => ({
        train: await SplitFile.create(folder, 'train', bytes, nameOf('train')),
        valid: await SplitFile.create(folder, 'valid', bytes, nameOf('valid')),
        test: await SplitFile.create(folder, 'test', bytes, nameOf('test')),
      })
      const splits = await filesOf(bytesPerValue, (split) => `${split}.bin`)
      const features = options.featureSize === undefined ? null : await filesOf(4 * options.featureSize, (split) => `${split}.features.bin`)
      return new StoreWriter(datasetFolder, folder, splits, features, options)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw explainFileError(error, dirname(datasetFolder))
    }
  }

  get counts(): SplitCounts {
    return { train: this.splits.train.count, valid: this.splits.valid.count, test: this.splits.test.count }
  }

  /** Adds one example: u8 levels, or i16 samples, with its features. Resolves when there is room for the next. */
  async append(split: SplitName, values: Uint8Array | Int16Array, { features, ...tags }: Partial<ExampleTags> & { features?: Float32Array | undefined } = {}): Promise<void> {
    this.options.signal?.throwIfAborted()
    const bytes = values instanceof Int16Array ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : values
    await this.splits[split].append(bytes, { label: tags.label ?? NO_LABEL, group: tags.group ?? 0 })
    if (!this.features) return
    if (!features) throw new Error('An example came without its features.')
    await this.features[split].append(new Uint8Array(features.buffer, features.byteOffset, features.byteLength), { label: NO_LABEL, group: tags.group ?? 0 })
  }

  /** Redistributes the examples of one split. */
  async distribute(from: SplitName, destination: (index: number) => SplitName): Promise<void> {
    for (const files of [this.splits, ...(this.features ? [this.features] : [])]) {
      await files[from].distribute((index) => {
        this.options.signal?.throwIfAborted()
        return files[destination(index)]
      })
    }
  }

  /**
   * Completes the data set. `labelIndex` maps labels in order of appearance to class indices, null drops them.
   * `makeRecord` gets counts, sizes and checksums and answers the whole record.
   */
  async commit(
    settings: { variableLength: boolean; labelIndex: ArrayLike<number> | null },
    makeRecord: (summary: StoreSummary) => DatasetRecord,
  ): Promise<DatasetRecord> {
    const dimensions: SplitCounts = { train: 0, valid: 0, test: 0 }
    const sha256: Record<SplitName, string> = { train: '', valid: '', test: '' }
    let bytes = 0
    for (const split of splitNames) {
      const part = this.splits[split]
      await part.sync()
      dimensions[split] = part.dimensions
      bytes += part.dimensions * part.bytesPerValue
      sha256[split] = await hashFile(part.file)
      if (settings.variableLength) await writeSynced(join(this.folder, `${split}.offsets.bin`), offsetBytes(part.lengths.view()))
      if (settings.labelIndex) await writeSynced(join(this.folder, `${split}.labels.bin`), labelBytes(part.labels.view(), settings.labelIndex))
    }
    const features = await this.syncedFeatures()
    const store = { dtype: this.options.dtype, bytes: bytes + (features?.bytes ?? 0), sha256, ...(features ? { featuresSha256: features.sha256 } : {}) }
    const record = datasetRecordSchema.parse(makeRecord({ counts: this.counts, dimensions, store }))
    await writeSynced(join(this.folder, 'dataset.json'), `${JSON.stringify(record, null, 2)}\n`)
    await this.closeFiles()
    this.options.signal?.throwIfAborted()
    await syncFolder(this.folder)
    try {
      await rename(this.folder, this.datasetFolder)
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))
        throw new UserError(`${this.datasetFolder} exists already.`, { field: 'name', mend: 'Choose another name.' })
      throw error
    }
    await syncFolder(dirname(this.datasetFolder))
    return record
  }

  /** Removes everything written so far. */
  async abort(): Promise<void> {
    await this.closeFiles().catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }

  private async syncedFeatures(): Promise<{ bytes: number; sha256: Record<SplitName, string> } | null> {
    if (!this.features) return null
    const sha256: Record<SplitName, string> = { train: '', valid: '', test: '' }
    let bytes = 0
    for (const split of splitNames) {
      const part = this.features[split]
      await part.sync()
      bytes += part.dimensions * part.bytesPerValue
      sha256[split] = await hashFile(part.file)
    }
    return { bytes, sha256 }
  }

  private async closeFiles(): Promise<void> {
    const closing = [this.splits, ...(this.features ? [this.features] : [])].flatMap((files) => splitNames.map((split) => files[split].close()))
    for (const closed of await Promise.allSettled(closing)) if (closed.status === 'rejected') throw closed.reason
  }
}

/**
 * Runs `write` with a writer and removes the partial folder when it fails or is cancelled; a full disk or a missing permission
 * becomes one clear error.
 */
export async function withStoreWriter<Result>(datasetFolder: string, options: StoreWriterOptions, write: (writer: StoreWriter) => Promise<Result>): Promise<Result> {
  const writer = await StoreWriter.create(datasetFolder, options)
  try {
    return await write(writer)
  } catch (error) {
    await writer.abort()
    throw explainFileError(error, dirname(datasetFolder))
  }
}

function offsetBytes(lengths: Uint32Array): Buffer {
  const bytes = Buffer.alloc(8 * (lengths.length + 1))
  let offset = 0
  for (let i = 0; i < lengths.length; i++) {
    offset += lengths[i]!
    bytes.writeBigUInt64LE(BigInt(offset), 8 * (i + 1))
  }
  return bytes
}

function labelBytes(labels: Uint16Array, labelIndex: ArrayLike<number>): Buffer {
  const bytes = Buffer.alloc(2 * labels.length)
  for (let i = 0; i < labels.length; i++) bytes.writeUInt16LE(labelIndex[labels[i]!] ?? NO_LABEL, 2 * i)
  return bytes
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function writeSynced(file: string, content: Uint8Array | string): Promise<void> {
  await writeFile(file, content, { flush: true })
}

/** Makes a rename durable; Windows cannot open folders, and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
