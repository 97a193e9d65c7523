/** A vector of `size` channels that lives as long as a sample, zero at its start. `part` gives views of one. */
export interface Vector {
  readonly offset: number
  readonly size: number
}

/** Columns of earlier rows of an image: a ring of `rows` rows, each with zeros left and right of the image. */
export interface PixelMap {
  readonly offset: number
  readonly channels: number
  readonly rows: number
  readonly left: number
  readonly right: number
  readonly width: number
}

/** Where in a map, relative to the pixel at hand. */
export interface MapPlace {
  map: PixelMap
  /** Rows below: −1 is the row above. */
  row: number
  column: number
  /** First channel of the map that is meant; 0 when absent. */
  channel?: number
}

export type Activation = 'identity' | 'relu' | 'tanh' | 'sigmoid' | 'softplus' | 'exp' | 'elu' | 'gelu' | 'swish' | 'negate'
/** sum a + b, product a·b, gate tanh(a)·σ(b), sigmoid-gate a·σ(b), difference a − b. */
export type Combination = 'sum' | 'product' | 'gate' | 'sigmoid-gate' | 'difference'
/** What a table is read at. `value` is the level drawn last (none before the first), `condition` the class. */
export type TableIndex = 'value' | 'condition' | StepIndex
/** Indices that are the same for every sample. */
export type StepIndex = 'step' | 'position' | 'row' | 'column' | 'phase'
export type LstmGate = 'input' | 'forget' | 'candidate' | 'output'

interface DenseTerms {
  to: Vector
  /** [inputs, outputs], row-major. */
  weight: Float32Array
  bias: Float32Array | null
  /** Added before the product: `to` itself to accumulate. */
  plus: Vector | null
  activation: Activation
}

/** Rows of a layer that become known at one step. */
export interface ScheduledRows {
  /** First channel of `to` that is written. */
  at: number
  /** [rows, inputs]: only the first `inputs` channels of `from` are read. */
  weight: Float32Array
  inputs: number
  bias: Float32Array
}

/** One primitive of the kernels; what each computes is said in PlanWriter. */
export type Operation =
  | ({ kind: 'dense'; from: Vector } & DenseTerms)
  | ({ kind: 'dense-of-map'; from: MapPlace; inputs: number } & DenseTerms)
  | { kind: 'scheduled-rows'; from: Vector; to: Vector; steps: readonly ScheduledRows[]; add: boolean; activation: Activation }
  | { kind: 'activate'; activation: Activation; from: Vector; to: Vector }
  | { kind: 'combine'; combination: Combination; a: Vector; b: Vector; to: Vector }
  | { kind: 'affine'; from: Vector; to: Vector; scale: number; shift: number }
  | { kind: 'clear'; to: Vector }
  | { kind: 'table'; table: Float32Array; to: Vector; index: TableIndex; add: boolean }
  | { kind: 'value'; to: Vector; stride: number; scale: number; shift: number; levels: number }
  | { kind: 'slice'; from: Vector; stride: number; to: Vector; index: StepIndex; source: 'vector' | 'condition' }
  | { kind: 'write-slice'; from: Vector; to: Vector; stride: number; index: StepIndex }
  | { kind: 'queue'; ring: Vector; cursor: Vector; from: Vector; to: Vector; taps: number; dilation: number }
  | { kind: 'map-store'; from: Vector; place: MapPlace }
  | { kind: 'map-load'; place: MapPlace; to: Vector }
  | { kind: 'accumulate'; to: Vector; table: Float32Array; levels: number; scale: number; shift: number; triangular: boolean }
  | { kind: 'nade'; logits: Vector; state: Vector; hidden: number; steps: number; W: Float32Array; V: Float32Array; b: Float32Array; c: Float32Array }
  | { kind: 'lstm'; gates: Vector; order: readonly LstmGate[]; before: Vector; cell: Vector; hidden: Vector }
  | { kind: 'mix-state'; update: Vector; candidate: Vector; hidden: Vector }
  | { kind: 'normalise'; from: Vector; to: Vector; scale: Float32Array; shift: Float32Array; epsilon: number }
  | { kind: 'attend'; query: Vector; keys: Vector; values: Vector; to: Vector; heads: number; scale: number; scores: Vector }
  | { kind: 'each-column'; body: readonly Operation[]; columns: number | null; reverse: boolean }
  | ({ kind: 'at-pixels'; body: readonly Operation[] } & PixelChoice)

/** Pixels whose row and column have the given low bits, and the place of those in a coarser map: (row, column) >> shift. */
export interface PixelChoice {
  rowMask: number
  rowIs: number
  columnMask: number
  columnIs: number
  /** Negative: a finer map, << −shift. */
  shift: number
}

/** How a step's value is drawn from its parameters. outside: by the model's distribution, in JavaScript. */
export type Head =
  | { kind: 'bernoulli'; logits: Vector }
  | { kind: 'categorical'; logits: Vector; levels: number }
  /** logits, means and log scales of a third of the vector's size in components each; log scales are kept between two ends. */
  | { kind: 'logistics'; logits: Vector; levels: number; logScales: readonly [least: number, most: number] }
  | { kind: 'outside'; logits: Vector }

/** One step: operations that lead to the logits, the draw, and those that take the drawn value in. */
export interface PlanPhase {
  before: readonly Operation[]
  head: Head
  after: readonly Operation[]
}

/**
 * What makes a step's parameters of the head's numbers where these stand for all phases of a position together, given the values that were drawn in
 * its earlier phases (the colours of a pixel).
 */
export interface Coupling {
  /** P, parameters of one step. */
  parameters: number
  /** Reads `numbers` from `offset` and the first `phase` of `earlier`; writes P parameters at `target`. */
  write(numbers: Float32Array, offset: number, earlier: Float32Array, phase: number, out: Float32Array, target: number): void
}

/** The incremental sampler of a model with its weights, as data. Step s runs phase s mod phases.length at position ⌊s / phases.length⌋. */
export interface SamplingPlan {
  phases: readonly PlanPhase[]
  /** Run once for each sample, before its first step. */
  start: readonly Operation[]
  /** Positions in a row; position = row · width + column. */
  width: number
  /** Steps it can run; Infinity where nothing is kept for each step. */
  steps: number
  /** Numbers that a sample is conditioned on. */
  conditionSize: number
  /** Channels of all vectors together. */
  channels: number
  /** Of heads that are drawn outside. */
  coupling?: Coupling
}
