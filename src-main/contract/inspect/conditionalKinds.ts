import { z } from 'zod'
import type { Domain } from '../domain'
import { parametersPerDimension } from './figures'

/** The form of p(x_i | x_<i) where a family leaves the choice. */
export const conditionalKinds = ['softmax', 'gaussians', 'laplace', 'logistics'] as const
export type ConditionalKind = (typeof conditionalKinds)[number]

export const conditionalWords: Record<ConditionalKind, string> = {
  softmax: 'softmax: a probability for each level (a logistic where binary)',
  gaussians: 'gaussians: a mixture of Gaussians, a density of dequantised values, so the likelihood is a bound',
  laplace: 'laplace: a mixture of Laplace densities, likewise a bound',
  logistics: 'logistics: a discretised mixture of logistics, the exact mass of each level',
}

export const componentsField = z
  .number()
  .int()
  .min(1)
  .max(64)
  .default(10)
  .meta({ title: 'Components', description: 'M: components of each mixture.' })

/** P, the numbers that a conditional takes. */
export function conditionalParameters(kind: ConditionalKind, components: number, domain: Pick<Domain, 'levels'>): number {
  return kind === 'softmax' ? parametersPerDimension(domain) : 3 * components
}

/** Whether the likelihood of the levels is only bounded. */
export const isDensity = (kind: ConditionalKind): boolean => kind === 'gaussians' || kind === 'laplace'
