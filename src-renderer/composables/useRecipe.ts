import type { RecipeDocument } from '../../src-main/contract'
import { completeRequestOf, drawRequestOf } from '../../src-main/contract'
import { formatLikelihood } from '../charts/format'
import { usePlaybackStore } from '../stores/playback'
import { useRunsStore } from '../stores/runs'
import { useSamplesStore } from '../stores/samples'
import { fill, text } from '../strings'
import { useProblems } from './useProblems'
import { useStreamed } from './useStreamed'

export type RecipeTab = 'draw' | 'complete' | 'playback'

/** Draws what a recipe says, and answers where it is to be seen; null when that failed. */
export function useRecipe() {
  const runs = useRunsStore()
  const samples = useSamplesStore()
  const playback = usePlaybackStore()
  const { announce } = useProblems()
  const { progress, error, run: stream, cancel } = useStreamed()

  async function drawAgain(document: RecipeDocument): Promise<RecipeTab | null> {
    let tab: RecipeTab | null = null
    await stream(async (onProgress, signal) => {
      if (!runs.byId(document.runId)) throw new Error(fill(text.recipes.unknownRun, { id: document.runId }))
      if (document.chainrule === 'sample') {
        const set = await samples.draw(drawRequestOf(document), onProgress, signal)
        if (!set) return
        compare(document, set.logProb)
        tab = 'draw'
        return
      }
      const set = await samples.complete(completeRequestOf(document), onProgress, signal)
      if (!set) return
      compare(document, set.logProb)
      if (document.branch && document.draws === 1) playback.openBranch(set)
      tab = document.branch && document.draws === 1 ? 'playback' : 'complete'
    })
    return tab
  }

  /** A recipe of one knows what its log p was. */
  function compare({ logProb: then }: RecipeDocument, [now]: readonly number[]): void {
    if (then === undefined || now === undefined) return announce(text.recipes.again)
    const same = Math.abs(now - then) <= 1e-4 * Math.max(1, Math.abs(then))
    const figures = { now: formatLikelihood(now, 'nats'), then: formatLikelihood(then, 'nats') }
    announce(same ? text.recipes.same : fill(text.recipes.other, figures))
  }

  return { progress, error, drawAgain, cancel }
}
