/** An operand of an update op: the trained variable, its gradient, one of its slots, a scalar fed with each step, or a constant. */
export type UpdateOperand = 'variable' | 'gradient' | { slot: string } | { fed: string } | { constant: number }

/** One of TensorFlow's fused ResourceApply… ops with its operands in order: the same description serves graphs and eager calls. */
export interface UpdateRule {
  op: string
  operands: readonly UpdateOperand[]
  /** Boolean attributes besides use_locking. */
  attributes: Readonly<Record<string, boolean>>
  /** Names of what is kept for each variable, float32 of its shape. */
  slots: readonly string[]
  /** Names of the scalars that are fed with each step, in their order. */
  fed: readonly string[]
  /** Decoupled decay before the update, w ← w − d·w: the fed scalar d and the variables it holds for. */
  decay: { fed: string; holdsFor(shape: readonly number[]): boolean } | null
}
