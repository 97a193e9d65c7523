import { isSeries } from '../contract/domain'
import type { DatasetRecord, ImportSettings, RejectedFile, VideoStatistics } from '../contract/records/dataset'
import { DATASET_VERSION } from '../contract/records/dataset'
import type { AudioRemarks } from './clips'
import { grouped, nothingImported } from './describe'
import { featureMoments } from './featureMoments'
import { sortedNames } from './labelRule'
import { recognise } from './recognise'
import type { Source } from './source'
import { settleSplits } from './splitRule'
import { computeStatistics } from './statistics'
import type { StoreWriter } from './storeWriter'
import { withStoreWriter } from './storeWriter'
import { UserError } from './userError'

export interface ImportProgress {
  done: number
  total: number
  unit: string
}

export interface ImportRequest {
  paths: string[]
  name: string
  options?: ImportSettings
  /** Where the data set is to be; must not exist. Its last part is usually the id. */
  datasetFolder: string
  datasetId: string
  signal?: AbortSignal
  onProgress?: (progress: ImportProgress) => void
}

/** Class indices fit in 16 bits, and one value means 'none'. */
const LARGEST_CLASSES = 65535
/** Rejections listed in the record; more are counted in a last line. */
const LARGEST_REJECTED = 5000

/**
 * Imports files into a packed store. The data set appears complete, with its record in dataset.json, or not at all: errors, a full
 * disk and cancellation remove what was written.
 */
export async function importData(request: ImportRequest): Promise<DatasetRecord> {
  const source = await recognise(request.paths, request.options ?? {}, { quick: false, signal: request.signal })
  try {
    return await writeDataset(source, request)
  } finally {
    await source.close()
  }
}

/** Writes all examples of a source, settles splits, counts statistics and completes the record. */
export async function writeDataset(source: Source, request: Omit<ImportRequest, 'paths' | 'options'>): Promise<DatasetRecord> {
  const { signal, onProgress } = request
  const dtype = source.domain.kind === 'audio' ? 'i16' : 'u8'
  const rejected: RejectedFile[] = [...source.rejected]
  return withStoreWriter(request.datasetFolder, { dtype, featureSize: source.domain.features?.size, signal }, async (writer) => {
    const classes = new Map<string, number>()
    let done = 0
    let allLabelled = true
    const remarks: AudioRemarks = { droppedSeconds: 0, notNumbers: 0 }
    const video: VideoStatistics | undefined = source.domain.kind === 'video' ? { clips: 0, frames: 0, droppedFrames: 0 } : undefined
    let lastReport = 0
    const report = (final = false) => {
      const now = performance.now()
      if (!final && now - lastReport < 100) return
      lastReport = now
      onProgress?.({ done, total: final ? done : Math.max(done, source.examples), unit: 'examples' })
    }
    for await (const example of source.read({ signal, audio: remarks, ...(video ? { video } : {}), onRejected: (file, reason) => rejected.push({ file, reason }) })) {
      let label: number | undefined
      if (example.label === null) allLabelled = false
      else {
        label = classes.get(example.label) ?? classes.size
        classes.set(example.label, label)
        if (classes.size > LARGEST_CLASSES) throw new UserError(`There are more than ${grouped(LARGEST_CLASSES)} classes.`, { field: 'labels', mend: "Give labels: 'none', or another rule." })
      }
      await writer.append(example.split ?? 'train', example.values, { group: example.group, features: example.features, ...(label === undefined ? {} : { label }) })
      done += 1
      report()
    }
    report(true)
    if (done === 0) throw nothingImported(rejected)

    const heldOut = source.settled ? null : await settleSplits(writer, source.options)
    if (writer.counts.train === 0) throw new UserError('No example is left to train on.', { field: 'split', mend: 'Choose another split.' })
    const domain = { ...source.domain }
    if (isSeries(domain)) domain.shape = [longestClip(writer)]
    if (domain.features && writer.features) domain.features = { ...domain.features, ...(await featureMoments(writer.features.train, domain.features.size, signal)) }
    // Sub-folders that nobody asked to be classes are none when only one of them had usable files.
    const wanted = classes.size > 1 || (classes.size === 1 && source.options.labels !== undefined)
    const labels = allLabelled && wanted ? classIndices(classes, source.labelNames) : null
    if (labels) domain.classes = labels.names.length
    else delete domain.classes
    onProgress?.({ done: 0, total: done, unit: 'examples counted' })
    const statistics = await computeStatistics({ splits: writer.splits, domain, options: source.options, labels, signal, remarks, ...(video && video.clips > 0 ? { video } : {}) })
    onProgress?.({ done, total: done, unit: 'examples counted' })
    return writer.commit({ variableLength: domain.variableLength, labelIndex: labels?.index ?? null }, (summary) => ({
      type: 'dataset', version: DATASET_VERSION, id: request.datasetId, name: request.name, createdAt: new Date().toISOString(),
      domain, ...summary,
      ...(labels ? { labelNames: labels.names } : {}),
      variant: [source.variant, video?.droppedFrames ? `${grouped(video.droppedFrames)} frames at the ends of clips left out` : null, heldOut].filter(Boolean).join('; '),
      options: source.options, sources: source.sources, rejected: shortened(rejected), statistics,
    }))
  })
}

/** Indices of the classes in their natural order, for labels numbered as they appeared. */
function classIndices(classes: Map<string, number>, order: string[] | null): { names: string[]; index: Uint16Array } {
  const names = order ? order.filter((name) => classes.has(name)) : sortedNames(classes.keys())
  const index = new Uint16Array(classes.size)
  names.forEach((name, position) => (index[classes.get(name)!] = position))
  return { names, index }
}

function longestClip(writer: StoreWriter): number {
  let longest = 1
  for (const split of Object.values(writer.splits)) for (const length of split.lengths.view()) longest = Math.max(longest, length)
  return longest
}

function shortened(rejected: RejectedFile[]): RejectedFile[] {
  if (rejected.length <= LARGEST_REJECTED) return rejected
  return [...rejected.slice(0, LARGEST_REJECTED), { file: `${grouped(rejected.length - LARGEST_REJECTED)} more files`, reason: 'rejected as well' }]
}
