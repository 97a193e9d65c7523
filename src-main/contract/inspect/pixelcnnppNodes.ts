/**
 * The net of PixelCNN++ as a list of nodes, from which figures, dependency rules, the forward pass and the sampler are all made.
 *
 * Two streams: `above` sees the rows above a pixel, `left` those and the pixels to the left. Levels: the image, its half, its quarter …
 * (a position of level l stands for the pixel 2^l · (row, column)). Down the levels by strided convolutions, up again by transposed ones,
 * with short-cuts from each node on the way down to its mirror image on the way up.
 */
export type PlusStream = 'above' | 'left'

interface PlusNodeBase {
  name: string
  stream: PlusStream
  level: number
}
export type PlusNode =
  | (PlusNodeBase & { kind: 'first' })
  /** x + a ⊙ σ(b), [a, b] = conv(c(conv(c(x)) + W c(sides))), c the concatenated ELU. */
  | (PlusNodeBase & { kind: 'residual'; input: number; sides: number[] })
  | (PlusNodeBase & { kind: 'down'; input: number })
  | (PlusNodeBase & { kind: 'up'; input: number })

/** Height and width must be divisible by it. */
export const plusStride = (resolutions: number): number => 2 ** (resolutions - 1)

/** Nodes in the order of computation; the last one is what the output reads. */
export function plusNodes({ residuals, resolutions }: { residuals: number; resolutions: number }): PlusNode[] {
  const nodes: PlusNode[] = []
  const add = (node: PlusNode): number => nodes.push(node) - 1
  const residual = (stream: PlusStream, level: number, input: number, sides: number[]): number =>
    add({ kind: 'residual', name: `${nodes.length}.${stream}`, stream, level, input, sides })
  const move = (kind: 'down' | 'up', stream: PlusStream, level: number, input: number): number =>
    add({ kind, name: `${nodes.length}.${stream}`, stream, level, input })

  let above = add({ kind: 'first', name: '0.above', stream: 'above', level: 0 })
  let left = add({ kind: 'first', name: '1.left', stream: 'left', level: 0 })
  const shortCuts: Array<{ above: number; left: number }> = [{ above, left }]
  for (let level = 0; level < resolutions; level++) {
    if (level > 0) {
      above = move('down', 'above', level, above)
      left = move('down', 'left', level, left)
      shortCuts.push({ above, left })
    }
    for (let count = 0; count < residuals; count++) {
      above = residual('above', level, above, [])
      left = residual('left', level, left, [above])
      shortCuts.push({ above, left })
    }
  }
  // Back from the last node of the coarsest level, which is itself where the way up starts.
  shortCuts.pop()
  for (let level = resolutions - 1; level >= 0; level--) {
    const coarsest = level === resolutions - 1
    if (!coarsest) {
      above = move('up', 'above', level, above)
      left = move('up', 'left', level, left)
    }
    for (let count = coarsest ? 0 : -1; count < residuals; count++) {
      const from = shortCuts.pop()!
      above = residual('above', level, above, [from.above])
      left = residual('left', level, left, [above, from.left])
    }
  }
  return nodes
}

/**
 * A causal kernel: its last row is the position's own, columns from `left` before it to `right` behind it. With a stride it stands at every
 * second position, whose place its last row and column `left` take.
 */
export interface PlusKernel {
  rows: number
  columns: number
  left: number
  right: number
}
export const plusKernel = (stream: PlusStream): PlusKernel =>
  stream === 'above' ? { rows: 2, columns: 3, left: 1, right: 1 } : { rows: 2, columns: 2, left: 1, right: 0 }

export interface PlusSizes {
  filters: number
  /** Channels of the image with its ones. */
  inputs: number
  outputs: number
  conditionSize: number
}

/** A weight-normalised convolution: weight [rows, columns, in, out], a gain and a bias for each output. */
export interface PlusConvolution {
  name: string
  shape: [number, number, number, number]
}

/** The convolutions of a node, by name; those of `first` read the image. */
export function plusConvolutions(node: PlusNode, { filters: F, inputs }: PlusSizes): PlusConvolution[] {
  const { rows, columns } = plusKernel(node.stream)
  const named = (name: string, ...shape: PlusConvolution['shape']): PlusConvolution => ({ name: `nodes.${node.name}${name}`, shape })
  switch (node.kind) {
    case 'first':
      return node.stream === 'above' ? [named('', 2, 3, inputs, F)] : [named('.row', 1, 3, inputs, F), named('.column', 2, 1, inputs, F)]
    case 'residual':
      return [
        named('.first', rows, columns, 2 * F, F),
        ...(node.sides.length > 0 ? [named('.sides', 1, 1, node.sides.length * 2 * F, F)] : []),
        named('.second', rows, columns, 2 * F, 2 * F),
      ]
    case 'down':
    case 'up':
      return [named('', rows, columns, F, F)]
  }
}

export const plusHead = ({ filters, outputs }: PlusSizes): PlusConvolution => ({ name: 'head', shape: [1, 1, filters, outputs] })

export const weightsOfConvolution = ({ shape: [rows, columns, inputs, outputs] }: PlusConvolution): number => rows * columns * inputs * outputs

/** Free parameters of a node, and multiply-adds at one of its positions. */
export function plusFigures(node: PlusNode, sizes: PlusSizes): { parameters: number; multiplyAdds: number } {
  const convolutions = plusConvolutions(node, sizes)
  const products = convolutions.reduce((sum, convolution) => sum + weightsOfConvolution(convolution), 0)
  const scales = convolutions.reduce((sum, { shape }) => sum + 2 * shape[3], 0)
  const condition = node.kind === 'residual' ? sizes.conditionSize * 2 * sizes.filters : 0
  // Every position of the coarser level makes four.
  return { parameters: products + scales + condition, multiplyAdds: node.kind === 'up' ? products / 4 : products }
}

type Plane = Uint8Array

interface Box {
  top: number
  bottom: number
  left: number
  right: number
}

/** Pixels of the image (all their channels) that the last node depends on at the pixels `needed`. */
export function tracePlus(nodes: readonly PlusNode[], needed: Plane, height: number, width: number): Plane {
  const sizeOf = (level: number): [number, number] => [height >> level, width >> level]
  const needs = nodes.map(({ level }) => new Uint8Array((height >> level) * (width >> level)))
  needs[needs.length - 1]!.set(needed)
  const image = new Uint8Array(height * width)
  /** Marks the box around every flag of `from`, at `scale` times its place. */
  const spread = (from: Plane, [, columns]: [number, number], target: Plane, [rowsThere, columnsThere]: [number, number], box: Box, scale = 1): void => {
    from.forEach((flag, at) => {
      if (!flag) return
      const [row, column] = [scale * Math.floor(at / columns), scale * (at % columns)]
      for (let r = Math.max(0, row + box.top); r <= Math.min(rowsThere - 1, row + box.bottom); r++) {
        const [begin, end] = [Math.max(0, column + box.left), Math.min(columnsThere - 1, column + box.right)]
        if (begin <= end) target.fill(1, r * columnsThere + begin, r * columnsThere + end + 1)
      }
    })
  }
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!
    const need = needs[index]!
    const size = sizeOf(node.level)
    const box: Box = { top: -1, bottom: 0, left: -1, right: node.stream === 'above' ? 1 : 0 }
    switch (node.kind) {
      case 'first':
        if (node.stream === 'above') spread(need, size, image, size, { top: -2, bottom: -1, left: -1, right: 1 })
        else {
          spread(need, size, image, size, { top: -1, bottom: -1, left: -1, right: 1 })
          spread(need, size, image, size, { top: -1, bottom: 0, left: -1, right: -1 })
        }
        break
      case 'residual': {
        const inner = new Uint8Array(need.length)
        spread(need, size, inner, size, box)
        const input = needs[node.input]!
        mark(input, need)
        spread(inner, size, input, size, box)
        for (const side of node.sides) mark(needs[side]!, inner)
        break
      }
      case 'down':
        spread(need, size, needs[node.input]!, sizeOf(node.level - 1), box, 2)
        break
      case 'up': {
        const coarse = needs[node.input]!
        const columns = size[1] >> 1
        need.forEach((flag, at) => {
          if (!flag) return
          const [row, column] = [Math.floor(at / size[1]) >> 1, at % size[1]]
          coarse[row * columns + (column >> 1)] = 1
          // The wider kernel of the rows above overlaps: odd columns lie under two positions.
          if (node.stream === 'above' && column % 2 === 1 && column + 1 < size[1]) coarse[row * columns + (column >> 1) + 1] = 1
        })
      }
    }
  }
  return image
}

function mark(target: Plane, flags: Plane): void {
  for (let index = 0; index < flags.length; index++) if (flags[index]) target[index] = 1
}
