import type { ClipLook } from '../../contract/records/gallery'
import type { SampleSet } from '../../contract/records/samples'
import { UserError } from '../../data/userError'
import { drawGalleryFrames } from './galleryFrames'
import { encodeGif, encodeWebp } from './gif'

/** Clips that play side by side: frame t of the animation shows frame t of each. */
export async function exportClips({ set, format, ...look }: { set: SampleSet } & ClipLook): Promise<File> {
  const { domain, recipe } = set
  if (domain.kind !== 'video') throw new UserError(`Samples of ${domain.kind} do not play as pictures.`, { field: 'set', mend: domain.kind === 'audio' ? 'Export them as WAV.' : 'Export them as PNG.' })
  const [frames = 1, ...shape] = domain.shape
  const count = set.logProb.length
  const stills = Array.from({ length: frames }, (_value, frame) => frameOf(set, frame, count, shape))
  const pictures = drawGalleryFrames(
    { titles: [null], domains: [stills[0]!.domain], count, frames: stills.map((still) => [{ set: still, caption: '' }]) },
    { ...look, caption: false },
  )
  const delays = pictures.map(() => look.delay)
  const comment = JSON.stringify({ software: 'Chainrule', recipe, what: look.what, scale: look.scale })
  const name = `${recipe.runId}-step${recipe.checkpointStep}-seed${recipe.seed}.${format}`
  const bytes = format === 'gif' ? await encodeGif(pictures, { delays, loop: look.loop, comment }) : await encodeWebp(pictures, { delays, loop: look.loop, comment })
  return new File([new Uint8Array(bytes)], name, { type: `image/${format}` })
}

/** One moment of all clips, as images. */
function frameOf(set: SampleSet, frame: number, count: number, shape: number[]): SampleSet {
  const size = shape.reduce((product, side) => product * side, 1)
  const clip = set.levels.length / count
  const cut = (values: Uint8Array | Uint16Array): Uint8Array<ArrayBuffer> => {
    const result = new Uint8Array(count * size)
    for (let index = 0; index < count; index++) result.set(values.subarray(index * clip + frame * size, index * clip + (frame + 1) * size), index * size)
    return result
  }
  return { ...set, domain: { ...set.domain, kind: 'image', shape }, levels: cut(set.levels), means: set.means && cut(set.means) }
}
