import type { RandomSequence } from '../hashRandom'

/** A grey picture that moves: intensities 0…255. */
export interface Shape {
  width: number
  height: number
  pixels: Uint8Array
}

/** Pixels of the frame's side that a shape passes in one step, as a share of the way it has. */
const STEP = 0.1
/** Of a 64 × 64 frame a digit of MNIST fills 28. */
const SHARE = 28 / 64

/** Side of the moving shapes in a frame of `side` pixels. */
export const shapeSide = (side: number): number => Math.max(4, Math.min(side - 2, Math.round(side * SHARE)))

/**
 * Shapes that bounce in a square frame, [frames, side, side], after Srivastava, Mansimov & Salakhutdinov (2015), Unsupervised Learning of Video
 * Representations using LSTMs: each starts anywhere, moves in any direction by a tenth of its way in each step, and is thrown back by the
 * borders; where shapes overlap the brighter one is seen.
 */
export function bounce(shapes: readonly Shape[], { frames, side }: { frames: number; side: number }, random: RandomSequence): Uint8Array {
  const clip = new Uint8Array(frames * side * side)
  for (const { width, height, pixels } of shapes) {
    const direction = random.between(0, 2 * Math.PI)
    const x = bouncing(random.uniform(), STEP * Math.cos(direction), frames)
    const y = bouncing(random.uniform(), STEP * Math.sin(direction), frames)
    for (let frame = 0; frame < frames; frame++) {
      const [left, top] = [Math.floor((side - width) * x[frame]!), Math.floor((side - height) * y[frame]!)]
      for (let row = 0; row < height; row++) {
        const to = (frame * side + top + row) * side + left
        for (let column = 0; column < width; column++) clip[to + column] = Math.max(clip[to + column]!, pixels[row * width + column]!)
      }
    }
  }
  return clip
}

/** Positions in 0…1 of a point that is thrown back by both ends. */
function bouncing(start: number, speed: number, steps: number): number[] {
  let [position, velocity] = [start, speed]
  return Array.from({ length: steps }, () => {
    const now = position
    position += velocity
    if (position < 0 || position > 1) {
      velocity = -velocity
      position = position < 0 ? -position : 2 - position
    }
    return now
  })
}

/** A picture brought to another size, each pixel the mean of what it covers. */
export function scaled({ width, height, pixels }: Shape, to: { width: number; height: number }): Shape {
  if (width === to.width && height === to.height) return { width, height, pixels }
  const across = coverage(width, to.width)
  const down = coverage(height, to.height)
  const result = new Uint8Array(to.width * to.height)
  for (let row = 0; row < to.height; row++)
    for (let column = 0; column < to.width; column++) {
      let sum = 0
      for (const [sourceRow, tall] of down[row]!) for (const [sourceColumn, wide] of across[column]!) sum += tall * wide * pixels[sourceRow * width + sourceColumn]!
      result[row * to.width + column] = Math.round(sum)
    }
  return { ...to, pixels: result }
}

/** For each of `to` equal parts of a line of `from` pixels: the pixels that it covers with their shares of it. */
function coverage(from: number, to: number): [index: number, share: number][][] {
  return Array.from({ length: to }, (_value, part) => {
    const [start, end] = [(part * from) / to, ((part + 1) * from) / to]
    const covered: [number, number][] = []
    for (let index = Math.floor(start); index < Math.min(from, Math.ceil(end - 1e-9)); index++)
      covered.push([index, (Math.min(end, index + 1) - Math.max(start, index)) / (end - start)])
    return covered
  })
}
