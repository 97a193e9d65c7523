import { useCheckpointsStore } from '../stores/checkpoints'
import { useDatasetsStore } from '../stores/datasets'
import { useStorageStore } from '../stores/storage'
import { formatCount } from '../charts/format'
import { fill, text } from '../strings'
import { useProblems } from './useProblems'

/** Says that something was deleted, with the way back. */
export function useUndo() {
  const { announce, attempt } = useProblems()
  const storage = useStorageStore()
  const checkpoints = useCheckpointsStore()
  const datasets = useDatasetsStore()
  const words = text.keeping

  async function recover(trashId: string): Promise<void> {
    await attempt(async () => {
      const { kind, name, runId, step } = await storage.recover(trashId)
      if (kind === 'checkpoint' && runId) await checkpoints.refresh(runId)
      if (kind === 'dataset') await datasets.refresh()
      announce(step === null ? fill(words.recovered, { name }) : fill(words.recoveredCheckpoint, { step: formatCount(step) }))
    })
  }

  function deleted(title: string, trashId: string): void {
    announce(title, { description: words.deletedBody, action: { label: text.common.undo, run: () => void recover(trashId) } })
  }

  return {
    recover,
    deleted,
    deletedNamed: (name: string, trashId: string) => deleted(fill(words.deleted, { name }), trashId),
    deletedCheckpoint: (step: number, trashId: string) => deleted(fill(words.deletedCheckpoint, { step: formatCount(step) }), trashId),
  }
}
