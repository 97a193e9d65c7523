import { address, bytesOf, lanes, number, step, word } from './context'
import { exp1 } from './math'

/**
 * Causal attention over the steps so far: y = Σ_t softmax_t(scale · q·k_t) v_t for each head. The caches hold one vector a step, [steps][channels].
 * [q, keys, values, y, heads, channels of a head, scale, scores (float32 [steps] scratch)]
 */
export function attend(record: usize): void {
  const q = address(record, 1), keys = address(record, 2), cache = address(record, 3), y = address(record, 4)
  const heads = word(record, 5), size = word(record, 6), scale = number(record, 7), scores = address(record, 8)
  const pitch = bytesOf(heads * size), channel = <usize>lanes << 2
  for (let lane = 0; lane < lanes; lane++) for (let head = 0; head < heads; head++) {
    const offset = bytesOf(head * size) + (<usize>lane << 2)
    let highest: f32 = -Infinity
    for (let t = 0; t <= step; t++) {
      const k = keys + <usize>t * pitch + offset
      let a: f32 = 0, b: f32 = 0, c: f32 = 0, d: f32 = 0, i = 0
      for (; i + 3 < size; i += 4) {
        const at = <usize>i * channel
        a += load<f32>(q + offset + at) * load<f32>(k + at)
        b += load<f32>(q + offset + at + channel) * load<f32>(k + at + channel)
        c += load<f32>(q + offset + at + 2 * channel) * load<f32>(k + at + 2 * channel)
        d += load<f32>(q + offset + at + 3 * channel) * load<f32>(k + at + 3 * channel)
      }
      for (; i < size; i++) a += load<f32>(q + offset + <usize>i * channel) * load<f32>(k + <usize>i * channel)
      const score = ((a + b) + (c + d)) * scale
      store<f32>(scores + (<usize>t << 2), score)
      highest = max(highest, score)
    }
    let total: f32 = 0
    for (let t = 0; t <= step; t++) {
      const at = scores + (<usize>t << 2), mass = exp1(load<f32>(at) - highest)
      store<f32>(at, mass)
      total += mass
    }
    for (let i = 0; i < size; i++) store<f32>(y + offset + <usize>i * channel, 0)
    for (let t = 0; t <= step; t++) {
      const v = cache + <usize>t * pitch + offset, share = load<f32>(scores + (<usize>t << 2)) / total
      for (let i = 0; i < size; i++) {
        const at = <usize>i * channel
        store<f32>(y + offset + at, load<f32>(y + offset + at) + share * load<f32>(v + at))
      }
    }
  }
}
