import { parentPort, workerData } from 'node:worker_threads'
import { openSplit } from '../data/openStore'
import { trainingBatches } from '../ml/training/batches'
import type { BatchThreadData, BatchThreadMessage, BatchThreadRequest } from './readAhead'

/** Entry of the thread that reads and decodes training batches while the engine's own thread is inside a step. */
async function serve({ folder, ...options }: BatchThreadData): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('The batch thread is started by the engine, not by hand.')
  const send = (message: BatchThreadMessage, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)
  const source = await openSplit(folder, 'train')
  const batches = trainingBatches({ ...options, source })
  port.on('message', ({ epoch, index, id }: BatchThreadRequest) => {
    batches.read(epoch, index).then(
      (batch) => {
        const arrays = [batch.levels, batch.mask, batch.condition].flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []))
        send({ type: 'batch', id, batch }, arrays)
      },
      (error: unknown) => send({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) }),
    )
  })
  send({ type: 'ready' })
}

void serve(workerData as BatchThreadData)
