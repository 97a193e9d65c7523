import type { InputFile } from './inputFile'
import { typeByName } from './fileType'
import { openMp3 } from './mp3'
import type { SoundStream } from './soundStream'
import { openWav } from './wav'

/** Opens a recording as a stream, WAV or MP3 by its name: memory does not grow with the file. */
export async function openSound(file: InputFile): Promise<SoundStream> {
  return typeByName(file.name) === 'mp3' ? openMp3(file) : openWav(file)
}
