import type { Distribution } from './distribution'
import { laplaceKernel } from './locationScale'
import { mixtureOfDensities } from './mixtureOfDensities'

/** Σ_m π_m exp(−|z − μ_m| / s_m) / 2s_m of dequantised values (RNADE's sharper conditionals). 3M parameters: logits, locations, log scales. */
export const mixtureOfLaplace = (levels: number, components: number): Distribution => mixtureOfDensities(laplaceKernel, levels, components)
