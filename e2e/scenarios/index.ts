import { nothingSeriousForAxe } from './accessibility'
import { applicationIsOnesOwn } from './application'
import { audioFromDropToExport } from './audio'
import { badFilesAreRefused } from './badFiles'
import { modelIsBuiltFromBlocks, sixtyBlocksAreEdited } from './builder'
import { samplesOfEachClass } from './classes'
import { runsAreCompared } from './comparing'
import { partsOfExamplesAreCompleted } from './completion'
import { killedEngineIsSurvived } from './engineKilled'
import { galleriesSideBySide } from './evolution'
import { familiesAndOptimisers } from './families'
import { samplesForFeatures } from './features'
import { imagesFromDropToExport } from './images'
import { samplesArePlayedBack } from './playback'
import { recordingIsCutAndFitted } from './recordings'
import { checkpointIsScored } from './scoring'
import { runIsKept } from './keeping'
import { manyPointsStayFluid } from './manyPoints'
import { speedIsPrinted } from './speed'
import { textFromDropToExport } from './texts'
import { modelIsUnderstood } from './understanding'
import { videoIsContinued } from './video'
import { trainingIsWatchedAndQueued } from './watching'
import type { Door } from '../support/door'
import type { Given } from '../support/prepared'

export interface Scenario {
  title: string
  /** What is in the workspace from the beginning; nothing where it is not said. */
  given?: Given
  play(door: Door): Promise<void>
}

/** The same through every door. */
export const scenarios: Scenario[] = [
  { title: 'images: drop, train, sample, kill the studio, resume, export', play: imagesFromDropToExport },
  { title: 'bad files are refused by name, and nothing half-imported stays', play: badFilesAreRefused },
  { title: 'audio: drop, train, sample, export', play: audioFromDropToExport },
  { title: 'features: beside recordings, told to a WaveNet, a recording heard beside its samples', play: samplesForFeatures },
  { title: 'text: drop, train, begin with a prompt, export, what each character costs', play: textFromDropToExport },
  { title: 'recordings: one long file is trimmed and cut, its sound described, baselines fitted', play: recordingIsCutAndFitted },
  { title: 'video: drop, train, clips play, go on from given frames, export', play: videoIsContinued },
  { title: 'families: search, reasons, optimisers, a baseline fitted at once', play: familiesAndOptimisers },
  { title: 'classes: condition, a row of samples for each', given: {}, play: samplesOfEachClass },
  { title: 'builder: blocks, undo, a leak named, JSON, files, training', given: {}, play: modelIsBuiltFromBlocks },
  { title: 'builder: sixty blocks are edited', given: {}, play: sixtyBlocksAreEdited },
  { title: 'completion: rub out, fill in, exact or approximate', given: { runs: ['nade'] }, play: partsOfExamplesAreCompleted },
  { title: 'evolution: galleries side by side, over the whole screen, as a GIF', given: {}, play: galleriesSideBySide },
  { title: 'playback: step, edit, branch, recipes, forced beside free', given: { runs: ['nade'] }, play: samplesArePlayedBack },
  { title: 'scores: two splits, a map, runs side by side', given: { runs: ['independent', 'nade'] }, play: checkpointIsScored },
  { title: 'training: curves laid over each other, crosshair, histograms, a queue that survives a restart', given: {}, play: trainingIsWatchedAndQueued },
  { title: 'compare: leaderboard, published results of one’s own, paired difference, a thousand runs', given: {}, play: runsAreCompared },
  { title: 'speed: warm start, page changes, the builder on 64 × 64 colours', play: speedIsPrinted },
  { title: 'many points: panning stays fluid', play: manyPointsStayFluid },
  { title: 'understanding: rank, inspect, calibrate, compress, neighbours', play: modelIsUnderstood },
  { title: 'the application: keys, tour, undo, panels, engine, log, settings that last', play: applicationIsOnesOwn },
  { title: 'keeping: delete, undo, branch, archive, import', given: {}, play: runIsKept },
  { title: 'a killed engine is reported, and the run resumes', given: {}, play: killedEngineIsSurvived },
  { title: 'axe finds nothing serious, light and dark', play: nothingSeriousForAxe },
]
