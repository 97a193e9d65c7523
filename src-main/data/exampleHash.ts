/** A 53-bit hash of an example's bytes (cyrb53); two lanes of multiply-xor. Equal examples hash alike; others collide with 2^-53. */
export function exampleHash(bytes: Uint8Array): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < bytes.length; i++) {
    high = Math.imul(high ^ bytes[i]!, 2654435761)
    low = Math.imul(low ^ bytes[i]!, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}

/** How many of the hashes equal an earlier one. Sorts them. */
export function repeatedHashes(hashes: Float64Array): number {
  hashes.sort()
  let repeated = 0
  for (let i = 1; i < hashes.length; i++) if (hashes[i] === hashes[i - 1]) repeated += 1
  return repeated
}
