import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { DatasetRecord, GeneratedKind, ImportSettings } from '../../contract/records/dataset'
import { generatedKinds, importKindSchema } from '../../contract/records/dataset'
import { UserError } from '../../data/userError'
import { command, number, runCommand } from './command'
import type { Session } from './command'
import { followJob } from './jobs'
import { table } from './output'
import { PCM_LEVELS } from '../../contract/levels'

interface ImportFlags {
  json?: boolean
  home?: string
  name: string
  kind?: string
  size?: string
  channels?: number
  levels?: number
  frames?: number
  binarize?: ImportSettings['binarize']
  threshold?: number
  labels?: string
  sampleRate?: number
  clipSeconds?: number
  trimSilence?: number
  features?: ImportSettings['features']
  melBands?: number
  frameMs?: number
  frameRate?: number
  split?: string
  testPattern?: string
  validPattern?: string
  seed?: number
  textUnit?: ImportSettings['textUnit']
  pieces?: ImportSettings['pieces']
  pieceLength?: number
}

const whole = (name: string, minimum = 0): ((text: string) => number) => number(name, { integer: true, minimum })
/** A number, or the name of one of the two views of audio. */
const levelCount = (text: string): number => (text === '16-bit' ? PCM_LEVELS : text === 'mu-law' ? 256 : whole('--levels', 2)(text))
const binarize = (): Option =>
  new Option('--binarize <how>', 'how grey values become 0 and 1').choices(['none', 'threshold', 'stochastic', 'dynamic'])

export function importCommand(): Command {
  return command('import', 'import images, audio, video, tables or text as a data set')
    .argument('<path...>', 'files, folders or archives')
    .requiredOption('--name <name>', 'name of the data set')
    .option('--kind <kind>', `${importKindSchema.options.join(', ')}; recognised when absent`)
    .option('--size <WxH>', 'resize images and frames, for example 32x32')
    .option('--channels <1|3>', 'grey or RGB', whole('--channels', 1))
    .option('--levels <k>', "number of levels kept, 2 to 256; audio: 'mu-law' (256, the default) or '16-bit' (65536)", levelCount)
    .option('--frames <n>', 'video: cut clips into windows of so many frames', whole('--frames', 2))
    .addOption(binarize())
    .option('--threshold <t>', 'threshold of --binarize threshold, 0 to 1', number('--threshold'))
    .option('--labels <source>', "'folders', a CSV file, or a regular expression with one group")
    .option('--sample-rate <hz>', 'resample audio', whole('--sample-rate', 1))
    .option('--clip-seconds <s>', 'cut audio into clips', number('--clip-seconds'))
    .option('--trim-silence <dBFS>', 'drop what is quieter at both ends of a recording, for example -50', number('--trim-silence'))
    .addOption(new Option('--features <which>', 'audio: features beside the recordings, which a WaveNet can be conditioned on: their own log-mel energies, or x.npy beside each x.wav').choices(['none', 'log-mel', 'files']))
    .option('--mel-bands <n>', 'bands of --features log-mel, 40 when absent', whole('--mel-bands', 4))
    .option('--frame-ms <ms>', 'milliseconds of a frame of --features log-mel, 10 when absent', number('--frame-ms', { minimum: 1 }))
    .option('--frame-rate <hz>', 'frames of a second of --features files; found by the lengths when absent', number('--frame-rate'))
    .option(
      '--split <split>',
      "'given', percentages of train/valid/test such as 80/10/10, or last:500 to test on the last 500 examples (last:200/500 also " +
        'validates on the 200 before them)',
    )
    .option('--test-pattern <regex>', 'files whose name matches become the test split')
    .option('--valid-pattern <regex>', 'files whose name matches become the validation split')
    .addOption(new Option('--text-unit <unit>', 'text: characters, or bytes, as it is where there are more than 256 different ones').choices(['characters', 'bytes']))
    .addOption(new Option('--pieces <how>', 'text: pieces of one length, or a piece for each line').choices(['fixed', 'lines']))
    .option('--piece-length <n>', 'text: characters of a piece, 256 when absent', whole('--piece-length', 2))
    .option('--seed <n>', 'seed of the split and of stochastic binarisation', whole('--seed'))
    .action((paths: string[], flags: ImportFlags) =>
      runCommand(flags, async (session) => {
        const started = performance.now()
        const job = await session.client.datasets.import({
          paths: paths.map((path) => resolve(path)),
          name: flags.name,
          options: importSettings(flags),
        })
        await answerDataset(session, await finishedDataset(session, job), started)
      }),
    )
}

export function generateCommand(): Command {
  return command('generate', "make one of the studio's own sample data sets, the same for the same seed")
    .addOption(new Option('--kind <kind>', 'what to make').choices([...generatedKinds]).makeOptionMandatory())
    .requiredOption('--name <name>', 'name of the data set')
    .option('--count <n>', 'number of examples', whole('--count', 1), 5000)
    .option('--seed <n>', 'seed', whole('--seed'), 0)
    .addOption(binarize())
    .option('--frames <n>', 'video: frames of a clip (10)', whole('--frames', 2))
    .option('--side <pixels>', 'video: side of the square frames (32)', whole('--side', 8))
    .option('--shapes <n>', 'video: glyphs or digits that bounce in a frame (1)', whole('--shapes', 1))
    .option('--from <dataset>', 'moving-digits: the data set of grey images whose pictures move, such as an import of MNIST')
    .action(
      (flags: {
        json?: boolean
        home?: string
        kind: GeneratedKind
        name: string
        count: number
        seed: number
        binarize?: ImportSettings['binarize']
        frames?: number
        side?: number
        shapes?: number
        from?: string
      }) =>
        runCommand(flags, async (session) => {
          const started = performance.now()
          const { kind, name, count, seed, binarize: how, frames, side, shapes, from } = flags
          const job = await session.client.datasets.generate({
            ...{ kind, name, count, seed },
            ...(how ? { binarize: how } : {}),
            ...(frames === undefined ? {} : { frames }),
            ...(side === undefined ? {} : { side }),
            ...(shapes === undefined ? {} : { shapes }),
            ...(from === undefined ? {} : { from }),
          })
          await answerDataset(session, await finishedDataset(session, job), started)
        }),
    )
}

export function datasetsCommand(): Command {
  return command('datasets', 'list the data sets').action((flags: { json?: boolean; home?: string }) =>
    runCommand(flags, async (session) => {
      const records = await session.client.datasets.list()
      await sayProblems(session)
      const rows = records.map(({ id, domain, counts, variant }) => [
        id,
        domain.kind,
        domain.shape.join('×'),
        domain.levels,
        counts.train,
        counts.valid,
        counts.test,
        variant,
      ])
      session.output.answer(records, table(rows, ['id', 'kind', 'shape', 'levels', 'train', 'valid', 'test', 'variant']))
    }),
  )
}

/** Records that could not be read are no reason to hide the others, but worth a line. */
export async function sayProblems({ client, output }: Session): Promise<void> {
  const { problems } = await client.system.info()
  for (const problem of problems) output.say(problem)
}

function importSettings(flags: ImportFlags): ImportSettings {
  const {
    kind,
    size,
    channels,
    levels,
    frames,
    binarize: how,
    threshold,
    labels,
    sampleRate,
    clipSeconds,
    trimSilence,
    features,
    melBands,
    frameMs,
    frameRate,
    split,
    testPattern,
    validPattern,
    seed,
    textUnit,
    pieces,
    pieceLength,
  } = flags
  const known = importKindSchema.options.find((option) => option === kind)
  if (kind !== undefined && known === undefined)
    throw new UserError(`--kind ${kind} cannot be imported.`, { mend: `Use one of ${importKindSchema.options.join(', ')}.` })
  if (channels !== undefined && channels !== 1 && channels !== 3) throw new UserError(`--channels is 1 (grey) or 3 (RGB), not ${channels}.`)
  const sides = /^(\d+)[x×](\d+)$/.exec(size ?? '')
  if (size !== undefined && !sides) throw new UserError(`--size needs width x height, for example 32x32, not '${size}'.`)
  const settings: ImportSettings = {
    kind: known,
    frames,
    channels,
    levels,
    threshold,
    sampleRate,
    clipSeconds,
    trimSilence,
    features,
    melBands,
    frameMilliseconds: frameMs,
    frameRate,
    split,
    testPattern,
    validPattern,
    seed,
    textUnit,
    pieces,
    pieceLength,
    binarize: how,
    labels: labels?.toLowerCase().endsWith('.csv') ? resolve(labels) : labels,
    ...(sides ? { width: Number(sides[1]), height: Number(sides[2]) } : {}),
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

async function finishedDataset(
  session: Session,
  job: Awaited<ReturnType<Session['client']['datasets']['import']>>,
): Promise<DatasetRecord> {
  const { datasetId } = await followJob(session, job)
  return session.client.datasets.get({ id: datasetId ?? '' })
}

async function answerDataset({ output }: Session, record: DatasetRecord, started: number): Promise<void> {
  const { id, domain, counts, rejected, variant } = record
  const seconds = (performance.now() - started) / 1000
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
  for (const { file, reason } of rejected.slice(0, 20)) output.say(`Rejected ${file}: ${reason}`)
  if (rejected.length > 20) output.say(`… and ${rejected.length - 20} more rejected files.`)
  output.answer(
    { dataset: id, kind: domain.kind, shape: domain.shape, levels: domain.levels, counts, rejected, variant, seconds, peakMemoryBytes },
    `${id}: ${domain.kind} ${domain.shape.join('×')}, ${domain.levels} levels, ${variant}; ` +
      `${counts.train} train, ${counts.valid} valid, ${counts.test} test; ${rejected.length} rejected; ` +
        `${seconds.toFixed(1)} s, peak memory ${(peakMemoryBytes / 1e6).toFixed(0)} MB`,
  )
}
