// Where the sampler stands. Globals belong to an instance, and each thread has its own.

/** Streams computed side by side: 1, or 8 (the stream in the SIMD lane). Every vector of n channels is [n][lanes]. */
export let lanes: i32 = 1
/** Streams of this group that are real; the others of eight are computed and thrown away. */
export let streams: i32 = 1
export let step: i32 = 0
export let phase: i32 = 0
export let position: i32 = 0
export let row: i32 = 0
export let column: i32 = 0
/** float32[lanes]: the value drawn last, −1 before the first. */
export let values: usize = 0
/** float32[size][lanes]: what the samples are conditioned on. */
export let conditions: usize = 0

export function setLanes(to: i32): void { lanes = to }
export function setStreams(to: i32): void { streams = to }
export function setBuffers(valuesAt: usize, conditionsAt: usize): void { values = valuesAt; conditions = conditionsAt }
export function setColumn(to: i32): void {
  position += to - column
  column = to
}
/** Another place for a while, such as that of a coarser map. */
export function setPlace(atRow: i32, atColumn: i32, atPosition: i32): void {
  row = atRow
  column = atColumn
  position = atPosition
}
export function setStep(to: i32, phases: i32, width: i32): void {
  step = to
  position = to / phases
  phase = to - position * phases
  row = position / width
  column = position - row * width
}

/** Word `index` of an operation's record. */
@inline export function word(record: usize, index: i32): i32 { return load<i32>(record + (<usize>index << 2)) }
@inline export function address(record: usize, index: i32): usize { return <usize>load<u32>(record + (<usize>index << 2)) }
@inline export function number(record: usize, index: i32): f32 { return load<f32>(record + (<usize>index << 2)) }
/** Bytes of n channels. */
@inline export function bytesOf(channels: i32): usize { return <usize>(channels * lanes) << 2 }
