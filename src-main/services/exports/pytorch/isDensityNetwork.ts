import type { NetworkDocument } from './network'

/** Whether log_prob is a density of dequantised values, so that the likelihood of levels is only bounded. */
export const isDensityNetwork = ({ distribution }: Pick<NetworkDocument, 'distribution'>): boolean => distribution === 'gaussians' || distribution === 'laplace'
