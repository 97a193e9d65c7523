import { tmpdir } from 'node:os'
import type { ImportSettings } from '../contract/records/dataset'
import { audioSource } from './audioSource'
import { collectInputs } from './collectInputs'
import type { Collected } from './collectInputs'
import { nothingImported } from './describe'
import { imageSource } from './imageSource'
import type { FileType } from './importers/fileType'
import { scratchFolder } from './importers/walk'
import { labelRule, noLabels } from './labelRule'
import { arePairs } from './pairsSource'
import { openParts } from './openParts'
import type { Source } from './source'
import type { SourceInput } from './sourceInput'
import { patternRule } from './splitRule'
import { tableSource } from './tableSource'
import { textSource } from './textSource'
import { looksLikeVideo, videoSource } from './videoSource'
import { explainFileError, UserError } from './userError'

export interface RecogniseOptions {
  /** A quick look for the plan: large archives and tables are read in part. */
  quick: boolean
  signal?: AbortSignal
}

/** Finds out what the dropped files are and settles all options. Close the source when done. */
export async function recognise(paths: string[], settings: ImportSettings, { quick, signal }: RecogniseOptions): Promise<Source> {
  const scratch = scratchFolder()
  try {
    if (settings.kind === 'text') return await textSource({ paths, settings, scratch, signal })
    // For tables 'labels' names a column, so a rule that cannot be one for loose files is an error only where these are imported.
    const labels = await labelRule(settings.labels, paths.length).catch((error: unknown) => {
      if (error instanceof UserError) return error
      throw error
    })
    const patternSplit = patternRule(settings)
    const collected = await collectInputs({ paths, labels: labels instanceof UserError ? noLabels : labels, patternSplit, quick, signal, scratch: scratch.get })
    const input = { paths, settings, collected, patternSplit, scratch, quick, signal }
    return await chooseSource({ ...input, labels: labels instanceof UserError ? noLabels : labels }, labels instanceof UserError ? labels : null)
  } catch (error) {
    await scratch.remove()
    throw explainFileError(error, tmpdir())
  }
}

/**
 * Tables (IDX, .npz, …) go before a few loose files beside them, many loose files go before tables, and CSV files, which often only
 * describe other files, come last. What is not chosen is listed as left out.
 */
async function chooseSource(input: SourceInput, labelProblem: UserError | null): Promise<Source> {
  const { collected, settings } = input
  const { images, audio } = collected
  if (settings.kind === 'video' || (settings.kind === undefined && (await looksLikeVideo(collected)))) {
    if (labelProblem) throw labelProblem
    const arrays = collected.matrices.some(({ type }) => type === 'npy')
    if (images.count === 0 && !arrays) throw nothingFound(input)
    leaveOut(collected, collected.matrices.filter(({ type }) => type !== 'npy').map(({ file }) => file.name), 'video')
    if (audio.count > 0) collected.rejected.push({ file: input.paths.join(', '), reason: `${audio.count} recordings beside the video were left out; import them on their own` })
    return videoSource(input)
  }
  const loose = images.count + audio.count
  const csv = collected.matrices.filter(({ type }) => type === 'csv')
  const tables = collected.matrices.filter(({ type }) => type !== 'csv')
  const audioAlone = settings.kind === 'audio' || (settings.kind === undefined && settings.features === 'files')
  const wantsLoose = audioAlone || (settings.kind === 'image' && tables.length === 0) || loose > 10 * tables.length
  const candidates = audioAlone ? [] : wantsLoose && loose > 0 && settings.kind !== 'table' ? [] : [tables, csv]
  if (settings.kind === undefined && loose === 0 && tables.length === 0 && (await arePairs(csv.map(({ file }) => file)))) return textSource(input)
  for (const files of candidates) {
    if (files.length === 0 || (files === csv && loose > 0 && settings.kind !== 'table')) continue
    const opened = await openParts(files, { labelColumn: files === csv && settings.labels !== 'none' ? settings.labels : undefined })
    if (opened.parts.length === 0 && loose > 0) continue
    collected.rejected.push(...opened.rejected)
    if (opened.parts.length === 0) break
    leaveOut(collected, [...(files === tables ? csv : tables)].map(({ file }) => file.name), 'tables')
    if (loose > 0) collected.rejected.push({ file: input.paths.join(', '), reason: `${loose} loose images or recordings beside the tables were left out; import them on their own` })
    return tableSource(input, opened)
  }
  const useAudio = audioAlone || (settings.kind === undefined && audio.count > images.count)
  const tally = useAudio ? audio : images
  if (settings.kind === undefined && collected.texts > 0 && collected.texts === collected.rejected.length && loose === 0) return textSource(input)
  if (tally.count === 0 || settings.kind === 'table') throw nothingFound(input)
  if (labelProblem) throw labelProblem
  const beside = (type: FileType): boolean => useAudio && settings.features === 'files' && type === 'npy'
  leaveOut(collected, collected.matrices.filter(({ type }) => !beside(type)).map(({ file }) => file.name).filter((name) => !input.settings.labels?.endsWith(name.slice(name.lastIndexOf('/') + 1))), useAudio ? 'recordings' : 'images')
  const other = useAudio ? images : audio
  if (other.count > 0) collected.rejected.push({ file: input.paths.join(', '), reason: `${other.count} ${useAudio ? 'images' : 'recordings'} beside the ${useAudio ? 'recordings' : 'images'} were left out; import them on their own` })
  return useAudio ? audioSource(input) : imageSource(input)
}

function leaveOut(collected: Collected, names: string[], what: string): void {
  for (const file of names) collected.rejected.push({ file, reason: `left out: this import is of ${what}; import it on its own` })
}

function nothingFound({ paths, collected, settings }: SourceInput): UserError {
  const wanted = settings.kind === 'audio' ? 'WAV files' : settings.kind === 'table' ? 'tables' : settings.kind === 'video' ? 'animated GIFs or WebPs, folders of frames or .npy arrays' : 'images, WAV files, tables or text'
  const where = paths.length === 1 ? paths[0] : `the ${paths.length} paths`
  if (collected.rejected.length > 0) return nothingImported(collected.rejected)
  return new UserError(`Nothing to import in ${where}: it holds no ${wanted}.`, { field: 'paths' })
}
