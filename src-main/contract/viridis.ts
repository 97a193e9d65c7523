/** Viridis (Smith & van der Walt 2015) at nine even stops: dark violet, blue, green, yellow; even steps look even, to the colour-blind too. */
const STOPS = [
  [68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137], [53, 183, 121], [109, 205, 89], [253, 231, 37],
] as const

/** The colour of a share 0…1, as red, green and blue 0…255: maps look alike in the window and in the files it writes. */
export function viridis(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1)
  const index = Math.min(STOPS.length - 2, Math.floor(at))
  const [from, to] = [STOPS[index]!, STOPS[index + 1]!]
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (at - index) * (to[channel] - from[channel]))
  return [mix(0), mix(1), mix(2)]
}
