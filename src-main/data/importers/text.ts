import { RejectedFileError } from './inputFile'

export interface ReadText {
  text: string
  /** What was changed in reading it. */
  notes: string[]
}

/** A file of UTF-8 text: without its byte order mark, with LF for CRLF and CR. */
export function readText(bytes: Buffer): ReadText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw new RejectedFileError('it is UTF-16; save it as UTF-8')
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw new RejectedFileError(`it is not text: byte ${nul} is 0; import it as bytes`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new RejectedFileError(`it is not UTF-8 (at or before byte ${firstBad(bytes)}); save it as UTF-8, or import it as bytes`, { cause })
  }
  const notes: string[] = []
  if (text.startsWith('\ufeff')) {
    text = text.slice(1)
    notes.push('byte order mark left out')
  }
  if (text.includes('\r')) {
    text = text.replace(/\r\n?/g, '\n')
    notes.push('line ends CR LF written as LF')
  }
  if (text.length === 0) throw new RejectedFileError('the file is empty')
  return { text, notes }
}

/** Bytes that can begin a text of UTF-8; the fault shows in the next one. */
function firstBad(bytes: Buffer): number {
  // A prefix that decodes as a stream has no fault before its end: halve until the fault is found.
  const sound = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true })
      return true
    } catch {
      return false
    }
  }
  let [good, bad] = [0, bytes.length + 1]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (middle <= bytes.length && sound(middle)) good = middle
    else bad = middle
  }
  return good
}
