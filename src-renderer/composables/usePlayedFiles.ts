import type { RecipeDocument, SampleSet } from '../../src-main/contract'
import { recipeText } from '../../src-main/contract'
import { useExportsStore } from '../stores/exports'
import type { Played } from '../stores/playback'
import { fill, text } from '../strings'
import { saveFile } from './saveFile'
import { useProblems } from './useProblems'

/** Files and recipes of what is played back. */
export function usePlayedFiles() {
  const files = useExportsStore()
  const { attempt, announce } = useProblems()

  function exportFile(played: Played): Promise<boolean> {
    return attempt(async () => {
      const file = await fileOf(played)
      saveFile(file, file.name)
      announce(fill(text.common.saved, { name: file.name }))
    })
  }

  function fileOf(played: Played): Promise<File> {
    const { branch, domain } = played
    if (domain.kind === 'audio') return files.wav(asSample(played), 0, { recipe: JSON.parse(recipeText(played.document)) as Record<string, unknown> })
    if (branch) return files.completions(branch.set, 8)
    return files.png({ set: asSample(played), what: 'samples', scale: 8 })
  }

  function copyRecipe({ document }: Pick<Played, 'document'>): Promise<boolean> {
    return copy(recipeText(document, 2))
  }
  function copy(said: string): Promise<boolean> {
    return attempt(async () => {
      await navigator.clipboard.writeText(said)
      announce(text.common.copied)
    })
  }

  return { exportFile, copyRecipe }
}

/** A set of one. */
function asSample({ document, domain, levels }: Played): SampleSet {
  const recipe = sampleRecipe(document, domain.kind === 'audio' ? levels.length : null)
  return { recipe, domain, levels, means: null, logProb: [document.logProb ?? 0], seconds: 0, dimensionsPerSecond: 0 }
}

function sampleRecipe(document: RecipeDocument, length: number | null): SampleSet['recipe'] {
  const { runId, checkpointStep, weightsHash, weights, first, seed, temperature, method, class: chosen } = document
  const drawn = { runId, checkpointStep, weightsHash, weights, first, count: 1, seed, temperature, length, method }
  return chosen === undefined ? drawn : { ...drawn, class: chosen }
}
