import type { Budget } from '../../contract/records/training'

export interface TrainFlags {
  json?: boolean
  home?: string
  dataset?: string
  family?: string
  preset?: string
  set?: string[]
  epochs?: number
  steps?: number
  minutes?: number
  seed?: number
  name?: string
  resume?: string
  config?: string
  /** A saved model or a file. */
  model?: string
  engine?: 'auto' | 'compiled' | 'eager'
}

/** The limits that were given; none means the preset's. */
export function budgetOf({ steps, epochs, minutes }: TrainFlags): Budget {
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(minutes === undefined ? {} : { minutes }),
  }
}
