import { Worker } from 'node:worker_threads'
import type { BatchOptions, TrainingBatch, TrainingBatches } from '../ml/training/batches'
import { batchThreadEntry } from './entry'

/** What the thread needs to read the same batches: the data set's folder in place of an opened source. */
export type BatchThreadData = Omit<BatchOptions, 'source'> & { folder: string }
export interface BatchThreadRequest {
  id: number
  epoch: number
  index: number
}
export type BatchThreadMessage = { type: 'ready' } | { type: 'batch'; id: number; batch: TrainingBatch } | { type: 'failed'; id: number; message: string }

export interface ReadAhead extends TrainingBatches {
  /** False when batches are read between the steps, since no thread could be started. */
  readonly threaded: boolean
  close(): Promise<void>
}

/**
 * The same batches, read and decoded in a thread: a step is one native call, during which this thread can do nothing else. A batch asked
 * for before a step is there after it, and arrives without a copy. Where threads cannot be started, batches are read as before.
 */
export async function readAhead(batches: TrainingBatches, data: BatchThreadData): Promise<ReadAhead> {
  const { shape, masked, stepsIn } = batches
  const thread = await startThread(data).catch((error: unknown) => {
    console.error(`Batches are read between the steps: ${error instanceof Error ? error.message : String(error)}`)
    return null
  })
  if (!thread) return { shape, masked, stepsIn, read: batches.read, threaded: false, close: async () => {} }

  const waiting = new Map<number, { resolve(batch: TrainingBatch): void; reject(error: Error): void }>()
  let requests = 0
  let lost: Error | null = null
  const lose = (error: Error): void => {
    lost ??= error
    for (const { reject } of waiting.values()) reject(lost)
    waiting.clear()
  }
  thread.on('message', (message: BatchThreadMessage) => {
    if (message.type === 'ready') return
    const request = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'batch') request?.resolve(message.batch)
    else request?.reject(new Error(message.message))
  })
  thread.on('error', (error) => lose(new Error(`Reading the training data failed: ${error instanceof Error ? error.message : String(error)}`)))
  thread.on('exit', () => lose(new Error('The thread that reads the training data has ended.')))
  return {
    shape,
    masked,
    stepsIn,
    threaded: true,
    read: (epoch, index) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost)
        const id = requests++
        waiting.set(id, { resolve, reject })
        thread.postMessage({ id, epoch, index } satisfies BatchThreadRequest)
      }),
    async close() {
      lost ??= new Error('The training data have been closed.')
      await thread.terminate()
    },
  }
}

/** A thread that has opened the data set. */
async function startThread(data: BatchThreadData): Promise<Worker> {
  const thread = new Worker(await batchThreadEntry(), { workerData: data, execArgv: [], name: 'batches' })
  await new Promise<void>((resolve, reject) => {
    thread.once('message', () => resolve())
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the thread ended at its start')))
  })
  thread.removeAllListeners('error')
  thread.removeAllListeners('exit')
  return thread
}
