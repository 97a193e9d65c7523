import { framesRead } from '../../contract/localFeatures'
import type { Conditioning } from './model'

/** Numbers that one example of so many steps is conditioned on. */
export function conditionNumbers(conditioning: Conditioning, steps: number): number {
  if (conditioning.kind === 'class') return 1
  return conditioning.kind === 'vector' ? conditioning.size : framesRead(conditioning, steps) * conditioning.size
}
