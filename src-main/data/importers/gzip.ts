import type { Readable } from 'node:stream'
import { PassThrough, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Unpacks a gzip stream; errors of either side end the result. */
export function gunzip(source: Readable): Readable {
  const unpacked = createGunzip({ chunkSize: 256 * 1024 })
  pipeline(source, unpacked, () => undefined)
  return unpacked
}

/** The stream itself, or unpacked when it begins as gzip does. Resolves once the first bytes are known. */
export function gunzipIfPacked(source: Readable): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const onEnd = () => settle(null)
    const onError = (error: Error) => (cleanUp(), reject(error))
    const onReadable = () => {
      const first = source.read() as Buffer | null
      if (first !== null) settle(first)
    }
    const cleanUp = () => {
      source.off('readable', onReadable)
      source.off('end', onEnd)
      source.off('error', onError)
    }
    const settle = (first: Buffer | null) => {
      cleanUp()
      if (first === null) {
        const empty = new PassThrough()
        empty.end()
        resolve(empty)
        return
      }
      source.unshift(first)
      resolve(first[0] === 0x1f && first[1] === 0x8b ? gunzip(source) : source)
    }
    source.on('readable', onReadable)
    source.on('end', onEnd)
    source.on('error', onError)
  })
}
