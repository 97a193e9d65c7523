import type { ArConfig } from '../../contract/inspect/ar'
import { LEAST_LOG_SCALE } from '../distributions/locationScale'
import type { Fitter } from './model'

/** A lag whose variance, given the shorter ones, is less than this share of its own tells nothing new; its weight is 0. */
const COLLINEAR = 1e-13

/**
 * Least squares of z_t on 1, z_{t−1}, …, z_{t−p}, with z = 0 before each sequence's start, so that every value counts. The products of two lags
 * follow from those with the value itself, Σ z_{t−i−1} z_{t−j−1} = Σ z_{t−i} z_{t−j} − z_{T−1−i} z_{T−1−j}, so a pass costs O(Np) and not O(Np²).
 * The Cholesky factor of the normal equations, taken lag by lag in double precision, gives the residual of every order up to p on the way,
 * and so AIC(p) = 2(p + 2) + N (ln(2π RSS_p/N) + 1). `values`: z of each level. `ordering` null: as the values come.
 */
export function arFitter(config: Pick<ArConfig, 'order' | 'choose'>, values: Float64Array, ordering: Int32Array | null): Fitter {
  const { order } = config
  const products = new Float64Array(order + 1)
  // Sums over the sequences' last values, by which longer lags differ.
  const ends = new Float64Array(order * order)
  const lagSums = new Float64Array(order + 1)
  let count = 0
  const chosen: Record<string, number> = {}

  const addSequence = (z: Float64Array): void => {
    const length = z.length
    count += length
    let sum = 0
    for (const value of z) sum += value
    for (let lag = 0; lag <= order && lag < length; lag++) {
      let product = 0
      for (let at = lag; at < length; at++) product += z[at]! * z[at - lag]!
      products[lag] = products[lag]! + product
      lagSums[lag] = lagSums[lag]! + sum
      sum -= z[length - 1 - lag]!
    }
    const last = Math.min(order, length)
    for (let i = 0; i < last; i++)
      for (let j = i; j < last; j++) ends[i * order + j] = ends[i * order + j]! + z[length - 1 - i]! * z[length - 1 - j]!
  }

  return {
    chosen,
    add(levels, rows) {
      const length = levels.length / rows
      const z = new Float64Array(length)
      for (let row = 0; row < rows; row++) {
        for (let step = 0; step < length; step++) z[step] = values[levels[row * length + (ordering ? ordering[step]! : step)]!]!
        addSequence(z)
      }
    },
    async finish(breathe) {
      if (count === 0) throw new Error('There are no training values to regress.')
      const fit = nestedLeastSquares(normalEquations({ order, count, products, ends, lagSums }))
      await breathe()
      const criterion = fit.residuals.map((residual, p) => 2 * (p + 2) + count * (Math.log((2 * Math.PI * residual) / count) + 1))
      let best = order
      if (config.choose === 'aic') best = criterion.reduce((least, value, p) => (value < criterion[least]! ? p : least), 0)
      chosen.order = best
      chosen.values = count
      criterion.forEach((value, p) => {
        chosen[`aic.${p}`] = value
      })
      const [bias = 0, ...weights] = fit.coefficients(best)
      const weight = new Float32Array(order)
      weight.set(weights)
      const logScale = Math.max(LEAST_LOG_SCALE, 0.5 * Math.log(fit.residuals[best]! / count))
      return { weight, bias: Float32Array.of(bias), logScale: Float32Array.of(logScale) }
    },
  }
}

interface Moments {
  order: number
  count: number
  products: Float64Array
  ends: Float64Array
  lagSums: Float64Array
}

interface NormalEquations {
  /** XᵀX of the columns 1, lag 1, …, lag p, [(p + 1)²]. */
  matrix: Float64Array
  /** Xᵀz */
  right: Float64Array
  /** zᵀz */
  square: number
  size: number
}

function normalEquations({ order, count, products, ends, lagSums }: Moments): NormalEquations {
  const size = order + 1
  // lags[i][j] = Σ_t z_{t−i} z_{t−j}
  const lags = new Float64Array(size * size)
  for (let j = 0; j <= order; j++) lags[j] = products[j]!
  for (let i = 0; i < order; i++) for (let j = i; j < order; j++) lags[(i + 1) * size + j + 1] = lags[i * size + j]! - ends[i * order + j]!
  const matrix = new Float64Array(size * size)
  const right = new Float64Array(size)
  matrix[0] = count
  right[0] = lagSums[0]!
  for (let i = 1; i <= order; i++) {
    matrix[i * size] = matrix[i] = lagSums[i]!
    right[i] = lags[i]!
    for (let j = i; j <= order; j++) matrix[i * size + j] = matrix[j * size + i] = lags[i * size + j]!
  }
  return { matrix, right, square: products[0]!, size }
}

interface NestedFit {
  /** Residual sum of squares with the first 0, 1, …, p lags. */
  residuals: number[]
  /** b and w_1 … w_p of an order. */
  coefficients(order: number): number[]
}

/** All nested regressions from one factor L of XᵀX = L Lᵀ: with L u = Xᵀz each column takes u² off the residual. */
function nestedLeastSquares({ matrix, right, square, size }: NormalEquations): NestedFit {
  const factor = new Float64Array(size * size)
  const solved = new Float64Array(size)
  const residuals: number[] = []
  let residual = square
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column]!
      for (let k = 0; k < column; k++) rest -= factor[row * size + k]! * factor[column * size + k]!
      const pivot = factor[column * size + column]!
      if (column < row) factor[row * size + column] = pivot === 0 ? 0 : rest / pivot
      else factor[row * size + row] = rest > COLLINEAR * matrix[row * size + row]! ? Math.sqrt(rest) : 0
    }
    let rest = right[row]!
    for (let k = 0; k < row; k++) rest -= factor[row * size + k]! * solved[k]!
    const pivot = factor[row * size + row]!
    solved[row] = pivot === 0 ? 0 : rest / pivot
    // No smaller than rounding leaves it.
    residual = Math.max(residual - solved[row]! ** 2, 1e-15 * square + Number.MIN_VALUE)
    residuals.push(residual)
  }
  return {
    residuals,
    coefficients(order) {
      const values = Array.from({ length: order + 1 }, () => 0)
      for (let row = order; row >= 0; row--) {
        const pivot = factor[row * size + row]!
        if (pivot === 0) continue
        let rest = solved[row]!
        for (let later = row + 1; later <= order; later++) rest -= factor[later * size + row]! * values[later]!
        values[row] = rest / pivot
      }
      return values
    },
  }
}
