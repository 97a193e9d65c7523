import type { Domain, SplitName } from '../contract/domain'
import type { ImportOptions, ImportSettings } from '../contract/records/dataset'
import type { Collected } from './collectInputs'
import { commonest } from './commonest'
import { describeVariant, grouped, listed, nothingImported, suggestName } from './describe'
import { levelEncoding } from './encodeLevels'
import { tagsOf } from './fileSource'
import { isGrey } from './importers/animation'
import type { InputFile } from './importers/inputFile'
import { readStart, RejectedFileError, rejectionReason } from './importers/inputFile'
import { NPY_START, parseNpyHeader } from './importers/npy'
import { labelledFiles } from './labelledFiles'
import { conversionNotes, targetSize } from './matrixSource'
import type { PreparedExample, ReadContext, Source } from './source'
import { splitOfPath } from './importers/splitNames'
import type { SourceInput } from './sourceInput'
import { settleOptions } from './sourceInput'
import { UserError } from './userError'
import type { VideoClip } from './videoClips'
import { arrayClips, fileClips } from './videoClips'

/** Frames of an example where nobody says how many, unless the clips are shorter. */
const USUAL_FRAMES = 10
/** Values of the clips of a preview together. */
const LARGEST_PREVIEW = 4_000_000
/** Clips looked into for size and colour. */
const LOOKED_INTO = 50

/**
 * A source of video: animated GIFs and WebPs, folders of pictures, or NumPy arrays. Clips are cut into windows of equal length, whose frames
 * are resized and made grey as images are; all windows of one clip form a group, so that they stay in one split.
 */
export async function videoSource(input: SourceInput): Promise<Source> {
  const { settings, collected } = input
  const arrays = collected.matrices.filter(({ type }) => type === 'npy')
  const found = arrays.length > 0 ? await arrayClips(input, arrays.map(({ file }) => file)) : await fileClips(input)
  const { clips } = found
  if (clips.length === 0) throw nothingImported(collected.rejected)
  if (arrays.length > 0 && collected.images.count > 0)
    collected.rejected.push({ file: input.paths.join(', '), reason: `${grouped(collected.images.count)} images beside the arrays were left out; import them on their own` })

  const seen: { width: number; height: number; grey: boolean; clip: VideoClip }[] = []
  const problems: { file: string; reason: string }[] = []
  for (const clip of clips.slice(0, LOOKED_INTO)) {
    const picture = await clip.first().catch((error: unknown) => {
      problems.push({ file: clip.name, reason: rejectionReason(error) })
      return null
    })
    if (picture) seen.push({ width: picture.width, height: picture.height, grey: isGrey(picture), clip })
  }
  if (seen.length === 0) throw nothingImported([...collected.rejected, ...problems])
  const sizes = commonest(seen.map(({ width, height }) => `${width} × ${height}`))
  const [width, height] = sizes[0]!.value.split(' × ').map(Number) as [number, number]
  const resize = settings.width !== undefined || settings.height !== undefined
  const size = targetSize({ width, height }, settings)
  const grey = seen.every((clip) => clip.grey)
  const channels = settings.channels ?? (grey ? 1 : 3)
  const frames = settings.frames ?? Math.max(2, Math.min(USUAL_FRAMES, commonest(clips.map((clip) => clip.frames))[0]!.value))

  const tally = { ...collected.images, labels: new Set<string>(), splits: new Set<SplitName>(), unsplit: 0, count: clips.length }
  for (const { path } of clips) {
    const label = input.labels.labelOf(path)
    if (label !== null) tally.labels.add(label)
    const split = input.patternSplit(path) ?? splitOfPath(path)
    if (split) tally.splits.add(split)
  }
  const files = labelledFiles(input, tally)
  const { options, splitsFound } = settleOptions(settings, tally.splits, { kind: 'video', channels, frames, ...(resize ? size : {}) })
  const target = { channels, expected: { width, height }, ...(resize ? { size } : {}) }
  // Binary arrays stay as they are, unless resizing makes new intensities of them.
  const binary = found.binary && !(resize && (size.width !== width || size.height !== height))
  const encoding = levelEncoding(binary ? 2 : 256, options)
  const shape = [frames, size.height, size.width, channels]
  const domain: Domain = { kind: 'video', shape, levels: encoding.levels, variableLength: false, encoding: 'linear' }
  if (files.labelNames) domain.classes = files.labelNames.length
  const rules = files.rules(options, tally)
  const usable = clips.filter((clip) => clip.frames >= frames)
  if (!input.quick) refuseFewClips(usable.length, options)
  const dropped = usable.reduce((sum, clip) => sum + (clip.frames % frames), 0)
  const windows = usable.reduce((sum, clip) => sum + Math.floor(clip.frames / frames), 0)
  const notes = [`clips of ${frames} frames`, ...conversionNotes({ width: resize ? -1 : width, height, channels: grey ? 1 : 3 }, { ...size, channels })]
  const values = shape.reduce((product, side) => product * side, 1)

  const read = async function* (context: ReadContext, chosen: readonly VideoClip[] = clips, most = Infinity): AsyncGenerator<PreparedExample> {
    let [group, index] = [0, 0]
    for (const clip of chosen) {
      context.signal?.throwIfAborted()
      try {
        const tags = tagsOf(clip.path, rules)
        if (clip.frames < frames) throw new RejectedFileError(tooShort(clip.frames, frames))
        const pictures = await clip.decode(target)
        const whole = Math.min(most, Math.floor(pictures.length / frames))
        for (let window = 0; window < whole; window++) {
          const levels = joined(pictures.slice(window * frames, (window + 1) * frames), values, found.binary && !binary ? 255 : 1)
          yield { name: whole > 1 ? `${clip.name} #${window}` : clip.name, ...tags, group, values: encoding.encode(levels, index++) }
        }
        if (context.video) {
          context.video.clips += 1
          context.video.frames += pictures.length
          context.video.droppedFrames += pictures.length % frames
        }
        group += 1
      } catch (error) {
        context.signal?.throwIfAborted()
        context.onRejected(clip.name, rejectionReason(error))
      }
    }
  }
  const lengths = clips.map((clip) => clip.frames)
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)]
  return {
    recognised: [
      `${grouped(clips.length)} ${grey ? 'grey' : 'colour'} ${found.kind[clips.length === 1 ? 0 : 1]}`,
      `${shortest === longest ? longest : `${shortest} to ${longest}`} frames${clips.length === 1 ? '' : ' each'}`,
      resize ? `resized to ${size.width} × ${size.height}` : sizes.length > 1 ? `of ${sizes.length} sizes, most ${width} × ${height}: others are left out unless a size is given` : `of ${width} × ${height}`,
      `cut into ${grouped(windows)} windows of ${frames} frames${dropped > 0 ? `, ${grouped(dropped)} frames at the ends left out` : ''}`,
      usable.length < clips.length ? `${grouped(clips.length - usable.length)} too short` : null,
      files.labelNames ? `${files.labelNames.length} classes` : null,
      splitsFound.length > 0 ? `${listed(splitsFound)} named` : null,
    ].filter(Boolean).join(', '),
    options, domain, files: found.files, examples: windows, estimated: false, splitsFound,
    labelNames: files.labelNames,
    suggestedName: suggestName(input.paths),
    variant: describeVariant(domain, { levels: binary ? 2 : 256, levelsNote: encoding.note, notes }),
    sources: input.paths,
    rejected: collected.rejected,
    read,
    preview: async (count) => {
      const most = Math.max(1, Math.min(count, Math.floor(LARGEST_PREVIEW / values)))
      const examples: PreparedExample[] = []
      for await (const example of read({ onRejected: (file, reason) => collected.rejected.push({ file, reason }) }, clips.slice(0, most), 1)) examples.push(example)
      for (const clip of clips.slice(most)) if (clip.frames < frames) collected.rejected.push({ file: clip.name, reason: tooShort(clip.frames, frames) })
      return examples
    },
    close: async () => {
      await found.close()
      await input.scratch.remove()
    },
  }
}

/** Whether the files are video without being said to be: all pictures looked into are animated, or the arrays have a shape that images cannot have. */
export async function looksLikeVideo({ images, audio, matrices }: Collected): Promise<boolean> {
  const seen = images.images.filter(Boolean)
  if (matrices.length === 0) return audio.count === 0 && seen.length > 0 && seen.every(({ animated }) => animated)
  if (images.count > 0 || matrices.some(({ type }) => type !== 'npy')) return false
  const shape = await videoShape(matrices[0]!.file)
  return shape !== null
}

/** [clips, frames, height, width] or with channels; null where an array may as well hold images, or is none. */
async function videoShape(file: InputFile): Promise<number[] | null> {
  try {
    const { shape } = parseNpyHeader(await readStart(file, NPY_START), Infinity)
    const channels = (size: number | undefined): boolean => size === 1 || size === 3
    return shape.length === 5 || (shape.length === 4 && !channels(shape[1]) && !channels(shape[3])) ? shape : null
  } catch {
    return null
  }
}

const tooShort = (have: number, wanted: number): string =>
  have === 1
    ? `it holds a single frame, but a clip needs ${wanted}; give an animated GIF or WebP, or a folder with a picture for each frame`
    : `it has ${have} frames, but a clip needs ${wanted}; ask for fewer frames to take it in`

/** Frames behind each other, [frames, height, width, channels]. */
function joined(frames: readonly Uint8Array[], size: number, scale: number): Uint8Array {
  const clip = new Uint8Array(size)
  let at = 0
  for (const frame of frames) {
    clip.set(scale === 1 ? frame : frame.map((value) => value * scale), at)
    at += frame.length
  }
  return clip
}

/** No clip may lie in two splits, so a few cannot be divided by percentages that leave one of them empty. */
function refuseFewClips(clips: number, { split, validPattern, testPattern }: Pick<ImportOptions, 'split'> & Pick<ImportSettings, 'validPattern' | 'testPattern'>): void {
  if (!/^\d/.test(split) || validPattern !== undefined || testPattern !== undefined) return
  const shares = split.split('/').map(Number)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const empty = shares.some((share) => share > 0 && Math.round((clips * share) / total) === 0)
  if (!empty) return
  throw new UserError(`${clips === 1 ? 'One clip' : `${clips} clips`} cannot be split ${split}: no clip may lie in two splits, so one of them would be empty.`, {
    field: 'split',
    mend: `Import more clips, or give ${clips >= 3 ? "other percentages, such as '50/25/25', or " : ''}'100/0/0' to train on all of them.`,
  })
}
