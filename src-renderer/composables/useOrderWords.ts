import { computed } from 'vue'
import type { Ref } from 'vue'
import type { RunRecord } from '../../src-main/contract'
import { isRaster } from '../../src-main/contract/inspect/orderings'
import { formatCount } from '../charts/format'
import type { Order } from '../charts/playback'
import { plural, text } from '../strings'

/** The order in which a run's model generates, in words, and how its units are counted. */
export function useOrderWords(run: Readonly<Ref<RunRecord>>, order: Readonly<Ref<Order>>) {
  const { orderings, units } = text.playback
  const orderWords = computed(() => {
    const { model, dataset } = run.value
    if (dataset.domain.kind === 'audio') return orderings.time
    if (isRaster(order.value.ordering)) return orderings.raster
    const named = model.config.ordering
    return typeof named === 'string' && named in orderings ? orderings[named as keyof typeof orderings] : orderings.own
  })
  function unitWords(count: number): string {
    const { domain } = run.value.dataset
    const pixels = domain.kind === 'image' && order.value.together === (domain.shape[2] ?? 1)
    const unit = domain.kind === 'audio' ? 'sample' : pixels ? 'pixel' : 'value'
    return plural(units[unit], count, formatCount(count))
  }
  return { orderWords, unitWords }
}
