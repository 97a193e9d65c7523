import type { Locator } from '@playwright/test'
import sharp from 'sharp'

/** What a picture of black-and-white samples must show: some white, and not only white. */
export interface Brightness {
  /** Share of pixels brighter than 200 of 255. */
  bright: number
  /** Share of pixels darker than 55. */
  dark: number
}

/** The part of the page below that is a canvas; the tests themselves run in Node. */
interface CanvasInPage {
  width: number
  height: number
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: ArrayLike<number> } } | null
}

/** Reads the pixels that a canvas was painted with; what was never painted is transparent and does not count. */
export async function brightnessOfCanvas(canvas: Locator): Promise<Brightness> {
  return canvas.evaluate((element) => {
    const target = element as unknown as CanvasInPage
    const data = target.getContext('2d')?.getImageData(0, 0, target.width, target.height).data ?? []
    let painted = 0
    let bright = 0
    let dark = 0
    for (let offset = 0; offset < data.length; offset += 4) {
      if (data[offset + 3] !== 255) continue
      painted++
      const value = data[offset] ?? 0
      if (value > 200) bright++
      if (value < 55) dark++
    }
    return { bright: bright / Math.max(1, painted), dark: dark / Math.max(1, painted) }
  })
}

/** The same of a picture's file. */
export async function brightnessOf(image: Buffer): Promise<Brightness> {
  const data = await sharp(image).removeAlpha().greyscale().raw().toBuffer()
  const share = (test: (value: number) => boolean): number => data.reduce((count, value) => count + Number(test(value)), 0) / data.length
  return { bright: share((value) => value > 200), dark: share((value) => value < 55) }
}

/** Share of a canvas' pixels that anything was painted on. */
export async function paintedShare(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    const target = element as unknown as CanvasInPage
    const data = target.getContext('2d')?.getImageData(0, 0, target.width, target.height).data ?? []
    let painted = 0
    for (let offset = 3; offset < data.length; offset += 4) painted += Number((data[offset] ?? 0) > 0)
    return painted / Math.max(1, data.length / 4)
  })
}
