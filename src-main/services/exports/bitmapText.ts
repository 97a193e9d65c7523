import type { Canvas } from './canvas'
import { fillRectangle } from './canvas'

/**
 * Letters of 5 × 8 pixels for captions within pictures: the same on every machine, whatever fonts it has. Five columns each, from left to right; the
 * lowest bit is the highest row. From the space on, in the order of ASCII.
 */
const GLYPHS =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 2a1c7f1c2a 08083e0808 ' +
  '0050300000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 1814127f10 2745454539 3c4a494931 4121110907 ' +
  '3649494936 464949291e 0036360000 0056360000 0008142241 1414141414 0041221408 0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 ' +
  '7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e ' +
  '7f09090906 3e4151215e 7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414100 ' +
  '0204081020 0041417f00 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902 18a4a49c78 ' +
  '7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 fc18242418 18242418fc 7c08040408 4854545424 ' +
  '04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c 4464544c44 0008364100 0000770000 0041360800 0201020402'
const FIRST = 32
const glyphs = GLYPHS.split(' ')
const MORE: Readonly<Record<string, string>> = { '·': '0000080000', '…': '4000400040', '×': '2214081422', '–': '0808080808', '−': '0808080808' }
/** What has no letter here. */
const UNKNOWN = '7f4141417f'

const ADVANCE = 6
const HEIGHT = 8

const columnsOf = (letter: string): readonly number[] => {
  const code = letter.codePointAt(0)! - FIRST
  const hex = MORE[letter] ?? glyphs[code] ?? UNKNOWN
  return Array.from({ length: 5 }, (_value, column) => Number.parseInt(hex.slice(2 * column, 2 * column + 2), 16))
}

/** As letters that there are: accents go, spaces of any width are one. */
const plain = (text: string): string[] => [...text.normalize('NFKD').replace(/\p{Mark}/gu, '').replace(/\s/gu, ' ')]

export const textHeight = (size: number): number => HEIGHT * size
export const textWidth = (text: string, size: number): number => Math.max(0, plain(text).length * ADVANCE - 1) * size

/** The text, or as much of it as fits within some pixels, with an ellipsis. */
export function fitted(text: string, size: number, width: number): string {
  const letters = plain(text)
  const most = Math.floor((width / size + 1) / ADVANCE)
  return letters.length <= most ? letters.join('') : most < 2 ? '' : `${letters.slice(0, most - 1).join('').trimEnd()}…`
}

/** Writes a line whose upper left corner is at (left, top). */
export function drawText(canvas: Canvas, text: string, { left, top, size, value }: { left: number; top: number; size: number; value: number }): void {
  plain(text).forEach((letter, place) => {
    columnsOf(letter).forEach((bits, column) => {
      for (let row = 0; row < HEIGHT; row++) {
        if ((bits >> row) & 1) fillRectangle(canvas, { left: left + (place * ADVANCE + column) * size, top: top + row * size, width: size, height: size }, value)
      }
    })
  })
}
