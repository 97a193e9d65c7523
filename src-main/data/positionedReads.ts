import { readSync } from 'node:fs'

/** Neighbouring requests are read together when the gap between them is at most this. */
const LARGEST_GAP = 16 * 1024
/** Bytes of one read at most, unless a single request is longer. */
const LARGEST_READ = 4 * 1024 * 1024

export interface ReadRequest {
  /** Bytes from the start of the file. */
  position: number
  bytes: number
}

/**
 * Reads many pieces of a file with few reads: sorted by position, near ones together. The bytes of each piece are valid until the
 * next one is asked for. Reads are synchronous: a batch of small pieces comes out of the page cache at about 2 µs each, ten
 * times faster than through the thread pool.
 */
export function* coalesce<Request extends ReadRequest>(fd: number, requests: Request[]): Generator<{ request: Request; bytes: Uint8Array }> {
  const sorted = requests.slice().sort((a, b) => a.position - b.position)
  let buffer = new Uint8Array(0)
  for (let first = 0; first < sorted.length; ) {
    const start = sorted[first]!.position
    let end = start + sorted[first]!.bytes
    let next = first + 1
    for (; next < sorted.length; next++) {
      const candidate = sorted[next]!
      const candidateEnd = Math.max(end, candidate.position + candidate.bytes)
      if (candidate.position - end > LARGEST_GAP || candidateEnd - start > LARGEST_READ) break
      end = candidateEnd
    }
    if (buffer.length < end - start) buffer = new Uint8Array(end - start)
    readFully(fd, buffer.subarray(0, end - start), start)
    for (; first < next; first++) {
      const request = sorted[first]!
      yield { request, bytes: buffer.subarray(request.position - start, request.position - start + request.bytes) }
    }
  }
}

function readFully(fd: number, target: Uint8Array, position: number): void {
  let done = 0
  while (done < target.length) {
    const read = readSync(fd, target, done, target.length - done, position + done)
    if (read === 0) throw new Error(`the file ends ${target.length - done} bytes early`)
    done += read
  }
}
