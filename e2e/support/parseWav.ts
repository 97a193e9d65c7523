export interface ParsedWav {
  channels: number
  sampleRate: number
  bitsPerSample: number
  samples: Int16Array
  /** LIST/INFO ICMT, or ''. */
  comment: string
}

/** Reads a 16-bit PCM WAV chunk by chunk, independently of the library that wrote it. */
export function parseWav(bytes: Buffer): ParsedWav {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') throw new Error('not a WAV file')
  const wav: ParsedWav = { channels: 0, sampleRate: 0, bitsPerSample: 0, samples: new Int16Array(), comment: '' }
  for (const { id, data } of chunks(bytes.subarray(12))) {
    if (id === 'fmt ') {
      wav.channels = data.readUInt16LE(2)
      wav.sampleRate = data.readUInt32LE(4)
      wav.bitsPerSample = data.readUInt16LE(14)
    }
    if (id === 'data') wav.samples = Int16Array.from({ length: data.length / 2 }, (_, index) => data.readInt16LE(2 * index))
    if (id === 'LIST' && data.toString('latin1', 0, 4) === 'INFO') {
      for (const tag of chunks(data.subarray(4))) if (tag.id === 'ICMT') wav.comment = tag.data.toString('utf8').replace(/\0+$/, '')
    }
  }
  return wav
}

function chunks(bytes: Buffer): Array<{ id: string; data: Buffer }> {
  const found: Array<{ id: string; data: Buffer }> = []
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(offset + 4)
    found.push({ id: bytes.toString('latin1', offset, offset + 4), data: bytes.subarray(offset + 8, offset + 8 + length) })
    offset += 8 + length + (length % 2)
  }
  return found
}
