export interface ClassLikelihood {
  label: number
  examples: number
  /** Mean −log p of the class's examples in nats, and its standard error over them. */
  nats: number
  standardError: number
}

/** Mean NLL of each class that occurs, by class: m = Σ l_i / n, standard error √(Σ (l_i − m)² / (n − 1) / n). */
export function likelihoodByClass(nats: ArrayLike<number>, labels: ArrayLike<number>): ClassLikelihood[] {
  const groups = new Map<number, number[]>()
  for (let index = 0; index < nats.length; index++) {
    const group = groups.get(labels[index]!)
    if (group) group.push(nats[index]!)
    else groups.set(labels[index]!, [nats[index]!])
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([label, values]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
      return { label, examples: values.length, nats: mean, standardError: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length) }
    })
}
