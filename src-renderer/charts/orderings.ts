/** How far the NLLs of single orderings lie apart: their least and largest, and the standard error of their mean over orderings; same unit as given. */
export function spreadOf(each: readonly number[]): { least: number; most: number; standardError: number } {
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length
  const squares = each.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    least: Math.min(...each),
    most: Math.max(...each),
    standardError: each.length > 1 ? Math.sqrt(squares / (each.length - 1) / each.length) : 0,
  }
}
