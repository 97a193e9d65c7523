import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Comparison, PairedDifference, Publication, SplitName } from '../../src-main/contract'
import type { StudioClient } from '../api/connection'
import { client } from '../api/connection'

export type SavePublication = Parameters<StudioClient['publications']['save']>[0]

/** The leaderboard as the studio judges it, and the published results that the user has added. */
export const useComparisonStore = defineStore('comparison', () => {
  const comparison = shallowRef<Comparison | null>(null)
  const publications = shallowRef<readonly Publication[]>([])
  /** Why they cannot be read; the leaderboard stands without them. */
  const publicationsError = shallowRef<unknown>(null)
  let asked = 0

  /** Runs beside the first of them. An answer that comes after a later question's is dropped. */
  async function load(runIds: readonly string[], split: SplitName): Promise<void> {
    const mine = ++asked
    const answer = runIds.length === 0 ? null : await client.scores.compare({ runIds: [...runIds], split })
    if (mine === asked) comparison.value = answer
  }

  const difference = (runId: string, against: string, split: SplitName): Promise<PairedDifference> => client.scores.difference({ runId, against, split })

  async function refreshPublications(): Promise<void> {
    try {
      publications.value = await client.publications.list()
      publicationsError.value = null
    } catch (error) {
      publicationsError.value = error
      throw error
    }
  }
  async function savePublication(fields: SavePublication): Promise<void> {
    await client.publications.save(fields)
    await refreshPublications()
  }
  async function removePublication(id: string): Promise<Publication> {
    const removed = await client.publications.remove({ id })
    await refreshPublications()
    return removed
  }
  async function restorePublication(publication: Publication): Promise<void> {
    await client.publications.restore(publication)
    await refreshPublications()
  }

  return { comparison, publications, publicationsError, load, difference, refreshPublications, savePublication, removePublication, restorePublication }
})
