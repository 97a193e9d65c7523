import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import type { CompletionSet, Domain, LevelArray, RecipeDocument, SampleSet, TeacherForced } from '../../src-main/contract'
import { completionDocument, dimensionsOf, sampleDocument } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

export type CompleteRequest = Parameters<StudioClient['samples']['complete']>[0]
export type ForcedRequest = Parameters<StudioClient['samples']['teacherForced']>[0]
type OnProgress = (done: number, total: number) => void

/** One picture or clip that can be played, edited and branched from: a sample, or a branch of one. */
export interface Played {
  id: number
  runId: string
  domain: Domain
  /** D */
  levels: LevelArray
  /** What makes it again, by itself. */
  document: RecipeDocument
  /** Its place in the set that was drawn; null for a branch. */
  index: number | null
  branch: {
    /** Number among the branches, from 1. */
    number: number
    /** Dimensions of the ordering that were kept. */
    kept: number
    edits: number
    exact: boolean
    why: string
    /** The same as a set of one, for exports. */
    set: CompletionSet
  } | null
}

/** What is played back, and its branches: they stay when the page is left. */
export const usePlaybackStore = defineStore('playback', () => {
  const subject = shallowRef<Played | null>(null)
  const branches = shallowRef<readonly Played[]>([])
  const shownId = shallowRef<number | null>(null)
  /** The set that the sample was chosen from; null for a branch that stands by itself. */
  const source = shallowRef<SampleSet | null>(null)
  const likelihoods = shallowReactive(new Map<number, TeacherForced>())
  let ids = 0

  function start(played: Played): void {
    subject.value = played
    branches.value = []
    shownId.value = played.id
    likelihoods.clear()
  }

  function open(set: SampleSet, index: number): void {
    const size = set.recipe.length ?? dimensionsOf(set.domain)
    const levels = set.levels.slice(index * size, (index + 1) * size)
    source.value = set
    start({ id: ++ids, runId: set.recipe.runId, domain: set.domain, levels, document: sampleDocument(set, index), index, branch: null })
  }

  /** A branch that was made again from its recipe stands by itself. */
  function openBranch(set: CompletionSet): void {
    subject.value = null
    branches.value = []
    source.value = null
    const [own] = branchesOf(set)
    if (own) start(own)
  }

  function branchesOf(set: CompletionSet): Played[] {
    const size = dimensionsOf(set.domain)
    const kept = size - set.unknown.reduce((sum, flag) => sum + flag, 0)
    return set.logProb.map((logProb, draw) => {
      const levels = set.levels.slice(draw * size, (draw + 1) * size)
      const means = set.means && new Uint8Array(set.means.slice(draw * size, (draw + 1) * size))
      const first = (set.recipe.first ?? 0) + draw
      const alone: CompletionSet = { ...set, recipe: { ...set.recipe, draws: 1, first }, levels, means, logProb: [logProb] }
      const { exact, why } = set
      const number = branches.value.length + draw + (subject.value?.branch ? 2 : 1)
      return {
        ...{ id: ++ids, runId: set.recipe.runId, domain: set.domain, levels, index: null },
        document: completionDocument(set, { example: 0, draw }),
        branch: { number, kept, edits: set.recipe.branch?.edits.length ?? 0, exact, why, set: alone },
      }
    })
  }

  async function branch(request: CompleteRequest, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
    const from = subject.value
    for await (const { done, total, set } of await client.samples.complete(request, { signal })) {
      onProgress(done, total)
      // Another sample may be played by now.
      if (!set || subject.value !== from) continue
      const added = branchesOf(set)
      branches.value = [...branches.value, ...added]
      shownId.value = added[0]?.id ?? shownId.value
    }
  }

  function remove(id: number): void {
    branches.value = branches.value.filter((branch) => branch.id !== id)
    if (shownId.value === id) shownId.value = subject.value?.id ?? null
  }

  const forced = (request: ForcedRequest, signal?: AbortSignal): Promise<TeacherForced> => client.samples.teacherForced(request, { signal })

  /** What every conditional says of something that is played; asked for once. */
  async function likelihoodOf({ id, runId, levels, document }: Played): Promise<void> {
    if (likelihoods.has(id)) return
    const { checkpointStep, weights, class: chosen } = document
    const request = { runId, checkpoint: checkpointStep, weights, source: { kind: 'levels' as const, levels } }
    const answer = await forced(chosen === undefined ? request : { ...request, class: chosen })
    likelihoods.set(id, answer)
  }

  /** The first so many steps of examples are kept, the rest drawn freely. */
  async function continued(request: CompleteRequest, signal: AbortSignal): Promise<CompletionSet | null> {
    let answer: CompletionSet | null = null
    for await (const { set } of await client.samples.complete(request, { signal })) answer = set ?? answer
    return answer
  }

  return { subject, source, branches, shownId, likelihoods, open, openBranch, branch, remove, likelihoodOf, forced, continued }
})
