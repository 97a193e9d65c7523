import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'

export const docsFolder = resolve(import.meta.dirname, '..', '..', 'docs')
export const picturesFolder = join(docsFolder, 'screenshots')

export const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const pictureName = (scene: string, width: number, theme: Theme): string => `${scene}-${width}-${theme}.webp`

/** Short messages at the corner come and go; they are no part of a page. */
const STYLE = 'ol[data-slot="viewport"] { visibility: hidden !important }'

/** Pictures of scenes that there are no more are removed; those of the others are written over one by one. */
export async function keepPictures(names: readonly string[]): Promise<void> {
  await mkdir(picturesFolder, { recursive: true })
  const kept = new Set(names.flatMap((name) => sizes.flatMap(({ width }) => themes.map((theme) => pictureName(name, width, theme)))))
  for (const file of await readdir(picturesFolder)) if (!kept.has(file)) await rm(join(picturesFolder, file))
}

/**
 * One page as it stands, as WebP: a third of the size of a PNG without a difference that one would see. Answers when the picture is taken, with
 * the promise of its bytes, so that it is compressed while the next one is taken.
 */
export async function takePicture(page: Page, name: string): Promise<{ written: Promise<number> }> {
  const png = await page.screenshot({ animations: 'disabled', style: STYLE })
  return { written: compress(png, name) }
}

async function compress(png: Buffer, name: string): Promise<number> {
  const webp = await sharp(png).webp({ quality: 76, effort: 4, smartSubsample: true }).toBuffer()
  await writeFile(join(picturesFolder, name), webp)
  return webp.length
}

export interface Frame {
  png: Buffer
  /** Milliseconds. */
  shown: number
}

/** Frames as one animated GIF that goes round for ever. Answers its bytes. */
export async function writeGif(frames: readonly Frame[], path: string, width: number): Promise<number> {
  // Equal frames in a row are one that is shown for longer.
  const kept: Frame[] = []
  for (const frame of frames) {
    const last = kept.at(-1)
    if (last?.png.equals(frame.png)) last.shown += frame.shown
    else kept.push({ ...frame })
  }
  const scaled = await Promise.all(kept.map(({ png }) => sharp(png).resize({ width, kernel: 'lanczos3' }).png().toBuffer()))
  const gif = await sharp(scaled, { join: { animated: true } })
    .gif({ delay: kept.map(({ shown }) => shown), loop: 0, colours: 96, dither: 0, effort: 8, interFrameMaxError: 6, interPaletteMaxError: 8 })
    .toBuffer()
  await writeFile(path, gif)
  return gif.length
}
