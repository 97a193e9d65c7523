export interface EquationPart {
  text: string
  /** Stands below the line. */
  sub: boolean
}

/** An equation written in plain text, with what follows an underscore as a subscript: x_<i, W_{·,<i}, h_(row above), n_ik. */
export function equationParts(equation: string): EquationPart[] {
  const parts: EquationPart[] = []
  let end = 0
  for (const match of equation.matchAll(/_(?:\{([^}]*)\}|\(([^)]*)\)|(<?[\p{L}\p{N}]+))/gu)) {
    if (match.index > end) parts.push({ text: equation.slice(end, match.index), sub: false })
    parts.push({ text: match[1] ?? match[2] ?? match[3] ?? '', sub: true })
    end = match.index + match[0].length
  }
  if (end < equation.length) parts.push({ text: equation.slice(end), sub: false })
  return parts
}
