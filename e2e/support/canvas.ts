import type { Locator } from '@playwright/test'
import sharp from 'sharp'

/** Number of different colours that an element shows on the screen. */
export async function coloursShown(element: Locator): Promise<number> {
  return coloursIn(await element.screenshot())
}

export async function coloursIn(image: Buffer): Promise<number> {
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const colours = new Set<number>()
  for (let offset = 0; offset < data.length; offset += info.channels) colours.add(data.readUIntBE(offset, Math.min(3, info.channels)))
  return colours.size
}
