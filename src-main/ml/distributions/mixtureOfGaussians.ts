import type { Distribution } from './distribution'
import { gaussianKernel } from './locationScale'
import { mixtureOfDensities } from './mixtureOfDensities'

/** Σ_m π_m N(z; μ_m, σ_m²) of dequantised values (Bishop 1994; RNADE's conditionals). 3M parameters: logits, means, log σ. */
export const mixtureOfGaussians = (levels: number, components: number): Distribution =>
  mixtureOfDensities(gaussianKernel, levels, components)
