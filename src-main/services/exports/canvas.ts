/** A picture in the making: [height, width, channels], 0…255. */
export interface Canvas {
  width: number
  height: number
  channels: 1 | 3
  pixels: Uint8Array
}

export interface Rectangle {
  left: number
  top: number
  width: number
  height: number
}

export function blankCanvas(width: number, height: number, channels: 1 | 3, value: number): Canvas {
  return { width, height, channels, pixels: new Uint8Array(width * height * channels).fill(value) }
}

/** One grey value over a rectangle, as far as it lies on the canvas. */
export function fillRectangle({ width, height, channels, pixels }: Canvas, area: Rectangle, value: number): void {
  const [left, right] = [Math.max(0, area.left), Math.min(width, area.left + area.width)]
  for (let row = Math.max(0, area.top); row < Math.min(height, area.top + area.height); row++)
    if (right > left) pixels.fill(value, (row * width + left) * channels, (row * width + right) * channels)
}

/** A picture of its own on the canvas, each of its pixels as a square of `scale`; grey ones on a canvas of colours too. */
export function drawPicture(canvas: Canvas, picture: { values: Uint8Array; width: number; height: number; channels: number }, place: { left: number; top: number; scale: number }): void {
  const { left, top, scale } = place
  for (let y = 0; y < picture.height * scale; y++) {
    const source = Math.floor(y / scale) * picture.width * picture.channels
    for (let x = 0; x < picture.width * scale; x++) {
      const from = source + Math.floor(x / scale) * picture.channels
      const to = ((top + y) * canvas.width + left + x) * canvas.channels
      for (let channel = 0; channel < canvas.channels; channel++) canvas.pixels[to + channel] = picture.values[from + Math.min(channel, picture.channels - 1)]!
    }
  }
}
