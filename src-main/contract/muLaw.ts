/**
 * μ-law companding with μ = 255 (ITU-T G.711 in its continuous form; van den Oord et al. 2016, WaveNet, section 2.2):
 *   f(x) = sign(x) · ln(1 + μ|x|) / ln(1 + μ),  −1 ≤ x ≤ 1,  level = ⌊(f(x) + 1) / 2 · μ + 0.5⌋.
 * Silence is level 128.
 */
export const MU = 255
export const SILENCE_LEVEL = 128

/** 16-bit PCM −32768…32767 -> level 0…255. */
export function muLawEncode(pcm: number): number {
  const x = Math.max(-1, Math.min(1, pcm / 32768))
  const companded = (Math.sign(x) * Math.log1p(MU * Math.abs(x))) / Math.log1p(MU)
  return Math.floor(((companded + 1) / 2) * MU + 0.5)
}

/** Level 0…255 -> amplitude −1…1. */
export function muLawDecode(level: number): number {
  const companded = (2 * level) / MU - 1
  return (Math.sign(companded) * ((1 + MU) ** Math.abs(companded) - 1)) / MU
}

let table: Uint8Array | undefined

/** Levels of all 16-bit values: level = table[pcm + 32768]. */
export function muLawTable(): Uint8Array {
  if (!table) table = Uint8Array.from({ length: 65536 }, (_, index) => muLawEncode(index - 32768))
  return table
}
