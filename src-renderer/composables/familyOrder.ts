import type { Domain } from '../../src-main/contract'

/** What to try first on each kind of data: the family made for it, then the general ones, the baseline last. */
const preference: Partial<Record<Domain['kind'], readonly string[]>> = {
  image: ['pixelcnn', 'made', 'nade', 'fvsbn', 'wavenet', 'independent'],
  audio: ['wavenet', 'independent'],
  table: ['made', 'nade', 'fvsbn', 'wavenet', 'independent'],
}

/** Those that fit first, in order of preference; families nobody has ranked keep their place behind the ranked ones. */
export function orderFamilies<Fit extends { family: string; fits: boolean }>(fits: readonly Fit[], kind: Domain['kind']): Fit[] {
  const ranked = preference[kind] ?? []
  const rank = (fit: Fit): number => {
    const place = ranked.indexOf(fit.family)
    if (fit.family === ranked.at(-1)) return 1000
    return place === -1 ? 500 : place
  }
  return [...fits].sort((a, b) => Number(b.fits) - Number(a.fits) || rank(a) - rank(b))
}
