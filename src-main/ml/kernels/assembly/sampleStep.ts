import { address, lanes, number, step, streams, values, word } from './context'
import { drawBernoulli, drawCategorical, drawn, factor, linear, mean, softmaxMasses } from './draw'
import { drawLogistics } from './mixture'
import { uniformAt } from './random'

/** A product of factors is turned into its logarithm before it could overflow. */
const LARGE: f64 = 1e250

/** Draws the value of this step for each stream of a group, and writes value, mean and log-probability. */
export function draw(job: usize, block: usize, record: usize, first: i32): void {
  const kind = word(record, 2), logits = address(record, 3), levels = word(record, 4)
  const steps = word(job, 5), ordering = address(job, 8), means = address(job, 11), given = address(job, 13), temperature = number(job, 16)
  const dimension = ordering ? load<i32>(ordering + (<usize>step << 2)) : step
  const countGiven = word(job, 17) != 0, wide = word(job, 20) == 2
  const scratch = address(block, 8), masses = scratch + 64, size = (<usize>(levels * lanes) << 2) + 64
  let tempered = masses
  if (kind == 1) {
    softmaxMasses(logits, levels, 1, masses, scratch)
    if (temperature != 1 && temperature != 0) {
      tempered = masses + size
      softmaxMasses(logits, levels, temperature, tempered, scratch)
    }
  }
  const last = step == steps - 1
  for (let lane = 0; lane < streams; lane++) {
    const sample = first + lane, at = <usize>(sample * steps + dimension), key = address(job, 9) + (<usize>sample << 3)
    const forced = given ? load<i32>(given + (at << 2)) : -1
    const u = forced >= 0 || temperature == 0 ? 0 : uniformAt(load<u32>(key), load<u32>(key, 4), step)
    if (kind == 0) drawBernoulli(logits + (<usize>lane << 2), u, temperature, forced)
    else if (kind == 3) drawLogistics(logits + (<usize>lane << 2), word(record, 7), levels, number(record, 8), number(record, 9), u, temperature, forced)
    else drawCategorical(lane, logits, levels, masses, tempered, scratch, masses + 2 * size, u, temperature == 0, forced, means != 0)
    store<f32>(values + (<usize>lane << 2), <f32>drawn)
    if (wide) store<u16>(address(job, 10) + (at << 1), <u16>drawn)
    else store<u8>(address(job, 10) + at, <u8>drawn)
    if (means) store<u8>(means + at, <u8><u32>((255 * mean) / <f64>(levels - 1) + 0.5))
    const sum = address(job, 12) + (<usize>sample << 4)
    let product = load<f64>(sum, 8)
    if (forced < 0 || countGiven) {
      store<f64>(sum, load<f64>(sum) + linear)
      product *= factor
    }
    if (last || !(product < LARGE)) {
      store<f64>(sum, load<f64>(sum) - Math.log(product))
      product = 1
    }
    store<f64>(sum, product, 8)
  }
}
