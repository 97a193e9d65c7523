import type { Domain, FamilyGroup, FamilyInfo } from '../../src-main/contract'

type Kind = Domain['kind']
export type GroupName = FamilyGroup | 'other'

/** What to try first on each kind of data: the family made for it, then the general ones. */
const preference: Partial<Record<Kind, readonly string[]>> = {
  image: ['pixelcnn', 'gated-pixelcnn', 'made', 'nade', 'fvsbn', 'wavenet'],
  audio: ['wavenet'],
  video: ['video-pixel-network'],
  table: ['made', 'nade', 'fvsbn', 'wavenet'],
  text: ['lstm', 'bytenet', 'transformer', 'tcn', 'gru', 'wavenet'],
}
/** The order of the headings, by kind of data; the baselines come last, as what everything else is measured against. */
const groupOrder: Partial<Record<Kind, readonly GroupName[]>> = {
  image: ['convolutional', 'attention', 'recurrent', 'nade', 'audio', 'other', 'baseline'],
  audio: ['audio', 'recurrent', 'attention', 'convolutional', 'nade', 'other', 'baseline'],
  video: ['convolutional', 'attention', 'recurrent', 'nade', 'audio', 'other', 'baseline'],
  text: ['recurrent', 'attention', 'audio', 'convolutional', 'nade', 'other', 'baseline'],
}
const otherwise: readonly GroupName[] = ['nade', 'recurrent', 'attention', 'convolutional', 'audio', 'other', 'baseline']

interface Fit {
  family: string
  fits: boolean
}
export interface ListedFamily<F extends Fit> {
  fit: F
  info: FamilyInfo
}
export interface FamilyGroupListing<F extends Fit> {
  group: GroupName
  families: ListedFamily<F>[]
}
export interface FamilyListing<F extends Fit> {
  /** What fits the data, under its headings. */
  groups: FamilyGroupListing<F>[]
  /** What does not, each with its reason. */
  unfit: ListedFamily<F>[]
}

/** What two lines of the list hold. */
const TAGLINE = 72

/** The first thing that is said of a family, short enough to stand in the list whole: a long one ends at its last comma that fits. */
export function tagline(description: string): string {
  const first = description.split(/[.:;](?:\s|$)/)[0] ?? description
  if (first.length <= TAGLINE) return first
  const clauses = [...first.matchAll(/,? (?=\()|,? (?=which )|, | as /g)].map((match) => match.index)
  const end = clauses.findLast((index) => index <= TAGLINE)
  return end === undefined ? first : first.slice(0, end)
}

/** Every word that was typed stands somewhere in what is said of the family. */
function matches({ id, title, description, reference, domains }: FamilyInfo, heading: string, query: string): boolean {
  const said = [id, title, description, reference, heading, ...domains].join(' ').toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word))
}

/**
 * The families as they are listed: what fits first, by group and within it by preference; then what does not fit. `headings` are searched as
 * well. Families nobody has ranked keep the studio's own order behind the ranked ones.
 */
export function listFamilies<F extends Fit>(
  fits: readonly F[],
  infos: readonly FamilyInfo[],
  options: { kind: Kind; query?: string; headings: Readonly<Record<GroupName, string>> },
): FamilyListing<F> {
  const { kind, query = '', headings } = options
  const ranked = preference[kind] ?? []
  const rank = ({ fit }: ListedFamily<F>): number => (ranked.includes(fit.family) ? ranked.indexOf(fit.family) : ranked.length)
  const known = fits
    .flatMap((fit) => {
      const info = infos.find(({ id }) => id === fit.family)
      return info ? [{ fit, info }] : []
    })
    .filter(({ info }) => matches(info, headings[info.group ?? 'other'], query.trim()))
    .sort((a, b) => rank(a) - rank(b))
  const groups = (groupOrder[kind] ?? otherwise).map((group) => ({
    group,
    families: known.filter(({ fit, info }) => fit.fits && (info.group ?? 'other') === group),
  }))
  return { groups: groups.filter(({ families }) => families.length > 0), unfit: known.filter(({ fit }) => !fit.fits) }
}

/** The family to begin with: the best ranked one that fits, else the first one that fits. */
export function suggestedFamily(fits: readonly Fit[], kind: Kind): string | null {
  const fitting = fits.filter((fit) => fit.fits).map(({ family }) => family)
  return (preference[kind] ?? []).find((family) => fitting.includes(family)) ?? fitting[0] ?? null
}
