import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserWindow, Rectangle } from 'electron'
import { app, screen } from 'electron'
import { z } from 'zod'

const boundsSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(640).default(1440),
  height: z.number().int().min(480).default(900),
  maximized: z.boolean().default(false),
})
export type WindowBounds = z.infer<typeof boundsSchema>

const boundsFile = (): string => join(app.getPath('userData'), 'window.json')

/** Where the window was last; a place that no screen shows any more is forgotten, its size is kept. */
export function rememberedBounds(): WindowBounds {
  let stored: unknown = {}
  try {
    stored = JSON.parse(readFileSync(boundsFile(), 'utf8'))
  } catch {
    // The first start, or a damaged file: both mean the usual size.
  }
  const bounds = boundsSchema.safeParse(stored).data ?? boundsSchema.parse({})
  const { x, y, ...rest } = bounds
  if (x === undefined || y === undefined) return rest
  const visible = screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, { x, y, width: bounds.width, height: bounds.height }))
  return visible ? bounds : rest
}

export function rememberBounds(window: BrowserWindow): void {
  const save = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return
    const bounds: WindowBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeFileSync(`${boundsFile()}.new`, JSON.stringify(bounds))
      renameSync(`${boundsFile()}.new`, boundsFile())
    } catch (error) {
      console.warn(`The window's place could not be remembered: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  let timer: NodeJS.Timeout | undefined
  const saveSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(save, 500)
  }
  window
    .on('resize', saveSoon)
    .on('move', saveSoon)
    .on('close', () => {
      clearTimeout(timer)
      save()
    })
}

/** At least a strip of 100 × 50 points has to be in sight, or the window could not be taken hold of. */
function overlaps(area: Rectangle, window: Rectangle): boolean {
  const across = Math.min(area.x + area.width, window.x + window.width) - Math.max(area.x, window.x)
  const down = Math.min(area.y + area.height, window.y + window.height) - Math.max(area.y, window.y)
  return across >= 100 && down >= 50
}
