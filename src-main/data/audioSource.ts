import type { Domain } from '../contract/domain'
import { PCM_LEVELS } from '../contract/levels'
import type { ImportOptions } from '../contract/records/dataset'
import { audioFeatures } from './audioFeatures'
import { commonest } from './commonest'
import { grouped, listed, suggestName } from './describe'
import { clipsOf, LONGEST_CLIP } from './clips'
import { readClips } from './fileSource'
import { memoryFile } from './importers/inputFile'
import { labelledFiles } from './labelledFiles'
import type { PreviewedExample, Source } from './source'
import type { SourceInput } from './sourceInput'
import { settleOptions } from './sourceInput'
import { UserError } from './userError'
import { levelsOfPcm } from './levelsOfPcm'

/** A preview of a recording is at most this long. */
const PREVIEW_SECONDS = 4
/** With fewer recordings than this none could be held out whole, so that long ones are cut, and their clips are split. */
const FEW = 5
const LONG_SECONDS = 60
const CLIP_SECONDS = 10
/** Higher ones are resampled to it unless told otherwise, Hz. */
const LARGEST_RATE = 384_000

/** A source of WAV files: stored as 16-bit PCM, one channel, one sample rate, seen through μ-law or as 65,536 levels. */
export async function audioSource(input: SourceInput): Promise<Source> {
  const { settings, collected } = input
  const tally = collected.audio
  const seen = tally.clips.filter(Boolean)
  if (seen.length === 0) throw new UserError(`None of the ${grouped(tally.count)} recordings can be read: ${tally.kept.filter(Boolean)[0]?.name ?? 'the first'} is no PCM WAV file.`, { field: 'paths', mend: 'Convert them to PCM WAV.' })
  const rates = commonest(seen.map(({ sampleRate }) => sampleRate))
  const sampleRate = settings.sampleRate ?? Math.min(LARGEST_RATE, rates[0]!.value)
  const seconds = seen.reduce((sum, { frames, sampleRate: own }) => sum + (frames ?? 0) / own, 0)
  const apart = tally.count < FEW && (settings.clipSeconds !== undefined || seconds > LONG_SECONDS)
  const clipSeconds = settings.clipSeconds ?? (apart ? CLIP_SECONDS : undefined)
  const features = await audioFeatures(input, sampleRate)
  const hop = features?.domain.hop ?? 1
  const clipSamples = clipSeconds === undefined ? null : wholeFrames(Math.min(LONGEST_CLIP, Math.max(1, Math.round(clipSeconds * sampleRate))), hop)
  const lengths = seen.map(({ frames, sampleRate: own }) => Math.ceil(((frames ?? 0) * sampleRate) / own))
  const longest = Math.max(1, Math.min(clipSamples ?? LONGEST_CLIP, Math.max(...lengths)))
  const cut = clipSamples ?? LONGEST_CLIP
  const clipsPerFile = lengths.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / cut)), 0) / lengths.length
  const files = labelledFiles(input, tally)
  const { options, splitsFound } = settleOptions(settings, tally.splits, { kind: 'audio', sampleRate, ...(clipSeconds === undefined ? {} : { clipSeconds }) })
  const view = options.levels === PCM_LEVELS ? ({ levels: PCM_LEVELS, encoding: 'linear' } as const) : ({ levels: 256, encoding: 'mu-law' } as const)
  const domain: Domain = { kind: 'audio', shape: [longest], variableLength: true, sampleRate, ...view }
  if (features) domain.features = features.domain
  if (files.labelNames && !collected.estimated) domain.classes = files.labelNames.length
  const rules = files.rules(options, tally)
  const resampled = rates.some(({ value }) => value !== sampleRate)
  const mixed = seen.some(({ channels }) => channels > 1)
  return {
    recognised: [
      `${collected.estimated ? 'about ' : ''}${grouped(tally.count)} WAV recordings`,
      rates.length > 1 ? `of ${rates.length} sample rates` : null,
      resampled ? `resampled to ${grouped(sampleRate)} Hz` : `at ${grouped(sampleRate)} Hz`,
      mixed ? 'mixed to one channel' : 'mono',
      clipSamples === null ? null : `cut into clips of ${clipSeconds} s${apart ? ', which are split on their own' : ''}`,
      settings.trimSilence === undefined ? null : `silence below ${settings.trimSilence} dBFS dropped at both ends`,
      features?.recognised,
      files.labelNames ? `${collected.estimated ? 'at least ' : ''}${files.labelNames.length} classes` : null,
      splitsFound.length > 0 ? `${listed(splitsFound)} named` : null,
    ].filter(Boolean).join(', '),
    options, domain, files: tally.count,
    examples: Math.round(tally.count * clipsPerFile),
    estimated: collected.estimated || (clipSamples !== null && seen.length < tally.count),
    splitsFound, labelNames: files.labelNames,
    suggestedName: suggestName(input.paths),
    variant: audioVariant(options, sampleRate, resampled),
    sources: input.paths,
    rejected: collected.rejected,
    read: (context) => readClips(rules, { sampleRate, clipSamples: clipSamples ?? (features?.whole ? wholeFrames(LONGEST_CLIP, hop) : null), apart, trimSilence: settings.trimSilence, features }, context),
    preview: async (count) => {
      const examples: PreviewedExample[] = []
      for (const { name, bytes } of tally.kept.filter(Boolean)) {
        if (examples.length === count) break
        try {
          for await (const clip of clipsOf(memoryFile(name, bytes), { sampleRate, clipSamples: clipSamples ?? sampleRate * PREVIEW_SECONDS, trimSilence: settings.trimSilence })) {
            const values = levelsOfPcm(clip.subarray(0, sampleRate * PREVIEW_SECONDS), domain)
            examples.push({ name, split: null, label: input.labels.labelOf(name), group: examples.length, values })
            break
          }
        } catch {
          // Damaged recordings are listed by the import itself.
        }
      }
      return examples
    },
    close: input.scratch.remove,
  }
}

/** Clips with features end with a frame, so that the next one begins with one. */
const wholeFrames = (samples: number, hop: number): number => Math.max(hop, samples - (samples % hop))

function audioVariant(options: ImportOptions, sampleRate: number, resampled: boolean): string {
  const clips = options.clipSeconds === undefined ? '' : `, clips of at most ${options.clipSeconds} s`
  const trimmed = options.trimSilence === undefined ? '' : `, silence below ${options.trimSilence} dBFS trimmed`
  return `${options.levels === PCM_LEVELS ? `16-bit, ${grouped(PCM_LEVELS)} levels` : 'μ-law 256 levels'}, ${grouped(sampleRate)} Hz${resampled ? ' (resampled)' : ''}${clips}${trimmed}`
}
