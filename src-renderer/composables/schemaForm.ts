/**
 * From a JSON Schema (as a model family publishes it) to the fields of a form, and from what was typed back to values.
 * Pure, so that it can be tested without a window.
 */
export type FieldKind = 'integer' | 'number' | 'boolean' | 'choice' | 'list' | 'text' | 'json'

export interface FormField {
  name: string
  title: string
  description: string
  kind: FieldKind
  /** May be left empty, which means null. */
  nullable: boolean
  minimum: number | null
  maximum: number | null
  /** The minimum (maximum) itself is not allowed. */
  above: boolean
  below: boolean
  choices: readonly { label: string; value: string | number }[]
  default: unknown
  /** List fields: least and most entries. */
  minItems: number | null
  maxItems: number | null
}

export type ParsedField = { ok: true; value: unknown } | { ok: false; message: string }

export interface FieldMessages {
  required: string
  notInteger: string
  notNumber: string
  atLeast: string
  atMost: string
  above: string
  below: string
  listHint: string
  fewItems: string
  manyItems: string
  notJson: string
}

type Schema = Record<string, unknown>

/** A field for a number that no schema describes. */
export function numberField(
  name: string,
  title: string,
  limits: Partial<Pick<FormField, 'kind' | 'nullable' | 'minimum' | 'maximum' | 'above' | 'below'>> = {},
): FormField {
  return {
    name,
    title,
    description: '',
    kind: 'number',
    nullable: false,
    minimum: null,
    maximum: null,
    above: false,
    below: false,
    choices: [],
    default: null,
    minItems: null,
    maxItems: null,
    ...limits,
  }
}

/** The fields in the order in which the schema names its properties; a fixed value (const) needs no field. */
export function fieldsOf(schema: Schema): FormField[] {
  const properties = isObject(schema.properties) ? schema.properties : {}
  return Object.entries(properties).flatMap(([name, property]) =>
    isObject(property) && property.const === undefined ? [fieldOf(name, property)] : [],
  )
}

function fieldOf(name: string, property: Schema): FormField {
  const { inner, nullable } = unwrapNullable(property)
  const choices = choicesOf(inner)
  const limits = inner.type === 'array' && isObject(inner.items) ? inner.items : inner
  const minimum = finite(limits.exclusiveMinimum) ?? finite(limits.minimum)
  const maximum = finite(limits.exclusiveMaximum) ?? finite(limits.maximum)
  return {
    name,
    title: text(property.title) ?? text(inner.title) ?? titleFromName(name),
    description: text(property.description) ?? text(inner.description) ?? '',
    kind: kindOf(inner, choices.length > 0),
    nullable,
    minimum,
    maximum,
    above: finite(limits.exclusiveMinimum) !== null,
    below: finite(limits.exclusiveMaximum) !== null,
    choices,
    default: property.default ?? inner.default,
    minItems: finite(inner.minItems),
    maxItems: finite(inner.maxItems),
  }
}

function kindOf(schema: Schema, hasChoices: boolean): FieldKind {
  if (hasChoices) return 'choice'
  if (schema.type === 'integer' || schema.type === 'number' || schema.type === 'boolean') return schema.type
  if (schema.type === 'array' && isObject(schema.items) && (schema.items.type === 'integer' || schema.items.type === 'number'))
    return 'list'
  return schema.type === 'string' ? 'text' : 'json'
}

function choicesOf(schema: Schema): { label: string; value: string | number }[] {
  const variants = Array.isArray(schema.enum)
    ? schema.enum
    : [...list(schema.anyOf), ...list(schema.oneOf)].map((variant) => (isObject(variant) ? variant.const : undefined))
  const values = variants.filter((value): value is string | number => typeof value === 'string' || typeof value === 'number')
  return values.length > 0 && values.length === variants.length ? values.map((value) => ({ label: String(value), value })) : []
}

function unwrapNullable(schema: Schema): { inner: Schema; nullable: boolean } {
  const variants = [...list(schema.anyOf), ...list(schema.oneOf)].filter(isObject)
  const others = variants.filter((variant) => variant.type !== 'null')
  if (others.length === 1 && others.length < variants.length) return { inner: others[0] ?? {}, nullable: true }
  if (Array.isArray(schema.type) && schema.type.includes('null'))
    return { inner: { ...schema, type: schema.type.find((type) => type !== 'null') }, nullable: true }
  return { inner: schema, nullable: false }
}

/** How a value is shown in its field. */
export function showValue(field: FormField, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (field.kind === 'list') return Array.isArray(value) ? value.join(', ') : String(value)
  if (field.kind === 'json') return JSON.stringify(value)
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace('e+', 'e')
  return String(value)
}

/** What was typed → the value, or the message shown at the field. */
export function parseField(field: FormField, typed: string, messages: FieldMessages): ParsedField {
  const trimmed = typed.trim()
  if (trimmed === '') {
    if (field.nullable) return { ok: true, value: null }
    if (field.kind === 'text') return { ok: true, value: '' }
    if (field.kind === 'list' && (field.minItems ?? 0) === 0) return { ok: true, value: [] }
    return { ok: false, message: messages.required }
  }
  if (field.kind === 'list') return parseList(field, trimmed, messages)
  if (field.kind === 'json') return parseJson(trimmed, messages)
  if (field.kind === 'integer' || field.kind === 'number') return parseNumber(field, trimmed, messages)
  if (field.kind === 'boolean') return { ok: true, value: trimmed === 'true' }
  const choice = field.choices.find((candidate) => String(candidate.value) === trimmed)
  return { ok: true, value: choice ? choice.value : trimmed }
}

function parseNumber(field: FormField, typed: string, messages: FieldMessages): ParsedField {
  // People write 1,000 and 1 000; a list field splits at commas before it comes here.
  const value = Number(typed.replace(/[\s_,](?=\d{3}(\D|$))/g, '').replace('−', '-'))
  if (!Number.isFinite(value)) return { ok: false, message: messages.notNumber }
  if ((field.kind === 'integer' || field.kind === 'list') && !Number.isInteger(value)) return { ok: false, message: messages.notInteger }
  if (field.minimum !== null && (field.above ? value <= field.minimum : value < field.minimum)) {
    return { ok: false, message: (field.above ? messages.above : messages.atLeast).replace('{limit}', String(field.minimum)) }
  }
  if (field.maximum !== null && (field.below ? value >= field.maximum : value > field.maximum)) {
    return { ok: false, message: (field.below ? messages.below : messages.atMost).replace('{limit}', String(field.maximum)) }
  }
  return { ok: true, value }
}

function parseList(field: FormField, typed: string, messages: FieldMessages): ParsedField {
  const values: unknown[] = []
  for (const part of typed
    .replace(/^\[|\]$/g, '')
    .split(/[\s,;×x]+/)
    .filter((entry) => entry !== '')) {
    const parsed = parseNumber(field, part, messages)
    if (!parsed.ok) return { ok: false, message: `${part}: ${parsed.message}` }
    values.push(parsed.value)
  }
  if (field.minItems !== null && values.length < field.minItems)
    return { ok: false, message: messages.fewItems.replace('{limit}', String(field.minItems)) }
  if (field.maxItems !== null && values.length > field.maxItems)
    return { ok: false, message: messages.manyItems.replace('{limit}', String(field.maxItems)) }
  return { ok: true, value: values }
}

function parseJson(typed: string, messages: FieldMessages): ParsedField {
  try {
    return { ok: true, value: JSON.parse(typed) as unknown }
  } catch {
    return { ok: false, message: messages.notJson }
  }
}

/** 'hiddenUnits' → 'Hidden units'. */
export function titleFromName(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
/** zod writes ±(2⁵³ − 1) where an integer has no limit of its own; that is no limit worth showing. */
function finite(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
}
