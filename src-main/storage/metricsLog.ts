import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { MetricPoint } from '../contract/records/training'
import { metricPointSchema } from '../contract/records/training'
import { storageError } from './atomicWrite'

/**
 * `metrics.jsonl`: one metric point a line, appended only, in the order of training (steps never decrease). The byte offset of every
 * line is kept in memory (8 bytes a point), so a read from any index costs what it returns.
 */
export interface MetricsLog {
  /** Number of lines. */
  readonly count: number
  /** Grows whenever lines were cut, so that a reader knows that what it has may be gone. */
  readonly generation: number
  /** All or nothing: when the disk is full, no part of the points stays in the file. */
  append(points: readonly MetricPoint[]): Promise<void>
  /** Points [from, from + limit); a damaged line is left out. `next` is the index after the last line read. */
  read(from: number, limit?: number): Promise<{ points: MetricPoint[]; next: number }>
  /** Points of one kind, in order; reads the whole file piece by piece. */
  pointsOfKind<Kind extends MetricPoint['kind']>(kind: Kind): Promise<Extract<MetricPoint, { kind: Kind }>[]>
  /** Cuts every point after `step`; returns how many. */
  truncateToStep(step: number): Promise<number>
  sync(): Promise<void>
  close(): Promise<void>
}

const NEWLINE = 10
const PIECE_BYTES = 1 << 20
const PIECE_LINES = 20_000

/** Opens the log; an absent file is an empty log and is made by the first append. A torn last line is cut. */
export async function openMetricsLog(path: string): Promise<MetricsLog> {
  let file: FileHandle | null = null
  /** offsets[i] is where line i begins; offsets[count] is the size. */
  let offsets = new Float64Array(1024)
  let count = 0
  let generation = 0
  let last: Promise<unknown> = Promise.resolve()

  /** One action after another: an append, a cut and a read never see each other's half. */
  function queued<T>(verb: string, action: () => Promise<T>): Promise<T> {
    const next = last.then(action).catch((error: unknown) => Promise.reject(storageError(verb, path, error)))
    last = next.catch(() => {})
    return next
  }

  function addLine(end: number): void {
    if (count + 2 > offsets.length) {
      const larger = new Float64Array(offsets.length * 2)
      larger.set(offsets)
      offsets = larger
    }
    offsets[++count] = end
  }

  const sizeAt = (index: number): number => offsets[index] ?? 0

  async function linesOf(handle: FileHandle, from: number, to: number): Promise<string[]> {
    const bytes = Buffer.alloc(sizeAt(to) - sizeAt(from))
    await readFully(handle, bytes, sizeAt(from))
    const lines = bytes.toString('utf8').split('\n')
    lines.pop()
    return lines
  }

  async function cutTo(handle: FileHandle, lines: number): Promise<void> {
    await handle.truncate(sizeAt(lines))
    count = lines
  }

  async function scan(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat()
    const piece = Buffer.alloc(PIECE_BYTES)
    for (let position = 0; position < size;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, position)
      if (bytesRead === 0) break
      for (let end = piece.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = piece.indexOf(NEWLINE, end + 1)) addLine(position + end + 1)
      position += bytesRead
    }
    let whole = count
    // A crash of the machine can leave a last line of another content than was written.
    while (whole > 0 && parseLine((await linesOf(handle, whole - 1, whole))[0]) === null) whole--
    if (whole < count || sizeAt(count) < size) await cutTo(handle, whole)
  }

  async function stepAt(handle: FileHandle, index: number): Promise<number> {
    for (let line = index; line >= 0; line--) {
      const point = parseLine((await linesOf(handle, line, line + 1))[0])
      if (point) return point.step
    }
    return -1
  }

  try {
    file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (file) await scan(file)
  } catch (error) {
    await file?.close().catch(() => {})
    throw storageError('read', path, error)
  }

  return {
    get count() {
      return count
    },
    get generation() {
      return generation
    },
    append: (points) =>
      queued('append to', async () => {
        if (points.length === 0) return
        file ??= await open(path, 'wx+')
        const lines = points.map((point) => Buffer.from(`${JSON.stringify(point)}\n`))
        const start = sizeAt(count)
        try {
          await writeFully(file, Buffer.concat(lines), start)
        } catch (error) {
          await file.truncate(start).catch(() => {})
          throw error
        }
        for (const line of lines) addLine(sizeAt(count) + line.length)
      }),
    read: (from, limit = PIECE_LINES) =>
      queued('read', async () => {
        const start = Math.min(Math.max(0, from), count)
        const next = Math.min(count, start + limit)
        if (!file || next === start) return { points: [], next: start }
        return { points: (await linesOf(file, start, next)).map(parseLine).filter((point) => point !== null), next }
      }),
    pointsOfKind: (kind) =>
      queued('read', async () => {
        const found: Extract<MetricPoint, { kind: typeof kind }>[] = []
        for (let from = 0; file && from < count; from += PIECE_LINES) {
          for (const line of await linesOf(file, from, Math.min(count, from + PIECE_LINES))) {
            // Most lines are of the other kind: parsing only what can match is ten times faster.
            if (!line.includes(`"kind":"${kind}"`)) continue
            const point = parseLine(line)
            if (point?.kind === kind) found.push(point as Extract<MetricPoint, { kind: typeof kind }>)
          }
        }
        return found
      }),
    truncateToStep: (step) =>
      queued('cut', async () => {
        if (!file) return 0
        let low = 0
        let high = count
        while (low < high) {
          const middle = (low + high) >> 1
          if ((await stepAt(file, middle)) > step) high = middle
          else low = middle + 1
        }
        const removed = count - low
        if (removed > 0) {
          await cutTo(file, low)
          await file.sync()
          generation++
        }
        return removed
      }),
    sync: () => queued('write', async () => file?.sync()),
    close: () =>
      queued('close', async () => {
        await file?.close()
        file = null
      }),
  }
}

function parseLine(line: string | undefined): MetricPoint | null {
  try {
    const parsed = metricPointSchema.safeParse(JSON.parse(line ?? ''))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

async function readFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesRead } = await file.read(bytes, offset, bytes.length - offset, position + offset)
    if (bytesRead === 0) throw new Error('the file became shorter while it was read')
    offset += bytesRead
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < bytes.length;)
    offset += (await file.write(bytes, offset, bytes.length - offset, position + offset)).bytesWritten
}
