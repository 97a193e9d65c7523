import type { Domain } from '../domain'

/** Channels for images of a domain: of RGB a multiple of three, so that the colours share them evenly. */
export function colourChannels(domain: Pick<Domain, 'shape'>, channels: number): number {
  return domain.shape.at(-1) === 3 ? Math.ceil(channels / 3) * 3 : channels
}
