/**
 * Type attributes that an op of a graph must state and that eager execution infers from its inputs:
 * attribute -> index of the input whose type it is. Every op that a program may hold is listed;
 * one that is not fails at trace time with its name, never silently.
 */
const T0 = { T: 0 } as const

export const opTypeAttributes: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Abs: T0, Add: T0, AddN: T0, AddV2: T0, All: { Tidx: 1 }, Any: { Tidx: 1 }, ArgMax: { T: 0, Tidx: 1 }, ArgMin: { T: 0, Tidx: 1 },
  AvgPool: T0, AvgPoolGrad: { T: 1 }, BatchMatMulV2: T0, BatchToSpaceND: { T: 0, Tblock_shape: 1, Tcrops: 2 }, BiasAdd: T0,
  BiasAddGrad: T0, BroadcastTo: { T: 0, Tidx: 1 }, Cast: { SrcT: 0 }, Ceil: T0, ConcatV2: { T: 0, Tidx: -1 }, Conv2D: T0,
  Conv2DBackpropFilter: T0, Conv2DBackpropInput: { T: 1 }, Cos: T0, Cosh: T0, Cumprod: { T: 0, Tidx: 1 }, Cumsum: { T: 0, Tidx: 1 },
  DepthToSpace: T0, DepthwiseConv2dNative: T0, DepthwiseConv2dNativeBackpropFilter: T0, DepthwiseConv2dNativeBackpropInput: { T: 1 },
  DivNoNan: T0, Einsum: T0, Elu: T0, EluGrad: T0, Equal: T0, Erf: T0, Exp: T0, ExpandDims: { T: 0, Tdim: 1 }, Expm1: T0,
  Fill: { T: 1, index_type: 0 }, Floor: T0, FloorDiv: T0, FloorMod: T0, GatherNd: { Tparams: 0, Tindices: 1 },
  GatherV2: { Tparams: 0, Tindices: 1, Taxis: 2 }, Greater: T0, GreaterEqual: T0, Identity: T0, IsFinite: T0, IsInf: T0, IsNan: T0,
  L2Loss: T0, LeakyRelu: T0, Less: T0, LessEqual: T0, LinSpace: { T: 0, Tidx: 2 }, Log: T0, Log1p: T0, LogSoftmax: T0, LogicalAnd: {},
  LogicalNot: {}, LogicalOr: {}, MatMul: T0, Max: { T: 0, Tidx: 1 }, MaxPool: T0, MaxPoolGrad: T0, Maximum: T0, Mean: { T: 0, Tidx: 1 },
  Min: { T: 0, Tidx: 1 }, Minimum: T0, MirrorPad: { T: 0, Tpaddings: 1 }, Mul: T0, Neg: T0, NotEqual: T0, OneHot: { T: 2, TI: 0 },
  OnesLike: T0, Pack: T0, Pad: { T: 0, Tpaddings: 1 }, PadV2: { T: 0, Tpaddings: 1 }, Pow: T0, Prod: { T: 0, Tidx: 1 },
  Range: { Tidx: 0 }, RealDiv: T0, Reciprocal: T0, Relu: T0, Relu6: T0, Relu6Grad: T0, ReluGrad: T0, Reshape: { T: 0, Tshape: 1 },
  ReverseV2: { T: 0, Tidx: 1 }, Round: T0, Rsqrt: T0, ScatterNd: { T: 1, Tindices: 0 }, Select: { T: 1 }, SelectV2: { T: 1 }, Selu: T0,
  SeluGrad: T0, Sigmoid: T0, SigmoidGrad: T0, Sign: T0, Sin: T0, Sinh: T0, Slice: { T: 0, Index: 1 }, Snapshot: T0, Softmax: T0,
  SoftmaxCrossEntropyWithLogits: T0, Softplus: T0, SoftplusGrad: T0, SpaceToBatchND: { T: 0, Tblock_shape: 1, Tpaddings: 2 },
  SparseSoftmaxCrossEntropyWithLogits: { T: 0, Tlabels: 1 }, Split: { T: 1 }, SplitV: { T: 0, Tlen: 1 }, Sqrt: T0, Square: T0,
  SquaredDifference: T0, Squeeze: T0, StatelessRandomUniform: { T: 0, Tseed: 1 }, StridedSlice: { T: 0, Index: 1 }, Sub: T0,
  Sum: { T: 0, Tidx: 1 }, Tanh: T0, TanhGrad: T0, TensorScatterUpdate: { T: 0, Tindices: 1 }, Tile: { T: 0, Tmultiples: 1 }, TopKV2: T0,
  Transpose: { T: 0, Tperm: 1 }, Unpack: T0, UnsortedSegmentSum: { T: 0, Tindices: 1, Tnumsegments: 2 }, ZerosLike: T0,
  BlockLSTMV2: { T: 1 }, BlockLSTMGradV2: { T: 1 }, LSTMBlockCellGrad: T0, GRUBlockCell: T0, GRUBlockCellGrad: T0,
}

/** Ops whose last inputs are a list, with the attribute that counts it. */
export const opListCounts: Readonly<Record<string, { attribute: string; skippedInputs: number }>> = {
  ConcatV2: { attribute: 'N', skippedInputs: 1 },
  Pack: { attribute: 'N', skippedInputs: 0 },
  AddN: { attribute: 'N', skippedInputs: 0 },
  Einsum: { attribute: 'N', skippedInputs: 0 },
}
