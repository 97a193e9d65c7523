import { discreet } from './log'
import type { StudioContext } from './context'
import { doctor } from './doctor'
import { describeEngine } from './engines'
import { systemInfo } from './system'

const LAST_ENTRIES = 200

/** What somebody who is to help needs to know: versions, the findings of doctor, and what happened last. */
export async function report(context: StudioContext): Promise<string> {
  const { version, platform, shell, cpus, memoryBytes, problems } = systemInfo(context)
  const { engine, checks } = await doctor(context.workspace.home)
  const { datasets, runs, models, log } = context
  const lines = [
    `Chainrule ${version} (${shell}), ${new Date().toISOString()}`,
    `${platform}, ${cpus} cores, ${(memoryBytes / 1e9).toFixed(1)} GB of memory`,
    `Engine: ${describeEngine(engine)}. ${engine.reason}`,
    `Workspace: ${datasets.list().length} data sets, ${runs.list().length} runs, ${models.list().length} saved models`,
    '',
    'Checks',
    ...checks.map(({ name, ok, detail, mend }) => `  ${ok ? '✓' : '✗'} ${name}: ${detail}${ok || mend === '' ? '' : `\n      ${mend}`}`),
    ...(problems.length === 0 ? [] : ['', 'Records that could not be read', ...problems.map((problem) => `  ${problem}`)]),
    '',
    `Last entries of the log (${log.path})`,
    ...log.entries.slice(-LAST_ENTRIES).map(({ at, level, source, text }) => `${at} ${level.padEnd(7)} ${source.padEnd(6)} ${text.replaceAll('\n', '\n    ')}`),
  ]
  return `${discreet(lines.join('\n').replaceAll(context.workspace.home, '<workspace>'))}\n`
}

/** The whole log as it is kept, a JSON object a line. */
export function reportFile({ log }: StudioContext): File {
  return new File([log.text()], 'chainrule-log.jsonl', { type: 'application/x-ndjson' })
}
