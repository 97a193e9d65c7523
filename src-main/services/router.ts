import { mapEventIterator } from '@orpc/client'
import { implement } from '@orpc/server'
import { contract } from '../contract'
import { importRun } from './archives/importRun'
import { branchRun } from './branch'
import { applyRetention, listCheckpoints, removeCheckpoint, restoreCheckpoint, setRetention, updateCheckpoint } from './checkpoints'
import { classify } from './classify'
import { compareRuns, runDifference } from './comparison'
import { completeExamples, completionExactness } from './completions'
import type { StudioContext } from './context'
import { generateDataset, importDataset, planDataset } from './dataImports'
import { datasetExamples, removeDataset, renameDataset, watchDatasets } from './datasets'
import { diskUse } from './diskUse'
import { doctor } from './doctor'
import { toRpcError } from './errors'
import { exportAnimation, exportEvolution } from './exports/evolution'
import { exportClips } from './exports/clips'
import { exportCompletions, exportMap, exportMetricsCsv, exportModel, exportPng, exportRun, exportTensorboard, exportWav } from './exports/exports'
import { epochTime } from './epochTime'
import { familiesForDataset, inspectModel, listFamilies, modelAsBlocks } from './families'
import { proveModel } from './prove'
import { galleryFrames, gallerySamples, gallerySteps } from './gallery'
import { watchJobs } from './jobs'
import { watchLog } from './log'
import { allMetrics, controlRun, createRun, removeRun, resumeRun, updateRun, watchRuns } from './runs'
import { listPublications, removePublication, restorePublication, savePublication } from './publications'
import { moveInQueue, pauseQueue, queueState, watchQueue } from './queueState'
import { report, reportFile } from './report'
import { drawSamples } from './samples'
import { duplicateModel, exportSavedModel, importSavedModel, removeModel, saveModel, updateModel, watchModels } from './savedModels'
import { score } from './scores'
import { resetSettings, updateSettings, watchSettings } from './settings'
import { storageUse } from './storageUse'
import { systemInfo, watchSystem } from './system'
import { teacherForced } from './teacherForced'
import { emptyTrash, recover, trashList } from './trash'
import { exampleConditionals } from './understanding/conditionals'
import { examine } from './understanding/examine'
import { features } from './understanding/features'
import { filters } from './understanding/filters'
import { neighbours } from './understanding/neighbours'
import { createUpload, discardUpload } from './uploads'
import { watchHistograms } from './histograms'
import { watchMetrics } from './watchMetrics'

const isIterator = (output: unknown): output is AsyncGenerator<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output

/** Every error leaves in the user's words, whether the call throws it or the stream that it answered. */
const studio = implement(contract)
  .$context<StudioContext>()
  .use(async ({ next }) => {
    try {
      const result = await next()
      if (!isIterator(result.output)) return result
      const output = mapEventIterator(result.output, { value: async (value) => value, error: async (error) => toRpcError(error) })
      return { ...result, output: output as typeof result.output }
    } catch (error) {
      throw toRpcError(error)
    }
  })

export const router = studio.router({
  system: {
    info: studio.system.info.handler(({ context }) => systemInfo(context)),
    watch: studio.system.watch.handler(({ context, signal }) => watchSystem(context, signal)),
    doctor: studio.system.doctor.handler(({ context }) => doctor(context.workspace.home)),
    disk: studio.system.disk.handler(({ context }) => diskUse(context)),
  },
  settings: {
    get: studio.settings.get.handler(({ context }) => context.settings.current),
    watch: studio.settings.watch.handler(({ context, signal }) => watchSettings(context, signal)),
    update: studio.settings.update.handler(({ context, input }) => updateSettings(context, input)),
    reset: studio.settings.reset.handler(({ context, input }) => resetSettings(context, input.names)),
  },
  engine: {
    installation: studio.engine.installation.handler(({ context }) => context.engineInstaller.installation()),
    install: studio.engine.install.handler(({ context }) => context.engineInstaller.install()),
    remove: studio.engine.remove.handler(async ({ context, input }) => {
      await context.engineInstaller.remove(input.name)
      return { ok: true } as const
    }),
  },
  log: {
    watch: studio.log.watch.handler(({ context, input, signal }) => watchLog(context, input.from, signal)),
    note: studio.log.note.handler(({ context, input }) => {
      context.log.write(input.level, 'window', input.text)
      return { ok: true } as const
    }),
    report: studio.log.report.handler(({ context }) => report(context)),
    file: studio.log.file.handler(({ context }) => reportFile(context)),
  },
  uploads: {
    create: studio.uploads.create.handler(({ context }) => createUpload(context)),
    discard: studio.uploads.discard.handler(({ context, input }) => discardUpload(context, input.id)),
  },
  datasets: {
    list: studio.datasets.list.handler(({ context }) => context.datasets.list()),
    watch: studio.datasets.watch.handler(({ context, signal }) => watchDatasets(context, signal)),
    get: studio.datasets.get.handler(({ context, input }) => context.datasets.get(input.id)),
    plan: studio.datasets.plan.handler(({ context, input, signal }) => planDataset(context, input, signal)),
    import: studio.datasets.import.handler(({ context, input }) => importDataset(context, input)),
    generate: studio.datasets.generate.handler(({ context, input }) => generateDataset(context, input)),
    rename: studio.datasets.rename.handler(({ context, input }) => renameDataset(context, input.id, input.name)),
    remove: studio.datasets.remove.handler(({ context, input }) => removeDataset(context, input.id)),
    examples: studio.datasets.examples.handler(({ context, input }) => datasetExamples(context, input)),
  },
  families: {
    list: studio.families.list.handler(() => listFamilies()),
    forDataset: studio.families.forDataset.handler(({ context, input }) => familiesForDataset(context, input.datasetId)),
    inspect: studio.families.inspect.handler(({ context, input }) => inspectModel(context, input)),
    openAsBlocks: studio.families.openAsBlocks.handler(({ context, input }) => modelAsBlocks(context, input)),
    epochTime: studio.families.epochTime.handler(({ context, input, signal }) => epochTime(context, input, signal)),
    prove: studio.families.prove.handler(({ context, input, signal }) => proveModel(context, input, signal)),
  },
  models: {
    list: studio.models.list.handler(({ context }) => context.models.list()),
    get: studio.models.get.handler(({ context, input }) => context.models.get(input.id)),
    save: studio.models.save.handler(({ context, input }) => saveModel(context, input)),
    update: studio.models.update.handler(({ context, input }) => updateModel(context, input)),
    duplicate: studio.models.duplicate.handler(({ context, input }) => duplicateModel(context, input)),
    remove: studio.models.remove.handler(({ context, input }) => removeModel(context, input.id)),
    restore: studio.models.restore.handler(({ context, input }) => context.models.restore(input.id)),
    export: studio.models.export.handler(({ context, input }) => exportSavedModel(context, input.id)),
    import: studio.models.import.handler(({ context, input }) => importSavedModel(context, input)),
    watch: studio.models.watch.handler(({ context, signal }) => watchModels(context, signal)),
  },
  runs: {
    list: studio.runs.list.handler(({ context }) => context.runs.list()),
    get: studio.runs.get.handler(({ context, input }) => context.runs.get(input.id)),
    create: studio.runs.create.handler(({ context, input }) => createRun(context, input)),
    resume: studio.runs.resume.handler(({ context, input }) => resumeRun(context, input.id, input.budget)),
    pause: studio.runs.pause.handler(({ context, input }) => controlRun(context, input.id, 'pause')),
    stop: studio.runs.stop.handler(({ context, input }) => controlRun(context, input.id, 'stop')),
    checkpointNow: studio.runs.checkpointNow.handler(({ context, input }) => controlRun(context, input.id, 'checkpoint')),
    update: studio.runs.update.handler(({ context, input }) => updateRun(context, input.id, input)),
    remove: studio.runs.remove.handler(({ context, input }) => removeRun(context, input.id)),
    branch: studio.runs.branch.handler(({ context, input }) => branchRun(context, input)),
    setRetention: studio.runs.setRetention.handler(({ context, input: { id, ...rule } }) => setRetention(context, id, rule)),
    import: studio.runs.import.handler(({ context, input }) => importRun(context, input)),
    metrics: studio.runs.metrics.handler(({ context, input }) => allMetrics(context, input.id)),
    watchMetrics: studio.runs.watchMetrics.handler(({ context, input, signal, lastEventId }) =>
      watchMetrics(context, input, signal, lastEventId),
    ),
    watchHistograms: studio.runs.watchHistograms.handler(({ context, input, signal }) => watchHistograms(context, input.id, signal)),
    watch: studio.runs.watch.handler(({ context, signal }) => watchRuns(context, signal)),
    gallery: studio.runs.gallery.handler(({ context, input }) => gallerySteps(context, input.id)),
    galleryFrames: studio.runs.galleryFrames.handler(({ context, input }) => galleryFrames(context, input.id)),
    gallerySamples: studio.runs.gallerySamples.handler(({ context, input }) => gallerySamples(context, input.id, input.step)),
  },
  queue: {
    get: studio.queue.get.handler(({ context }) => queueState(context)),
    watch: studio.queue.watch.handler(({ context, signal }) => watchQueue(context, signal)),
    move: studio.queue.move.handler(({ context, input }) => moveInQueue(context, input)),
    setPaused: studio.queue.setPaused.handler(({ context, input }) => pauseQueue(context, input.paused)),
  },
  jobs: {
    list: studio.jobs.list.handler(({ context }) => context.jobs.list()),
    watch: studio.jobs.watch.handler(({ context, signal }) => watchJobs(context.jobs, context.hub, signal)),
    cancel: studio.jobs.cancel.handler(({ context, input }) => {
      context.jobs.cancel(input.id)
      return { ok: true } as const
    }),
  },
  checkpoints: {
    list: studio.checkpoints.list.handler(({ context, input }) => listCheckpoints(context, input.runId)),
    update: studio.checkpoints.update.handler(({ context, input }) => updateCheckpoint(context, input)),
    remove: studio.checkpoints.remove.handler(({ context, input }) => removeCheckpoint(context, input.runId, input.step)),
    applyRetention: studio.checkpoints.applyRetention.handler(({ context, input }) => applyRetention(context, input.runId)),
    restore: studio.checkpoints.restore.handler(({ context, input }) => restoreCheckpoint(context, input.runId, input.step)),
  },
  samples: {
    draw: studio.samples.draw.handler(({ context, input, signal }) => drawSamples(context, input, signal)),
    completionExactness: studio.samples.completionExactness.handler(({ context, input, signal }) => completionExactness(context, input, signal)),
    complete: studio.samples.complete.handler(({ context, input, signal }) => completeExamples(context, input, signal)),
    teacherForced: studio.samples.teacherForced.handler(({ context, input, signal }) => teacherForced(context, input, signal)),
  },
  scores: {
    score: studio.scores.score.handler(({ context, input, signal }) => score(context, input, signal)),
    classify: studio.scores.classify.handler(({ context, input, signal }) => classify(context, input, signal)),
    compare: studio.scores.compare.handler(({ context, input }) => compareRuns(context, input)),
    difference: studio.scores.difference.handler(({ context, input }) => runDifference(context, input)),
  },
  publications: {
    list: studio.publications.list.handler(({ context }) => listPublications(context)),
    save: studio.publications.save.handler(({ context, input }) => savePublication(context, input)),
    remove: studio.publications.remove.handler(({ context, input }) => removePublication(context, input.id)),
    restore: studio.publications.restore.handler(({ context, input }) => restorePublication(context, input)),
  },
  understanding: {
    examine: studio.understanding.examine.handler(({ context, input, signal }) => examine(context, input, signal)),
    conditionals: studio.understanding.conditionals.handler(({ context, input, signal }) => exampleConditionals(context, input, signal)),
    neighbours: studio.understanding.neighbours.handler(({ context, input, signal }) => neighbours(context, input, signal)),
    features: studio.understanding.features.handler(({ context, input, signal }) => features(context, input, signal)),
    filters: studio.understanding.filters.handler(({ context, input }) => filters(context, input)),
  },
  exports: {
    png: studio.exports.png.handler(({ input }) => exportPng(input)),
    completions: studio.exports.completions.handler(({ input }) => exportCompletions(input)),
    evolution: studio.exports.evolution.handler(({ context, input }) => exportEvolution(context, input)),
    clips: studio.exports.clips.handler(({ input }) => exportClips(input)),
    animation: studio.exports.animation.handler(({ input }) => exportAnimation(input)),
    map: studio.exports.map.handler(({ input }) => exportMap(input)),
    wav: studio.exports.wav.handler(({ input }) => exportWav(input)),
    model: studio.exports.model.handler(({ context, input }) => exportModel(context, input)),
    run: studio.exports.run.handler(({ context, input }) => exportRun(context, input)),
    tensorboard: studio.exports.tensorboard.handler(({ context, input }) => exportTensorboard(context, input)),
    metricsCsv: studio.exports.metricsCsv.handler(({ context, input }) => exportMetricsCsv(context, input)),
  },
  storage: {
    use: studio.storage.use.handler(({ context }) => storageUse(context)),
    trash: studio.storage.trash.handler(({ context, input }) => trashList(context, input)),
    recover: studio.storage.recover.handler(({ context, input }) => recover(context, input.id)),
    empty: studio.storage.empty.handler(({ context, input }) => emptyTrash(context, input.ids)),
  },
})
export type StudioRouter = typeof router
