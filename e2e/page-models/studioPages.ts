import type { Page } from '@playwright/test'
import { ApplicationPages } from './applicationPages'
import { BuilderPage } from './builderPage'
import { CheckpointsPage } from './checkpointsPage'
import { ComparePage } from './comparePage'
import { DataPage } from './dataPage'
import { ModelsPage } from './modelsPage'
import { SamplesPage } from './samplesPage'
import { Shell } from './shell'
import { StoragePage } from './storagePage'
import { TrainPage } from './trainPage'
import { UnderstandPage } from './understandPage'

/** All pages of one window. A studio that was started again may have another window: ask again then. */
export function studioPages(page: Page) {
  return {
    shell: new Shell(page),
    application: new ApplicationPages(page),
    data: new DataPage(page),
    models: new ModelsPage(page),
    builder: new BuilderPage(page),
    train: new TrainPage(page),
    samples: new SamplesPage(page),
    understand: new UnderstandPage(page),
    checkpoints: new CheckpointsPage(page),
    compare: new ComparePage(page),
    storage: new StoragePage(page),
  }
}
