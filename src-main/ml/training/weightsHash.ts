import { createHash } from 'node:crypto'
import type { TensorMap } from './learner'

/** SHA-256 over the tensors sorted by name: name, shape and little-endian values of each. Equal weights, equal hash. */
export function weightsHash(weights: TensorMap): string {
  const hash = createHash('sha256')
  for (const [name, { shape, data }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}:${shape.join(',')};`)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}
