import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'
import { EngineInstallError } from './engineInstallError.js'

/**
 * The few files that are needed of a wheel: the two libraries, the headers that the binding includes, and CUDA's
 * libraries with the assembler and the bitcode that XLA asks for.
 */
const wanted = [
  /^tensorflow\/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/,
  /^tensorflow\/include\/(tensorflow\/c|tensorflow\/core\/platform|tsl\/platform|xla\/tsl\/c)\/.*\.h$/,
  /^nvidia\/[^/]+\/lib\/[^/]+$/,
  /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/.*)$/,
  /^[^/]+\.dist-info\/(LICENSE|licenses\/.*|License\.txt)$/,
]

/** Unpacks what is needed of a wheel into a folder; answers the number of files written. */
export async function unpackWheel(
  path: string,
  folder: string,
  options: { signal?: AbortSignal | undefined; onBytes?: (bytes: number) => void } = {},
): Promise<number> {
  let files = 0
  try {
    const zip = await openPromise(path)
    try {
      for await (const entry of zip.eachEntry()) {
        options.signal?.throwIfAborted()
        if (!wanted.some((pattern) => pattern.test(entry.fileName))) continue
        const target = resolve(folder, entry.fileName)
        if (!target.startsWith(resolve(folder) + sep)) throw new Error(`${entry.fileName} points outside of its folder`)
        await mkdir(dirname(target), { recursive: true })
        const stream = await zip.openReadStreamPromise(entry)
        stream.on('data', (chunk: Buffer) => options.onBytes?.(chunk.length))
        await pipeline(stream, createWriteStream(target), options.signal ? { signal: options.signal } : {})
        if (target.endsWith(join('bin', 'ptxas'))) await chmod(target, 0o755)
        files += 1
      }
    } finally {
      zip.close()
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new EngineInstallError(
      full ? 'disk' : 'unpack',
      full ? 'The disk is full' : `${path} could not be unpacked: ${(error as Error).message}`,
      full ? 'Free some space, or set CHAINRULE_ENGINE_DIR to a folder on a larger disk.' : 'Start again: the file is fetched anew.',
      { cause: error },
    )
  }
  return files
}
