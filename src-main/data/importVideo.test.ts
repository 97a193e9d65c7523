import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { planImport } from './plan'
import { npyFile } from './testing/files'
import { realData, temporaryFolder, writeFiles } from './testing/folder'
import { greyPng, levels, range, run } from './testing/imported'

/** An animation whose pixel i of frame f has the grey value start + 24·f + 4·i. */
const animation = (frames: number, start: number, { width = 3, height = 2, format = 'gif' as 'gif' | 'webp' } = {}) => {
  const strip = Buffer.from(range(frames * width * height).flatMap((i) => new Array<number>(3).fill((start + 24 * Math.floor(i / (width * height)) + 4 * (i % (width * height))) % 256)))
  const roll = sharp(strip, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
  return format === 'gif' ? roll.gif({ effort: 1, dither: 0, interPaletteMaxError: 0, keepDuplicateFrames: true }).toBuffer() : roll.webp({ lossless: true }).toBuffer()
}
const clip = (frames: number, start: number): number[] => range(frames * 6).map((i) => start + 24 * Math.floor(i / 6) + 4 * (i % 6))
const reasons = (rejected: { file: string; reason: string }[]): string => rejected.map(({ file, reason }) => `${file}: ${reason}`).join('\n')

describe('animated files', () => {
  it('are cut into windows that stay together in one split; what is left over is counted', async () => {
    const folder = await temporaryFolder()
    const files = await Promise.all([0, 4, 8, 12, 16].map((start, index) => animation(7, start, { format: index % 2 ? 'webp' : 'gif' })))
    await writeFiles(folder, Object.fromEntries(files.map((bytes, index) => [`in/${index}.${index % 2 ? 'webp' : 'gif'}`, bytes])))
    const plan = await planImport([`${folder}/in`], { frames: 3 })
    expect(plan).toMatchObject({ kind: 'video', examples: 10, domain: { kind: 'video', shape: [3, 2, 3, 1], levels: 256 } })
    expect(plan.recognised).toContain('5 grey animations, 7 frames each, of 3 × 2, cut into 10 windows of 3 frames, 5 frames at the ends left out')
    expect([...plan.preview[0]!.pixels]).toEqual(clip(3, 0))
    const { record, folder: set } = await run(`${folder}/in`, { frames: 3 })
    expect(record.counts).toEqual({ train: 6, valid: 2, test: 2 })
    expect(record.statistics.video).toEqual({ clips: 5, frames: 35, droppedFrames: 5 })
    expect(record.variant).toBe('256 grey levels, clips of 3 frames; 5 frames at the ends of clips left out')
    const starts = async (split: 'train' | 'valid' | 'test') => (await levels(set, split)).map((values) => values[0]!)
    // Windows of one clip begin 72 apart; both of each are in one split.
    for (const split of ['train', 'valid', 'test'] as const) {
      const found = await starts(split)
      for (const start of found.filter((value) => value <= 16)) expect(found).toContain(start + 72)
    }
    expect(record.statistics.uniformNats).toBeCloseTo(6 * Math.log(256))
  })

  it('of a single frame, damaged, too short, or PNGs, are refused by name with the mend; the good ones go in', async () => {
    const folder = await temporaryFolder()
    const good = await Promise.all([0, 10, 20].map((start) => animation(4, start)))
    const still = await greyPng(3, 2, range(6))
    const apng = Buffer.concat([still.subarray(0, 33), Buffer.from('000000086163544c000000020000000000000000', 'hex'), still.subarray(33)])
    await writeFiles(folder, {
      ...Object.fromEntries(good.map((bytes, index) => [`in/${index}.gif`, bytes])),
      'in/short.gif': await animation(2, 0),
      'in/large.gif': await animation(4, 0, { width: 5, height: 4 }),
      'in/cut.gif': good[0]!.subarray(0, good[0]!.length - 2),
      'one/single.gif': await animation(1, 0),
      'two/moving.png': apng,
    })
    const { record } = await run([`${folder}/in`, `${folder}/one`, `${folder}/two`], { kind: 'video', frames: 4, split: '34/33/33' })
    expect(record.counts).toEqual({ train: 1, valid: 1, test: 1 })
    const said = reasons(record.rejected)
    expect(said).toMatch(/in\/short\.gif: it has 2 frames, but a clip needs 4; ask for fewer/)
    expect(said).toMatch(/in\/large\.gif: frames of 5 × 4 pixels where most clips have 3 × 2; give a size/)
    expect(said).toMatch(/in\/cut\.gif: the GIF data end early/)
    expect(said).toMatch(/one\/single\.gif: it holds a single frame, but a clip needs 4; give an animated GIF or WebP/)
    expect(said).toMatch(/two\/moving\.png: an animated PNG.*save it as an animated GIF or WebP/)
  })

  it('too few to be split are refused with percentages that would do', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'a.gif': await animation(4, 0) })
    await expect(run(`${folder}/a.gif`)).rejects.toMatchObject({ message: expect.stringContaining('One clip cannot be split 80/10/10'), mend: expect.stringContaining('100/0/0') })
    const { record } = await run(`${folder}/a.gif`, { frames: 2, split: '100/0/0', binarize: 'threshold', threshold: 0.05, width: 6 })
    expect(record.counts).toEqual({ train: 2, valid: 0, test: 0 })
    expect(record.domain).toMatchObject({ shape: [2, 4, 6, 1], levels: 2 })
  })

  const real = realData('video')
  it.skipIf(real === null)('real GIFs of 20 frames, made smaller', async () => {
    const { record } = await run(real!, { width: 16, height: 16, channels: 1, levels: 4 })
    expect(record.counts).toEqual({ train: 6, valid: 2, test: 2 })
    expect(record.domain).toMatchObject({ kind: 'video', shape: [10, 16, 16, 1], levels: 4 })
  })
})

describe('folders of frames', () => {
  it('are clips, in the order of the names; frames of differing sizes and stills beside animations are refused', async () => {
    const folder = await temporaryFolder()
    const frame = (value: number, width = 3) => greyPng(width, 2, range(width * 2).map(() => value))
    const clipOf = async (name: string, values: number[]) => Object.fromEntries(await Promise.all(values.map(async (value, index) => [`in/${name}/f${index}.png`, await frame(value)])))
    await writeFiles(folder, {
      ...(await clipOf('train/a', range(11))), ...(await clipOf('train/b', range(11).map((value) => value + 50))), ...(await clipOf('test/c', range(11).map((value) => value + 100))),
      'in/train/odd/1.png': await frame(1), 'in/train/odd/2.png': await frame(1, 4),
      'in/train/mixed/1.png': await frame(1), 'in/train/mixed/2.gif': await animation(3, 0),
    })
    const { record, folder: set } = await run(`${folder}/in`, { kind: 'video', frames: 10 })
    expect(record.counts).toEqual({ train: 1, valid: 1, test: 1 })
    expect((await levels(set, 'test'))[0]).toEqual(range(10).flatMap((value) => new Array<number>(6).fill(value + 100)))
    const said = reasons(record.rejected)
    expect(said).toMatch(/in\/train\/odd: it has 2 frames, but a clip needs 10/)
    expect(said).toMatch(/mixed\/1\.png: a still picture beside animated files; put the frames of each clip in a folder/)
    const smaller = await run(`${folder}/in`, { kind: 'video', frames: 2 })
    expect(reasons(smaller.record.rejected)).toMatch(/in\/train\/odd: its frames differ in size: 1\.png has 3 × 2 pixels, 2\.png has 4 × 2; make them equal, or give a size/)
  })
})

describe('NumPy arrays', () => {
  it('of [clips, frames, height, width] and of the frames first', async () => {
    const folder = await temporaryFolder()
    const values = Uint8Array.from(range(10 * 4 * 6).map((i) => i % 251))
    await writeFiles(folder, { 'clips.npy': npyFile('|u1', false, [10, 4, 2, 3], values) })
    const { record, folder: set } = await run(`${folder}/clips.npy`, { kind: 'video', split: 'last:1/1' })
    expect(record).toMatchObject({ domain: { kind: 'video', shape: [4, 2, 3, 1] }, counts: { train: 8, valid: 1, test: 1 } })
    expect((await levels(set, 'test'))[0]).toEqual([...values.subarray(9 * 24)])

    const first = Uint8Array.from(range(2 * 64 * 2).map((i) => (Math.floor(i / 128) + i) % 2))
    await writeFiles(folder, { 'first.npy': npyFile('|u1', false, [2, 64, 1, 2], first) })
    const turned = await run(`${folder}/first.npy`, { kind: 'video', split: 'last:2/1' })
    expect(turned.record).toMatchObject({ domain: { shape: [2, 1, 2, 1], levels: 2 }, variant: expect.stringContaining('fixed binarisation, as given') })
    expect((await levels(turned.folder, 'test'))[0]).toEqual([first[126]!, first[127]!, first[254]!, first[255]!])
  })

  it('of a wrong rank, of floats or cut off say what is wrong', async () => {
    const folder = await temporaryFolder()
    const refused = async (name: string, bytes: Buffer, message: RegExp) => {
      await writeFiles(folder, { [name]: bytes })
      await expect(run(`${folder}/${name}`, { kind: 'video' })).rejects.toThrow(message)
    }
    await refused('rank.npy', npyFile('|u1', false, [4, 2, 3], new Uint8Array(24)), /rank\.npy: an array of shape 4 × 2 × 3; video is \(clips, frames, height, width\)/)
    await refused('float.npy', npyFile('<f4', false, [2, 2, 2, 2], new Uint8Array(64)), /float\.npy: its numbers are of type f4; save intensities.*uint8/)
    await refused('cut.npy', npyFile('|u1', false, [9, 2, 2, 2], new Uint8Array(20)), /cut\.npy.*truncated/)
    await refused('images.txt', Buffer.from('no video'), /Nothing/)
  })
})
