import type { Report, RowRecord } from './report'

const milliseconds = (ms: number): string => (ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`)
const ratioText = (ratio: number): string => (ratio < 0.02 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2))

function compiledText({ torchCompile }: RowRecord): string {
  if (!torchCompile) return '–'
  return 'ms' in torchCompile ? milliseconds(torchCompile.ms) : 'failed'
}

function cells(row: RowRecord): string[] {
  return [
    row.title,
    milliseconds(row.oursMs),
    milliseconds(row.theirsMs),
    ratioText(row.ratio),
    row.target === null ? '–' : `≤ ${ratioText(row.target)}`,
    compiledText(row),
    row.theirs,
  ]
}

const HEAD = ['work', 'ours', 'theirs', 'ratio', 'wanted', 'torch.compile', 'opponent']

/** The rows as a Markdown table. */
export function markdownTable({ rows }: Pick<Report, 'rows'>): string {
  return [HEAD, HEAD.map(() => '---'), ...rows.map(cells)].map((line) => `| ${line.join(' | ')} |`).join('\n')
}

export function machineLine({ machine, date, rows }: Pick<Report, 'machine' | 'date' | 'rows'>): string {
  const { processor, threads, memoryGigabytes, system, tensorflow, device, torch, node, loadBefore } = machine
  const busy = loadBefore > 0.5 ? ` The machine had other work (load ${loadBefore}): take the ratios, not the times.` : ''
  const days = [...rows.map((row) => row.date), date].map((time) => time.slice(0, 10)).sort()
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`
  return (
    `Measured ${when}: ${processor}, ${threads} threads on both sides, ${memoryGigabytes} GiB, ${system}, ` +
    `TensorFlow ${tensorflow} (${device}) under Node ${node}, PyTorch ${torch}.${busy}`
  )
}

/** How many times faster than the naive sampler, how many are wanted, and whether they are reached; null where it was not timed. */
export function naiveSpeedUp({ oursMs, theirsMs, theirs, details }: RowRecord): { times: number; wanted: number | null; reached: boolean } | null {
  const naiveMs = typeof details.naiveMs === 'number' ? details.naiveMs : theirs.startsWith('our own naive sampler') ? theirsMs : null
  if (naiveMs === null) return null
  const times = naiveMs / oursMs
  const wanted = typeof details.naiveWanted === 'number' ? details.naiveWanted : null
  return { times, wanted, reached: wanted === null || times >= wanted }
}

const timesText = (times: number): string => `${times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString('en')}×`

function naiveText(row: RowRecord): string[] {
  const found = naiveSpeedUp(row)
  if (!found) return []
  const { times, wanted, reached } = found
  return [`${row.name} ${timesText(times)}${wanted === null ? '' : ` (${wanted} wanted, ${reached ? 'reached' : 'NOT reached'})`}`]
}

/** Dimensions drawn in a second beside how many are wanted; nothing for rows that want none. */
function rateText({ name, oursMs, details }: RowRecord): string[] {
  const { samples, dimensions, samplesWanted } = details
  if (typeof samples !== 'number' || typeof dimensions !== 'number' || typeof samplesWanted !== 'number') return []
  const rate = (1000 * samples * dimensions) / oursMs
  const whole = (value: number): string => Math.round(value).toLocaleString('en')
  return [`${name} ${whole(rate)} (${whole(samplesWanted)} wanted, ${rate >= samplesWanted ? 'reached' : 'NOT reached'})`]
}

const FAMILY_HEAD = ['work', 'ours', 'PyTorch', 'ratio', 'naive', 'faster than naive', 'wanted', 'opponent']

function familyCells(row: RowRecord): string[] {
  const found = naiveSpeedUp(row)
  const own = row.theirs.startsWith('our own naive sampler')
  return [
    row.title,
    milliseconds(row.oursMs),
    own ? '–' : milliseconds(row.theirsMs),
    own ? '–' : ratioText(row.ratio),
    found ? milliseconds(found.times * row.oursMs) : '–',
    found ? timesText(found.times) : '–',
    found?.wanted ? `${found.wanted}×: ${found.reached ? 'reached' : 'NOT reached'}` : '–',
    own ? '–' : row.theirs,
  ]
}

/** Training steps and samplers of the families, as a page. Times of samplers are those of all samples together. */
export function familiesPage(report: Report): string {
  const table = [FAMILY_HEAD, FAMILY_HEAD.map(() => '---'), ...report.rows.map(familyCells)].map((line) => `| ${line.join(' | ')} |`)
  const intro = [
    '# Training steps and samplers of every family',
    '',
    'Written by `npm run bench -- --only families --save`; see ../README.md. Times of samplers are those of all samples together, by the cached sampler;',
    'naive is a whole forward pass for each dimension.',
    '',
    machineLine(report),
  ]
  return `${[...intro, '', ...table, '', ...notes({ ...report, overhead: null }).map((line) => `- ${line}`)].join('\n')}\n`
}

/** What the table has no room for: one line each. */
export function notes({ rows, overhead, failures }: Report): string[] {
  const lines: string[] = []
  const unequal = rows.filter(({ check }) => check && !check.agrees).map(({ name }) => name)
  const checked = rows.filter(({ check }) => check?.agrees).map(({ name }) => name)
  if (checked.length > 0) lines.push(`Both sides compute the same from the same weights: ${checked.join(', ')}.`)
  for (const name of unequal) lines.push(`NOT the same on both sides: ${name}.`)
  const compile = rows.filter(({ details }) => typeof details.compileSeconds === 'number')
  if (compile.length > 0)
    lines.push(`Compiling (from the model to the end of its first step), seconds: ${compile.map(({ name, details }) => `${name} ${details.compileSeconds}`).join(', ')}.`)
  for (const { name, memory } of rows) {
    if (!memory) continue
    lines.push(
      `Memory over ${memory.steps} steps of ${name}: ${memory.tensorsBefore} → ${memory.tensorsAfter} tensors, ` +
        `${Math.round(memory.residentMegabytesBefore)} → ${Math.round(memory.residentMegabytesAfter)} MB resident${memory.flat ? '' : ': it GROWS'}.`,
    )
  }
  const naive = rows.flatMap(naiveText)
  if (naive.length > 0) lines.push(`Faster than a whole forward pass for each dimension: ${naive.join(', ')}.`)
  const rates = rows.flatMap(rateText)
  if (rates.length > 0) lines.push(`Dimensions drawn in a second, all samples together: ${rates.join(', ')}.`)
  if (overhead)
    lines.push(
      `One addition of four numbers: ${overhead.eagerAddUs} µs op by op, ${overhead.programCallUs} µs as a call of a compiled program, ` +
        `${overhead.torchAddUs} µs in PyTorch.`,
    )
  for (const { name, torchCompile } of rows) {
    if (torchCompile && 'reason' in torchCompile) lines.push(`torch.compile of ${name} failed: ${torchCompile.reason}`)
  }
  for (const { name, error } of failures) lines.push(`${name} could not be measured: ${error}`)
  return lines
}
