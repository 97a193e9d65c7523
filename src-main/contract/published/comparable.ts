import type { Domain, NllUnit, SplitName } from '../domain'
import { dimensionsOf, framesOf, isPerStep, nllUnit } from '../domain'
import type { ComparisonRow } from '../records/comparison'
import type { Publication } from '../records/publication'
import type { DatasetContent, KnownDataset } from './knownDatasets'
import { recogniseDataset, similarDatasets, whyNot } from './knownDatasets'
import type { PublishedResult } from './results'
import { publishedResults } from './results'

/** What a run's number is of. */
export interface ComparedNumber {
  content: DatasetContent
  unit: NllUnit
  split: SplitName
  /** Conditioned on labels or vectors: its number is of p(x | c). */
  conditioned: boolean
  /** Which features it is told, of a number that is conditioned on them. */
  features?: string | undefined
}

export type PublishedRow = Extract<ComparisonRow, { kind: 'published' }>

/** Why the two numbers of runs must not stand beside each other; null when they may. */
export function whyRunsDiffer(one: ComparedNumber, other: ComparedNumber): string | null {
  if (other.split !== one.split) return `its number is of the ${other.split} split, the first one's of the ${one.split} split`
  if (other.unit !== one.unit) return `its number is in ${other.unit}, the first one's in ${one.unit}`
  if (other.features !== one.features) return `its number is of ${densityOf(other)}, the first one's of ${densityOf(one)}`
  if (other.conditioned !== one.conditioned) return other.conditioned ? CONDITIONED : 'its number is of p(x), the first one\'s of p(x | condition)'
  const [own, first] = [other.content.domain, one.content.domain]
  // The same recordings may be there in both views.
  if (own.kind === 'audio' && first.kind === 'audio' && (own.levels !== first.levels || own.encoding !== first.encoding))
    return `its samples have ${levelWords(own)}, the first one's ${levelWords(first)}, and nats of other levels are other numbers`
  return sameData(one.content, other.content) ? null : 'its test examples, or how they are prepared, are not those of the first run'
}

const levelWords = ({ levels, encoding }: Pick<Domain, 'levels' | 'encoding'>): string => `${levels.toLocaleString('en')} ${encoding === 'mu-law' ? 'μ-law ' : ''}levels`

/** The published results that somebody might look at beside a run: those of its data, and those of data that looks like it with what tells them apart. */
export function publishedBeside(number: ComparedNumber): PublishedRow[] {
  const { content } = number
  const own = recogniseDataset(content)
  const others = similarDatasets(content).filter((known) => known !== own && (!own || known.test.examples === own.test.examples))
  return [...(own ? rowsOf(own, whyNotPublished(number)) : []), ...others.flatMap((known) => rowsOf(known, whyNot(known, content)))]
}

/** The results that the user has added, of whatever data; those of other test examples say so. */
export function ownPublishedBeside(number: ComparedNumber, publications: readonly Publication[]): PublishedRow[] {
  return publications.map((own) => {
    const { content } = own.data
    const unit = nllUnit(content.domain)
    const why = whyOwnDiffers(number, own)
    const perDimension = isPerStep(unit) ? Math.LN2 : (dimensionsOf(content.domain) / framesOf(content.domain)) * Math.LN2
    return {
      kind: 'published',
      ownId: own.id,
      title: own.title,
      family: '',
      nats: own.unit === 'bits/dim' ? own.value * perDimension : own.value,
      bitsPerDim: own.unit === 'bits/dim' ? own.value : own.value / perDimension,
      unit,
      exact: own.exact,
      split: own.split,
      dataset: own.data.title,
      dataVariant: own.data.variant,
      comparable: why === null,
      why,
      reference: own.reference,
      note: own.note === '' ? null : own.note,
    }
  })
}

function whyOwnDiffers(number: ComparedNumber, { data, split, conditioned }: Publication): string | null {
  if (!sameData(number.content, data.content)) return `that is of ${data.title}, ${data.variant}, the test examples of which are not those of the first run`
  return whyRunsDiffer(number, { content: data.content, split, conditioned, unit: nllUnit(data.content.domain) })
}

const CONDITIONED = 'its number is of p(x | condition): it is told the class of each example'

/** What is told makes another density: more of it gives a lower number that says nothing of the model. */
const densityOf = ({ features, conditioned }: ComparedNumber): string => (features ? `p(x | features), ${features}` : conditioned ? 'p(x | condition)' : 'p(x)')

/** Published numbers are those of p(x) over the test split, in nats for an example (or its bits). */
function whyNotPublished({ split, unit, conditioned }: ComparedNumber): string | null {
  if (split !== 'test') return `published numbers are of the test split, the first run's of the ${split} split`
  if (unit !== 'nats/example') return `published numbers are of whole examples, the first run's in ${unit}`
  return conditioned ? "published numbers are of p(x), the first run's of p(x | condition)" : null
}

const rowsOf = (known: KnownDataset, why: string | null): PublishedRow[] =>
  publishedResults.filter(({ dataset }) => dataset === known.id).map((result) => rowOf(result, known, why))

function rowOf({ family, title, value, unit, exact, reference, note }: PublishedResult, known: KnownDataset, why: string | null): PublishedRow {
  const perDimension = known.dimensions * Math.LN2
  return {
    kind: 'published',
    title,
    family,
    nats: unit === 'bits/dim' ? value * perDimension : value,
    bitsPerDim: unit === 'bits/dim' ? value : value / perDimension,
    unit: 'nats/example',
    exact,
    split: 'test',
    dataset: known.title,
    dataVariant: known.variant,
    comparable: why === null,
    why,
    reference,
    note: note ?? null,
  }
}

/** The same test examples, prepared alike. */
function sameData(one: DatasetContent, other: DatasetContent): boolean {
  const { domain: a } = one
  const { domain: b } = other
  return (
    one.testSha256 === other.testSha256 &&
    (one.binarize === 'dynamic') === (other.binarize === 'dynamic') &&
    (one.binarize !== 'dynamic' || one.seed === other.seed) &&
    dimensionsOf(a) === dimensionsOf(b) &&
    a.levels === b.levels &&
    a.encoding === b.encoding
  )
}
