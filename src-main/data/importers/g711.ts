/**
 * G.711 (ITU-T, 1972): one byte as sign, exponent and mantissa -> 16-bit PCM, as the recommendation's tables have it. Not the continuous μ-law of
 * contract/muLaw, by which the studio itself sees audio.
 */

/** [256] */
export const muLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_value, byte) => {
  const code = ~byte & 0xff
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
  return code & 0x80 ? -magnitude : magnitude
})

/** [256] */
export const aLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_value, byte) => {
  const code = byte ^ 0x55
  const exponent = (code >> 4) & 7
  const mantissa = ((code & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return code & 0x80 ? magnitude : -magnitude
})
