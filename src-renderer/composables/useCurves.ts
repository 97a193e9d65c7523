import type { Ref } from 'vue'
import { computed } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { configurationDifferences, nllUnit } from '../../src-main/contract'
import type { ReferenceLine } from '../charts/curveOption'
import type { Curve } from '../charts/curveSeries'
import { bitsPerNat, unitLabel } from '../charts/format'
import type { LikelihoodUnit } from '../charts/format'
import { seriesColor } from '../charts/palette'
import { quantityTrack } from '../charts/series'
import type { MetricHistory } from '../charts/series'
import { useWorkbenchStore } from '../stores/workbench'
import { fill, text } from '../strings'
import type { PublishedLine } from './usePublished'
import { useTheme } from './useTheme'

interface CurvesOptions {
  runs: Readonly<Ref<readonly RunRecord[]>>
  histories: Readonly<Ref<ReadonlyMap<string, MetricHistory>>>
  published: Readonly<Ref<readonly PublishedLine[]>>
}

/** At most so many settings stand beside a run's name. */
const MOST_NAMED = 3
const LONGEST_VALUE = 24

/** The curves and reference lines of the runs shown, in the unit chosen. */
export function useCurves({ runs, histories, published }: CurvesOptions) {
  const workbench = useWorkbenchStore()
  const { charts } = useTheme()
  const settings = computed(() => workbench.curves)
  const main = computed(() => runs.value[0])
  /** Nats per example and nats per sample do not share an axis; bits/dim do. */
  const mixed = computed(() => new Set(runs.value.map((run) => nllUnit(run.dataset.domain))).size > 1)
  const unit = computed<LikelihoodUnit>(() => (mixed.value ? 'bits/dim' : settings.value.unit))
  const unitTitle = computed(() => mixed.value || !main.value ? unit.value : unitLabel(unit.value, nllUnit(main.value.dataset.domain)))

  /** Each run's name with the settings that tell it from the others shown. */
  const titles = computed(() => {
    const differences = configurationDifferences(runs.value).filter(({ field }) => !field.startsWith('budget') && field !== 'family')
    return new Map(
      runs.value.map((run, index) => {
        const settingsOf = differences.flatMap(({ field, values }) => {
          const value = values[index]
          return value === null || value === undefined ? [] : [`${field.split('.').slice(1).join('.') || field} ${shortened(value)}`]
        })
        const named = settingsOf.slice(0, MOST_NAMED).join(', ') + (settingsOf.length > MOST_NAMED ? ', …' : '')
        // Runs of one name and one configuration are told apart by the end of their id.
        const alike = runs.value.some((other) => other.id !== run.id && other.name === run.name) && named === ''
        return [run.id, named === '' ? (alike ? `${run.name} (${run.id.slice(-4)})` : run.name) : `${run.name} · ${named}`]
      }),
    )
  })
  const titleOf = (run: RunRecord): string => (runs.value.length > 1 ? (titles.value.get(run.id) ?? run.name) : run.name)

  const curves = computed<Curve[]>(() =>
    runs.value.flatMap((run, index) => {
      const history = histories.value.get(run.id)
      return history ? curvesOf(run, history, seriesColor(charts.value, index)).filter(({ track }) => track.length > 0) : []
    }),
  )

  function curvesOf(run: RunRecord, history: MetricHistory, color: string): Curve[] {
    const several = runs.value.length > 1
    const { axis } = settings.value
    const named = (kind: string): string => (several ? fill(text.train.onCurve, { name: titleOf(run), kind }) : kind)
    const { raw, ema } = history.valid
    const both = raw.length > 0 && ema.length > 0
    const group = several ? titleOf(run) : undefined
    return [
      {
        name: named(text.train.trainCurve),
        group,
        faint: several,
        color: several ? color : charts.value.train,
        kind: 'train',
        track: quantityTrack(history.train, axis, unit.value),
      },
      {
        name: named(both && !several ? text.train.validAveraged : text.train.validCurve),
        color: several ? color : charts.value.valid,
        kind: 'valid',
        group,
        track: quantityTrack(ema.length > 0 ? ema : raw, axis, unit.value),
      },
      // Two kinds of weights for each of several runs would be more lines than can be told apart.
      ...(both && !several
        ? [
            {
              name: text.train.validRaw,
              color: charts.value.valid,
              kind: 'valid' as const,
              minor: true,
              track: quantityTrack(raw, axis, unit.value),
            },
          ]
        : []),
    ]
  }

  const references = computed<ReferenceLine[]>(() => {
    const run = main.value
    if (!run) return []
    const kind = nllUnit(run.dataset.domain)
    const convert = (nats: number): number => (unit.value === 'nats' ? nats : nats * bitsPerNat(run.dataset.domain, kind, run.best ?? run.lastTrain))
    const { best } = run
    const baselines = [
      { name: text.train.independentLine, value: convert(run.baselines.independentNats), hold: true },
      { name: text.train.uniformLine, value: convert(run.baselines.uniformNats), hold: false },
      ...(best && runs.value.length === 1 ? [{ name: text.train.bestLine, value: convert(best.nats), hold: false }] : []),
    ]
    return [
      ...(settings.value.references ? baselines : []),
      ...(settings.value.published ? published.value.map(({ name, nats }) => ({ name, value: convert(nats), hold: false })) : []),
    ]
  })

  return { settings, main, mixed, unit, unitTitle, titleOf, curves, references }
}

const shortened = (value: string): string => (value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value)
