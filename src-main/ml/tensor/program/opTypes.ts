/**
 * Type attributes that an op of a graph must state and that eager execution infers from its inputs:
 * attribute -> index of the input whose type it is. Every op that a program may hold is listed;
 * one that is not fails at trace time with its name, never silently.
 */
const T0 = { T: 0 } as const

export const opTypeAttributes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Abs: T0, Add: T0, AddV2: T0, AddN: T0, BiasAdd: T0, BiasAddGrad: T0, BroadcastTo: { T: 0, Tidx: 1 },
  BroadcastGradientArgs: T0, Cast: { SrcT: 0 }, ClipByValue: T0, ConcatV2: { T: 0, Tidx: -1 }, Conv2D: T0,
  Conv2DBackpropFilter: T0, Conv2DBackpropInput: { T: 1 }, Cumsum: { T: 0, Tidx: 1 }, Div: T0, DivNoNan: T0, Elu: T0, EluGrad: T0,
  Equal: T0, Erf: T0, Exp: T0, ExpandDims: { T: 0, Tdim: 1 }, Expm1: T0, Fill: { T: 1, index_type: 0 }, FloorDiv: T0,
  FloorMod: T0, GatherV2: { Tparams: 0, Tindices: 1, Taxis: 2 }, Greater: T0, GreaterEqual: T0, Identity: T0, L2Loss: T0,
  IsNan: T0, LeakyRelu: T0, Less: T0, LessEqual: T0, Log: T0, Log1p: T0, LogSoftmax: T0, LogicalAnd: {}, LogicalNot: {},
  LogicalOr: {}, MatMul: T0, BatchMatMulV2: T0, Max: { T: 0, Tidx: 1 }, Maximum: T0, Mean: { T: 0, Tidx: 1 },
  Min: { T: 0, Tidx: 1 }, Minimum: T0, Mul: T0, Neg: T0, NotEqual: T0, OneHot: { T: 2, TI: 0 }, Pack: T0,
  Range: { Tidx: 0 }, PadV2: { T: 0, Tpaddings: 1 }, Pad: { T: 0, Tpaddings: 1 }, Pow: T0, Prod: { T: 0, Tidx: 1 }, RealDiv: T0,
  Reciprocal: T0, Relu: T0, ReluGrad: T0, Relu6: T0, Relu6Grad: T0, Reshape: { T: 0, Tshape: 1 },
  ReverseV2: { T: 0, Tidx: 1 }, Rsqrt: T0, Select: { T: 1 }, SelectV2: { T: 1 }, Sigmoid: T0, SigmoidGrad: T0, Sign: T0,
  Slice: { T: 0, Index: 1 }, Softmax: T0, SoftmaxCrossEntropyWithLogits: T0, Softplus: T0, SoftplusGrad: T0,
  SparseSoftmaxCrossEntropyWithLogits: { T: 0, Tlabels: 1 }, Split: { T: 1 }, SplitV: { T: 0, Tlen: 1 }, Sqrt: T0,
  Square: T0, SquaredDifference: T0, Squeeze: T0, StridedSlice: { T: 0, Index: 1 }, Sub: T0, Sum: { T: 0, Tidx: 1 },
  Tanh: T0, TanhGrad: T0, Tile: { T: 0, Tmultiples: 1 }, Transpose: { T: 0, Tperm: 1 }, Unpack: T0,
  UnsortedSegmentSum: { T: 0, Tindices: 1, Tnumsegments: 2 }, ZerosLike: T0, OnesLike: T0,
  BlockLSTMV2: { T: 1 }, BlockLSTMGradV2: { T: 1 },
  StatelessRandomUniform: { T: 0, Tseed: 1 }, StatelessRandomUniformV2: { Tshape: 0 }, StatelessRandomNormalV2: { Tshape: 0 },
}

/** Ops whose last inputs are a list, with the attribute that counts it. */
export const opListCounts: Readonly<Record<string, { attribute: string; skippedInputs: number }>> = {
  ConcatV2: { attribute: 'N', skippedInputs: 1 },
  Pack: { attribute: 'N', skippedInputs: 0 },
  AddN: { attribute: 'N', skippedInputs: 0 },
}
