import { en } from './en'

/** Every word of the window. A translation has the same shape as `en`. */
export type Strings = typeof en
export const text: Strings = en

/** Puts values into '{name}' places. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
}

const rules = new Intl.PluralRules('en')

/** Chooses 'one' or 'other' by the language's rule, and fills in the count. */
export function plural(forms: { one: string; other: string }, count: number, shown = String(count)): string {
  return fill(rules.select(count) === 'one' ? forms.one : forms.other, { count: shown })
}
