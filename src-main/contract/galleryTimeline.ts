import { conditioningOf, toldFeatures } from './conditioning'
import type { GalleryFrame, TimelineAxis } from './records/gallery'
import type { RunRecord } from './records/run'

/** What a run shows at one moment of a timeline. */
export interface TimelinePlace {
  /** Index of the run's frame; null where there is none. */
  frame: number | null
  /** at: the moment is the frame's own; held: its last frame so far; ended: that of its end; before: nothing was drawn yet; unreached: never so good. */
  state: 'at' | 'held' | 'ended' | 'before' | 'unreached'
}

/** One position of the scrubber that moves all runs. */
export interface TimelineMoment {
  /** A step, seconds, or nats. */
  value: number
  /** One for each run. */
  places: TimelinePlace[]
}

/**
 * Every moment at which any of some galleries changes, in the order of training. By step or by seconds each run shows the last samples drawn by
 * then. By NLL, v falls from the worst to the best that any run reached, and each run shows the first samples drawn when its own best was v or less.
 */
export function timelineMoments(runs: readonly (readonly GalleryFrame[])[], axis: TimelineAxis): TimelineMoment[] {
  const marks = runs.map((frames) => marksOf(frames, axis))
  const values = [...new Set(marks.flatMap((own) => own.map(({ value }) => value)))].sort((a, b) => (axis === 'nll' ? b - a : a - b))
  return values.map((value) => ({ value, places: marks.map((own) => (axis === 'nll' ? firstReaching(own, value) : lastBefore(own, value))) }))
}

/** Of a timeline the moment at or before a value of its axis; the last when none is asked for. */
export function momentAt(moments: readonly TimelineMoment[], axis: TimelineAxis, value: number | undefined): number {
  if (value === undefined) return moments.length - 1
  const last = moments.findLastIndex((moment) => (axis === 'nll' ? moment.value >= value : moment.value <= value))
  return Math.max(0, last)
}

interface Mark {
  value: number
  frame: number
}

function marksOf(frames: readonly GalleryFrame[], axis: TimelineAxis): Mark[] {
  let best = Infinity
  return frames.flatMap(({ step, seconds, valid }, frame): Mark[] => {
    if (axis === 'step') return [{ value: step, frame }]
    if (axis === 'seconds') return seconds === null ? [] : [{ value: seconds, frame }]
    if (!valid || !(valid.nats < best)) return []
    best = valid.nats
    return [{ value: best, frame }]
  })
}

function lastBefore(marks: readonly Mark[], value: number): TimelinePlace {
  const at = marks.findLastIndex((mark) => mark.value <= value)
  const mark = marks[at]
  if (!mark) return { frame: null, state: 'before' }
  return { frame: mark.frame, state: mark.value === value ? 'at' : at === marks.length - 1 ? 'ended' : 'held' }
}

function firstReaching(marks: readonly Mark[], value: number): TimelinePlace {
  const mark = marks.find((one) => one.value <= value)
  return mark ? { frame: mark.frame, state: mark.value === value ? 'at' : 'held' } : { frame: null, state: 'unreached' }
}

type Beside = Pick<RunRecord, 'name' | 'dataset' | 'model' | 'training'>

/** Why the NLLs of some runs must not lay their galleries beside each other; null when they may. */
export function whyNotByNll(runs: readonly Beside[]): string | null {
  const [first, ...rest] = runs
  if (!first) return null
  for (const run of rest) {
    if (run.dataset.id !== first.dataset.id)
      return `${run.name} was trained on ${run.dataset.name}, ${first.name} on ${first.dataset.name}: their NLLs are of different examples and cannot be compared.`
    const [one, other] = [first, run].map(({ model, dataset }) => conditioningOf(model, dataset.domain) !== null)
    const [told, otherwise] = [first, run].map(toldFeatures)
    if (one && other && told !== otherwise) return `The NLLs of ${first.name} and ${run.name} are of p(x | condition) under other conditions: they cannot be compared.`
    if (one !== other) return `The NLL of ${one ? first.name : run.name} is of p(x | condition), that of ${one ? run.name : first.name} of p(x): they cannot be compared.`
  }
  return null
}

/** What is not the same in the galleries of some runs although they stand beside each other: the data, or the random numbers. Empty for comparable ones. */
export function differencesBeside(runs: readonly Beside[]): ('data' | 'shape' | 'seed')[] {
  const differ = (of: (run: Beside) => unknown): boolean => new Set(runs.map((run) => JSON.stringify(of(run)))).size > 1
  const data = differ(({ dataset }) => dataset.id)
  const shape = differ(({ dataset: { domain } }) => [domain.kind, domain.shape])
  return [...(data ? (['data'] as const) : []), ...(shape ? (['shape'] as const) : []), ...(differ(({ training }) => training.seed) ? (['seed'] as const) : [])]
}
