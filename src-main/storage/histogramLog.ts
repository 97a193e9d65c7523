import { open } from 'node:fs/promises'
import type { HistogramRecord } from '../contract/records/histogram'
import { histogramRecordSchema } from '../contract/records/histogram'
import { readLines, storageError, writeFileAtomically } from './atomicWrite'

/**
 * `histograms.jsonl`: one record a line, steps ascending, of bounded size. When it has grown too large every second record is dropped, and from then
 * on records nearer to each other than the first two are not taken, so that it stays even over training.
 */
export interface HistogramLog {
  readonly records: readonly HistogramRecord[]
  /** Grows whenever records went away. */
  readonly generation: number
  append(record: HistogramRecord): Promise<void>
  /** Cuts every record after `step`. */
  truncateToStep(step: number): Promise<void>
}

const MOST_BYTES = 4 << 20

/** An absent file is an empty log; damaged lines are left out. */
export async function openHistogramLog(path: string, mostBytes = MOST_BYTES): Promise<HistogramLog> {
  let records: HistogramRecord[] = []
  let bytes = 0
  let generation = 0
  let last: Promise<unknown> = Promise.resolve()
  const lineOf = (record: HistogramRecord): string => `${JSON.stringify(record)}\n`

  const read = await readLines(path)
  records = read.lines.map(parsed).filter((record) => record !== null)
  bytes = records.reduce((sum, record) => sum + Buffer.byteLength(lineOf(record)), 0)
  // A torn end or a damaged line would swallow what is appended to it.
  if (read.torn !== null || records.length < read.lines.length) await rewrite()

  async function rewrite(): Promise<void> {
    const text = records.map(lineOf).join('')
    await writeFileAtomically(path, text)
    bytes = Buffer.byteLength(text)
  }

  function queued(action: () => Promise<void>): Promise<void> {
    const next = last.then(action).catch((error: unknown) => Promise.reject(storageError('write', path, error)))
    last = next.catch(() => {})
    return next
  }

  return {
    get records() {
      return records
    },
    get generation() {
      return generation
    },
    append: (record) =>
      queued(async () => {
        const [first, second, newest] = [records[0], records[1], records.at(-1)]
        if (first && second && newest && record.step - newest.step < 0.9 * (second.step - first.step)) return
        const line = lineOf(record)
        const file = await open(path, 'a')
        try {
          await file.write(line)
        } finally {
          await file.close()
        }
        records = [...records, record]
        bytes += Buffer.byteLength(line)
        if (bytes <= mostBytes || records.length < 4) return
        records = records.filter((_record, index) => index % 2 === 0)
        generation++
        await rewrite()
      }),
    truncateToStep: (step) =>
      queued(async () => {
        const kept = records.filter((record) => record.step <= step)
        if (kept.length === records.length) return
        records = kept
        generation++
        await rewrite()
      }),
  }
}

function parsed(line: string): HistogramRecord | null {
  try {
    const result = histogramRecordSchema.safeParse(JSON.parse(line))
    return result.success ? result.data : null
  } catch {
    return null
  }
}
