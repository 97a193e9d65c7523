import type { Row } from '../harness/row'
import { rowsOfFamilies } from './families'
import { samplingFvsbn } from './fvsbn'
import { gated, samplingGated } from './gated'
import { lstm } from './lstm'
import { made, samplingMade } from './made'
import { nade, samplingNade } from './nade'
import { pixelcnn, samplingPixelcnn } from './pixelcnn'
import { samplingWavenet, wavenet, wavenetLarge } from './wavenet'

/** Every row, in the order in which they are measured and printed. */
export const rows: readonly Row[] = [
  made,
  nade,
  pixelcnn,
  gated,
  wavenet,
  wavenetLarge,
  lstm,
  samplingNade,
  samplingPixelcnn,
  samplingMade,
  samplingFvsbn,
  samplingGated,
  ...samplingWavenet,
  ...rowsOfFamilies,
]

/** What may stand for several rows on the command line. */
export const groups = {
  /** Training steps and samplers of every family, beside those that stand first. */
  families: rowsOfFamilies.map(({ name }) => name),
  samplers: rows.map(({ name }) => name).filter((name) => name.startsWith('sampling-')),
} as const satisfies Record<string, readonly string[]>
