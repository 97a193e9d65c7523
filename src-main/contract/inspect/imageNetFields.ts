import { z } from 'zod'

/** Fields that the families over maps of features share. */
export const headChannelsField = z
  .number()
  .int()
  .min(1)
  .max(4096)
  .default(64)
  .meta({ title: 'Output channels', description: 'Channels of the 1 × 1 convolution before the output.' })

/** Odd kernel size of the layer that reads the image itself. */
export const firstKernelField = (description: string) =>
  z
    .union([z.literal(3), z.literal(5), z.literal(7), z.literal(9), z.literal(11)])
    .default(7)
    .meta({ title: 'First kernel', description })
