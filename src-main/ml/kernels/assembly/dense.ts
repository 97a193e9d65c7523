import { multiplyAdd, splat, storePart, sum4 } from './math'

// y[o] = init[o] + bias[o] + Σ_i w[o, i]·x[i], summed in the order of i, whatever the layout: so a sample is the same bits whether it is
// drawn alone or beside others. `init` is y itself, another vector, or zeros.

/**
 * Whole blocks of 32 outputs over a multiple of four inputs, in a function of its own: beside anything else V8 would spill the accumulators.
 * `skipped`: bytes of a block's last rows that are left to others.
 */
function blocks32(x: usize, end: usize, y: usize, last: usize, w: usize, bias: usize, init: usize, skipped: usize): void {
  for (; y < last; y += 128) {
    let a0 = f32x4.add(v128.load(init), v128.load(bias)), a1 = f32x4.add(v128.load(init, 16), v128.load(bias, 16))
    let a2 = f32x4.add(v128.load(init, 32), v128.load(bias, 32)), a3 = f32x4.add(v128.load(init, 48), v128.load(bias, 48))
    let a4 = f32x4.add(v128.load(init, 64), v128.load(bias, 64)), a5 = f32x4.add(v128.load(init, 80), v128.load(bias, 80))
    let a6 = f32x4.add(v128.load(init, 96), v128.load(bias, 96)), a7 = f32x4.add(v128.load(init, 112), v128.load(bias, 112))
    for (let p = x; p < end; p += 16) { // unrolled by hand, as V8's own unrolling spills registers
      let s = v128.load32_splat(p)
      a0 = multiplyAdd(v128.load(w), s, a0); a1 = multiplyAdd(v128.load(w, 16), s, a1)
      a2 = multiplyAdd(v128.load(w, 32), s, a2); a3 = multiplyAdd(v128.load(w, 48), s, a3)
      a4 = multiplyAdd(v128.load(w, 64), s, a4); a5 = multiplyAdd(v128.load(w, 80), s, a5)
      a6 = multiplyAdd(v128.load(w, 96), s, a6); a7 = multiplyAdd(v128.load(w, 112), s, a7)
      s = v128.load32_splat(p, 4)
      a0 = multiplyAdd(v128.load(w, 128), s, a0); a1 = multiplyAdd(v128.load(w, 144), s, a1)
      a2 = multiplyAdd(v128.load(w, 160), s, a2); a3 = multiplyAdd(v128.load(w, 176), s, a3)
      a4 = multiplyAdd(v128.load(w, 192), s, a4); a5 = multiplyAdd(v128.load(w, 208), s, a5)
      a6 = multiplyAdd(v128.load(w, 224), s, a6); a7 = multiplyAdd(v128.load(w, 240), s, a7)
      s = v128.load32_splat(p, 8)
      a0 = multiplyAdd(v128.load(w, 256), s, a0); a1 = multiplyAdd(v128.load(w, 272), s, a1)
      a2 = multiplyAdd(v128.load(w, 288), s, a2); a3 = multiplyAdd(v128.load(w, 304), s, a3)
      a4 = multiplyAdd(v128.load(w, 320), s, a4); a5 = multiplyAdd(v128.load(w, 336), s, a5)
      a6 = multiplyAdd(v128.load(w, 352), s, a6); a7 = multiplyAdd(v128.load(w, 368), s, a7)
      s = v128.load32_splat(p, 12)
      a0 = multiplyAdd(v128.load(w, 384), s, a0); a1 = multiplyAdd(v128.load(w, 400), s, a1)
      a2 = multiplyAdd(v128.load(w, 416), s, a2); a3 = multiplyAdd(v128.load(w, 432), s, a3)
      a4 = multiplyAdd(v128.load(w, 448), s, a4); a5 = multiplyAdd(v128.load(w, 464), s, a5)
      a6 = multiplyAdd(v128.load(w, 480), s, a6); a7 = multiplyAdd(v128.load(w, 496), s, a7)
      w += 512
    }
    v128.store(y, a0); v128.store(y, a1, 16); v128.store(y, a2, 32); v128.store(y, a3, 48)
    v128.store(y, a4, 64); v128.store(y, a5, 80); v128.store(y, a6, 96); v128.store(y, a7, 112)
    w += skipped; init += 128; bias += 128
  }
}

/** Adds the inputs that blocks32 left, one to three of them, to each of its blocks. */
function restOfInputs(x: usize, end: usize, y: usize, last: usize, w: usize, skipped: usize): void {
  for (; y < last; y += 128) {
    w += skipped
    for (let p = x; p < end; p += 4) {
      const s = v128.load32_splat(p)
      for (let o: usize = 0; o < 128; o += 16) v128.store(y + o, multiplyAdd(v128.load(w + o), s, v128.load(y + o)))
      w += 128
    }
  }
}

/** The outputs behind the last block of 32: blocks of 16, 8 and 4, the last padded. */
function restOfOutputs(x: usize, end: usize, y: usize, left: i32, w: usize, bias: usize, init: usize): void {
  if (left >= 16) {
    let a0 = f32x4.add(v128.load(init), v128.load(bias)), a1 = f32x4.add(v128.load(init, 16), v128.load(bias, 16))
    let a2 = f32x4.add(v128.load(init, 32), v128.load(bias, 32)), a3 = f32x4.add(v128.load(init, 48), v128.load(bias, 48))
    for (let p = x; p < end; p += 4) {
      const s = v128.load32_splat(p)
      a0 = multiplyAdd(v128.load(w), s, a0); a1 = multiplyAdd(v128.load(w, 16), s, a1)
      a2 = multiplyAdd(v128.load(w, 32), s, a2); a3 = multiplyAdd(v128.load(w, 48), s, a3)
      w += 64
    }
    v128.store(y, a0); v128.store(y, a1, 16); v128.store(y, a2, 32); v128.store(y, a3, 48)
    y += 64; bias += 64; init += 64; left -= 16
  }
  if (left >= 8) {
    let a0 = f32x4.add(v128.load(init), v128.load(bias)), a1 = f32x4.add(v128.load(init, 16), v128.load(bias, 16))
    for (let p = x; p < end; p += 4) {
      const s = v128.load32_splat(p)
      a0 = multiplyAdd(v128.load(w), s, a0); a1 = multiplyAdd(v128.load(w, 16), s, a1)
      w += 32
    }
    v128.store(y, a0); v128.store(y, a1, 16)
    y += 32; bias += 32; init += 32; left -= 8
  }
  for (; left > 0; left -= 4) {
    let a = f32x4.add(v128.load(init), v128.load(bias))
    for (let p = x; p < end; p += 4) {
      a = multiplyAdd(v128.load(w), v128.load32_splat(p), a)
      w += 16
    }
    storePart(y, a, left)
    y += 16; bias += 16; init += 16
  }
}

/**
 * One stream, output channel in the SIMD lane. Weights: blocks of 32, then 16, 8 and 4 outputs (the last padded), each [inputs][width].
 */
export function dense1(x: usize, inputs: i32, y: usize, outputs: i32, weight: usize, bias: usize, init: usize): void {
  const end = x + (<usize>inputs << 2), whole = x + (<usize>(inputs & ~3) << 2)
  const blocks = (<usize>(outputs & ~31)) << 2, last = y + blocks
  if (blocks) {
    blocks32(x, whole, y, last, weight, bias, init, <usize>(inputs & 3) << 7)
    if (whole < end) restOfInputs(whole, end, y, last, weight, <usize>(inputs & ~3) << 7)
  }
  if (outputs & 31) restOfOutputs(x, end, last, outputs & 31, weight + <usize>inputs * blocks, bias + blocks, init + blocks)
}

/** Eight streams, stream in the SIMD lane: x [inputs][8], y [outputs][8]. Weights: blocks of 4 outputs [inputs][4], the rest one by one. */
export function dense8(x: usize, inputs: i32, y: usize, outputs: i32, weight: usize, bias: usize, init: usize): void {
  const end = x + (<usize>inputs << 5)
  let w = weight, left = outputs
  for (; left >= 4; left -= 4) {
    let s = v128.load32_splat(bias), a0 = s, a1 = s
    s = v128.load32_splat(bias, 4); let a2 = s, a3 = s
    s = v128.load32_splat(bias, 8); let a4 = s, a5 = s
    s = v128.load32_splat(bias, 12); let a6 = s, a7 = s
    a0 = f32x4.add(v128.load(init), a0); a1 = f32x4.add(v128.load(init, 16), a1)
    a2 = f32x4.add(v128.load(init, 32), a2); a3 = f32x4.add(v128.load(init, 48), a3)
    a4 = f32x4.add(v128.load(init, 64), a4); a5 = f32x4.add(v128.load(init, 80), a5)
    a6 = f32x4.add(v128.load(init, 96), a6); a7 = f32x4.add(v128.load(init, 112), a7)
    init += 128
    for (let p = x; p < end; p += 32) {
      const u = v128.load(p), v = v128.load(p, 16)
      s = v128.load32_splat(w); a0 = multiplyAdd(u, s, a0); a1 = multiplyAdd(v, s, a1)
      s = v128.load32_splat(w, 4); a2 = multiplyAdd(u, s, a2); a3 = multiplyAdd(v, s, a3)
      s = v128.load32_splat(w, 8); a4 = multiplyAdd(u, s, a4); a5 = multiplyAdd(v, s, a5)
      s = v128.load32_splat(w, 12); a6 = multiplyAdd(u, s, a6); a7 = multiplyAdd(v, s, a7)
      w += 16
    }
    v128.store(y, a0); v128.store(y, a1, 16); v128.store(y, a2, 32); v128.store(y, a3, 48)
    v128.store(y, a4, 64); v128.store(y, a5, 80); v128.store(y, a6, 96); v128.store(y, a7, 112)
    y += 128; bias += 16
  }
  for (; left > 0; left--) {
    let a0 = v128.load32_splat(bias), a1 = a0
    a0 = f32x4.add(v128.load(init), a0); a1 = f32x4.add(v128.load(init, 16), a1)
    init += 32
    for (let p = x; p < end; p += 32) {
      const s = v128.load32_splat(w)
      a0 = multiplyAdd(v128.load(p), s, a0); a1 = multiplyAdd(v128.load(p, 16), s, a1)
      w += 4
    }
    v128.store(y, a0); v128.store(y, a1, 16)
    y += 32; bias += 4
  }
}

// Products of single rows, for layers of which a step computes only a few units. Four partial sums (input modulo 4), added as sum4 does.
// `inputs` is a multiple of 4; rows are padded with zeros.

export function rows1(x: usize, inputs: i32, y: usize, outputs: i32, weight: usize, bias: usize, add: bool): void {
  const end = x + (<usize>inputs << 2)
  let w = weight
  for (let o = 0; o < outputs; o++) {
    let a = splat(0)
    for (let p = x; p < end; p += 16) {
      a = multiplyAdd(v128.load(w), v128.load(p), a)
      w += 16
    }
    const before = add ? load<f32>(y) + load<f32>(bias) : load<f32>(bias)
    store<f32>(y, before + sum4(a))
    y += 4; bias += 4
  }
}

export function rows8(x: usize, inputs: i32, y: usize, outputs: i32, weight: usize, bias: usize, add: bool): void {
  const end = x + (<usize>inputs << 5)
  let w = weight
  for (let o = 0; o < outputs; o++) {
    let a0 = splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0
    for (let p = x; p < end; p += 128) {
      let s = v128.load32_splat(w); a0 = multiplyAdd(v128.load(p), s, a0); a1 = multiplyAdd(v128.load(p, 16), s, a1)
      s = v128.load32_splat(w, 4); b0 = multiplyAdd(v128.load(p, 32), s, b0); b1 = multiplyAdd(v128.load(p, 48), s, b1)
      s = v128.load32_splat(w, 8); c0 = multiplyAdd(v128.load(p, 64), s, c0); c1 = multiplyAdd(v128.load(p, 80), s, c1)
      s = v128.load32_splat(w, 12); d0 = multiplyAdd(v128.load(p, 96), s, d0); d1 = multiplyAdd(v128.load(p, 112), s, d1)
      w += 16
    }
    let before0 = v128.load32_splat(bias), before1 = before0
    if (add) {
      before0 = f32x4.add(v128.load(y), before0); before1 = f32x4.add(v128.load(y, 16), before1)
    }
    v128.store(y, f32x4.add(before0, f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0))))
    v128.store(y, f32x4.add(before1, f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1))), 16)
    y += 32; bias += 4
  }
}
