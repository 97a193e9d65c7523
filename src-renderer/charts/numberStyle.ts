import { shallowReactive } from 'vue'
import type { Settings } from '../../src-main/contract'

/** How numbers are written, by the user's choice. Reactive, so that every figure follows a change. */
export const numberStyle = shallowReactive<Pick<Settings, 'grouping' | 'digits'>>({ grouping: 'comma', digits: 'usual' })

const separators = { comma: ',', space: '\u202F', none: '' } as const satisfies Record<Settings['grouping'], string>

/** '12,345.6' with the separator that was chosen; a decimal point always stays one. */
export function grouped(written: string): string {
  const { grouping } = numberStyle
  return grouping === 'comma' ? written : written.replaceAll(',', separators[grouping])
}

/** Decimals beyond the usual ones of a likelihood. */
export const furtherDigits = (): number => (numberStyle.digits === 'more' ? 2 : 0)
