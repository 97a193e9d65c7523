import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Job } from '../kernels/job'
import { kernelModule } from '../kernels/instance'

/**
 * What a thread does: it makes an instance of the kernels over the job's memory and draws until no step is left. As text, since it must run from
 * sources, from a bundle and in Electron alike, and needs nothing but Node.
 */
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads')
parentPort.on('message', ({ memory, at, worker }) => {
  let failure = null
  try {
    const { run } = new WebAssembly.Instance(workerData, { env: { memory } }).exports
    while (run(at, worker));
  } catch (error) {
    failure = String(error && error.message || error)
  }
  parentPort.postMessage(failure)
})
`

interface Thread {
  worker: Worker
  /** Jobs waiting for an answer, oldest first: a thread answers in order. */
  waiting: Array<{ resolve(): void; reject(error: Error): void }>
}

const threads: Thread[] = []

/** Cores that sampling may take. */
export const coresForSampling = (): number => Math.max(1, availableParallelism())

/** Runs a job on a thread for each of its workers; ends when all of them have. Threads are kept for later jobs, and keep no process alive. */
export async function runJob(job: Job): Promise<void> {
  await Promise.all(Array.from({ length: job.options.workers }, (_value, worker) => runWorker(job, worker)))
}

function runWorker(job: Job, index: number): Promise<void> {
  const thread = (threads[index] ??= startThread(index))
  return new Promise((resolve, reject) => {
    thread.waiting.push({ resolve, reject })
    // While there is work the process must wait for it.
    thread.worker.ref()
    thread.worker.postMessage({ memory: job.memory, at: job.at, worker: index })
  })
}

function startThread(index: number): Thread {
  const worker = new Worker(threadSource, { eval: true, workerData: kernelModule() })
  const thread: Thread = { worker, waiting: [] }
  worker.on('message', (failure: string | null) => {
    const job = thread.waiting.shift()
    if (thread.waiting.length === 0) worker.unref()
    if (failure === null) job?.resolve()
    else job?.reject(new Error(`The sampling kernels failed: ${failure}`))
  })
  const lost = (reason: string): void => {
    if (threads[index] === thread) delete threads[index]
    for (const job of thread.waiting.splice(0)) job.reject(new Error(`A sampling thread ended: ${reason}`))
  }
  worker.on('error', (error: Error) => lost(error.message))
  worker.on('exit', (code) => lost(`exit code ${code}`))
  worker.unref()
  return thread
}
