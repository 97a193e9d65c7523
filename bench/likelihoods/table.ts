import type { Entry } from './record'

/** The figure by which rows of a data set are compared. */
export const figureOf = ({ unit, test }: Pick<Entry, 'unit' | 'test'>): number => (unit !== 'bits/dim' ? test.nats : test.bitsPerDim)

/** Of the figure, from that of the nats. */
const standardErrorOf = ({ unit, test }: Entry): number =>
  unit !== 'bits/dim' ? test.standardError : test.nats === 0 ? 0 : (test.standardError * test.bitsPerDim) / test.nats

export const digits = (unit: Entry['unit']): number => (unit === 'nats' || unit === 'nats/frame' ? 2 : 3)

/** The newest entry of each name, in the order of their first appearance. */
export function newest(entries: readonly Entry[]): Entry[] {
  const byName = new Map<string, Entry>()
  for (const entry of entries) byName.set(entry.name, entry)
  return [...byName.values()]
}

/** What an entry must not exceed, and where that comes from: the lower of its target and the figure of the row it is compared with. */
export function wanted({ target, targetFrom, atMostOf }: Entry, entries: readonly Entry[]): { value: number; from: string | null } | null {
  const other = rival(atMostOf, entries)
  if (other && (target === null || figureOf(other) < target)) return { value: figureOf(other), from: other.family }
  return target === null ? null : { value: target, from: targetFrom }
}

const rival = (name: string | null, entries: readonly Entry[]): Entry | undefined => newest(entries).find((entry) => entry.name === name)

/** Whether an entry, or the best of its group, is within its target; null where there is none. */
export function reached(entry: Entry, entries: readonly Entry[]): boolean | null {
  const { group } = entry
  const target = wanted(entry, entries)?.value
  if (target === undefined) return null
  const answering = group === null ? [entry] : entries.filter((other) => other.group === group)
  return Math.min(...answering.map(figureOf)) <= target
}

function targetText(entry: Entry, entries: readonly Entry[]): string {
  const { target, targetFrom, atMostOf, group, unit } = entry
  const limit = wanted(entry, entries)
  if (limit === null) return '–'
  const other = rival(atMostOf, entries)
  const figure = (value: number): string => value.toFixed(digits(unit))
  const both = other && target !== null ? `, the lower of ${other.family} ${figure(figureOf(other))} and ${targetFrom ?? 'the target'} ${figure(target)}` : null
  const alone = `${limit.from === null ? '' : `, ${limit.from}`}${atMostOf !== null && !other ? `; ${atMostOf} is not measured yet` : ''}`
  return `≤ ${figure(limit.value)}${both ?? alone}${group === null ? '' : ', the better one'}: ${reached(entry, entries) ? 'reached' : 'missed'}`
}

function modelText({ family, preset, settings }: Entry): string {
  return [`${family}, ${preset}`, ...settings.map((setting) => `\`${setting}\``)].join(', ')
}

function scoredText({ test }: Entry): string {
  const kind = test.exact ? 'exact' : 'bound'
  const orderings = test.orderings === null ? '' : `, ${test.orderings} orderings`
  return `${kind}, ${test.weights === 'ema' ? 'EMA' : 'raw'} weights, ${test.examples.toLocaleString('en')} examples${orderings}`
}

const publishedText = ({ published, unit }: Entry): string =>
  published.map(({ model, value, source, but }) => `${value.toFixed(digits(unit))} ${model}, ${source}${but ? ` (${but})` : ''}`).join('; ') || '–'

function cells(entry: Entry, entries: readonly Entry[]): string[] {
  const { unit, minutes, steps } = entry
  return [
    entry.dataSet,
    modelText(entry),
    minutes === null ? 'fitted' : `${minutes} min, ${steps.toLocaleString('en')} steps`,
    `${figureOf(entry).toFixed(digits(unit))} ± ${standardErrorOf(entry).toFixed(digits(unit))} ${unit}`,
    scoredText(entry),
    targetText(entry, entries),
    publishedText(entry),
  ]
}

const HEAD = ['data set', 'model', 'trained', 'test NLL', 'scored', 'wanted', 'published']

/** Finished rows as a Markdown document. */
export function markdown(all: readonly Entry[]): string {
  const entries = newest(all)
  const lines = [HEAD, HEAD.map(() => '---'), ...entries.map((entry) => cells(entry, entries))].map((line) => `| ${line.join(' | ')} |`)
  const variants = new Map(
    entries.map(({ dataSet, variant, examplesTrained }) => [dataSet, `${variant}; ${examplesTrained.toLocaleString('en')} training examples`]),
  )
  const machines = [...new Set(entries.map(({ machine, engine }) => `${machine}, ${engine}`))]
  const versions = [...new Set(entries.map(({ version }) => version))]
  const dates = entries.map(({ date }) => date.slice(0, 10)).sort()
  const when = dates[0] === dates.at(-1) ? `on ${dates[0]}` : `from ${dates[0]} to ${dates.at(-1)}`
  return [
    '# Test likelihoods',
    '',
    'Written by `npm run results` from likelihoods.json, which has every setting, seed and hash. ± is the standard error over the examples.',
    '',
    ...lines,
    '',
    ...[...variants].map(([dataSet, variant]) => `- ${dataSet}: ${variant}.`),
    ...entries.flatMap(notes),
    ...(entries.length > 0 ? [`- Measured ${when} with ${versions.join(' and ')}: ${machines.join('; ')}.`] : []),
    '',
  ].join('\n')
}

function notes({ name, test, exactMatch, classification, samples }: Entry): string[] {
  return [
    ...(test.singleOrdering === null
      ? []
      : [`- ${name}: one ordering alone scores ${test.singleOrdering.nats.toFixed(2)} ± ${test.singleOrdering.standardError.toFixed(2)} nats on average.`]),
    ...(test.totalProbability === null ? [] : [`- ${name}: the probabilities of all states add up to ${test.totalProbability.toFixed(6)}.`]),
    ...(exactMatch === null
      ? []
      : [`- ${name}: ${(100 * exactMatch.share).toFixed(2)} % of ${exactMatch.examples.toLocaleString('en')} test sources decoded to their whole target (at least ${(100 * exactMatch.wanted).toFixed(0)} % wanted).`]),
    ...(classification === null
      ? []
      : [
          `- ${name}: ${(100 * classification.accuracy).toFixed(2)} % of ${classification.examples.toLocaleString('en')} test examples classified rightly by p(x | c) ` +
            `(at least ${(100 * classification.wanted).toFixed(0)} % wanted)${samples === null ? '' : `; samples of each class: ${samples}`}.`,
        ]),
  ]
}
