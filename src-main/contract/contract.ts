import { checkpoints } from './procedures/checkpoints'
import { datasets } from './procedures/datasets'
import { engine } from './procedures/engine'
import { exports } from './procedures/exports'
import { families } from './procedures/families'
import { jobs } from './procedures/jobs'
import { log } from './procedures/log'
import { models } from './procedures/models'
import { publications } from './procedures/publications'
import { queue } from './procedures/queue'
import { runs } from './procedures/runs'
import { samples } from './procedures/samples'
import { scores } from './procedures/scores'
import { settings } from './procedures/settings'
import { storage } from './procedures/storage'
import { system } from './procedures/system'
import { understanding } from './procedures/understanding'
import { uploads } from './procedures/uploads'

export { checkpointSelectorSchema, type CheckpointSelector } from './procedures/shared'

/** Everything the studio can do, whichever door it is asked through. */
export const contract = {
  system,
  settings,
  engine,
  log,
  uploads,
  datasets,
  families,
  models,
  runs,
  queue,
  jobs,
  checkpoints,
  samples,
  scores,
  publications,
  understanding,
  exports,
  storage,
}
export type Contract = typeof contract
