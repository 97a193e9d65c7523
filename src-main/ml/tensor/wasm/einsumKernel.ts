import type { tf as Tf } from '../tf.js'
import { tf } from '../tf.js'
import { composedKernel } from './composedKernel.js'

/** Einstein summation by broadcast products and sums, one summed dimension after another. */
export const einsum = composedKernel('Einsum', (inputs: Tf.Tensor[], { equation }: { equation: string }) => {
  const tensors = Object.values(inputs)
  const { decodeEinsumEquation, checkEinsumDimSizes, getEinsumComputePath, getEinsumPermutation } = tf.backend_util
  const { allDims, summedDims, idDims } = decodeEinsumEquation(equation, tensors.length)
  checkEinsumDimSizes(allDims.length, idDims, tensors)
  const { path, steps } = getEinsumComputePath(summedDims, idDims)
  let remaining = allDims.length
  let product: Tf.Tensor | null = null
  steps.forEach((terms, step) => {
    for (const term of terms) {
      const { permutationIndices, expandDims } = getEinsumPermutation(remaining, idDims[term]!)
      const ordered: Tf.Tensor = tf.transpose(tensors[term]!, permutationIndices)
      const shape = ordered.shape.slice()
      for (const axis of expandDims) shape.splice(axis, 0, 1)
      const spread = tf.reshape(ordered, shape)
      product = product === null ? spread : tf.mul(spread, product)
    }
    if (step === steps.length - 1) return
    const summed = path[step]!
    if (summed >= 0) product = tf.sum(product!, summed - (allDims.length - remaining))
    remaining -= 1
  })
  return tf.clone(product!)
})
