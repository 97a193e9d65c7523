import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { NodeTypes, parse } from '@vue/compiler-dom'
import type { TemplateChildNode } from '@vue/compiler-dom'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.vue'))
  .map((entry) => join(entry.parentPath, entry.name))

/** Units are the same in every language. */
const units = /\b(nats|bits|dim|sample)\b/g
/** Two letters in a row are a word; signs and figures need no translation. */
const isWords = (text: string): boolean => /\p{L}{2}/u.test(text.replace(/&\w+;/g, '').replace(units, ''))
/** An example of what to type, such as a pattern, is no prose. */
const isCode = (name: string, text: string): boolean => name === 'placeholder' && !/\s|^\p{Lu}/u.test(text)

/** Attributes that somebody reads or hears. */
const spoken = new Set(['label', 'title', 'alt', 'placeholder', 'description', 'text', 'help', 'body', 'subtitle', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'busy-label'])

/** Literal words in a template, whether as text, as an attribute, or as a string within an expression that is shown. */
function literalWords(source: string): string[] {
  const template = /<template>[\s\S]*<\/template>/.exec(source)?.[0] ?? ''
  const found: string[] = []
  const inExpression = (content: string): void => {
    for (const [, , text = ''] of content.matchAll(/(['"])((?:(?!\1).)*)\1/g)) if (/^\p{Lu}\p{Ll}+ |^\p{Lu}\p{Ll}+$/u.test(text)) found.push(text)
  }
  function visit(node: TemplateChildNode): void {
    if (node.type === NodeTypes.TEXT && isWords(node.content)) found.push(node.content.trim())
    if (node.type === NodeTypes.INTERPOLATION && node.content.type === NodeTypes.SIMPLE_EXPRESSION) inExpression(node.content.content)
    if (node.type !== NodeTypes.ELEMENT) return
    for (const prop of node.props) {
      if (prop.type === NodeTypes.ATTRIBUTE && spoken.has(prop.name) && isWords(prop.value?.content ?? '') && !isCode(prop.name, prop.value?.content ?? '')) found.push(prop.value?.content ?? '')
      if (prop.type !== NodeTypes.DIRECTIVE || prop.name !== 'bind' || prop.exp?.type !== NodeTypes.SIMPLE_EXPRESSION) continue
      if (prop.arg?.type === NodeTypes.SIMPLE_EXPRESSION && spoken.has(prop.arg.content)) inExpression(prop.exp.content)
    }
    node.children.forEach(visit)
  }
  parse(template).children.forEach(visit)
  // Objects of a script that become labels: { label: 'Choose files' }.
  for (const [, text = ''] of source.matchAll(/\b(?:label|title|description|placeholder|suffix|subtitle): '([^']*)'/g)) if (isWords(text) && /^\p{Lu}/u.test(text)) found.push(text)
  return found
}

test('the check itself finds words wherever they hide', () => {
  const source = `<script setup lang="ts">const items = [{ label: 'Choose files', value: 'files' }]</script>
<template><p class="text-sm" title="A hint">Plain words {{ count === 1 ? 'One' : words.many }} × 3</p><UButton :label="busy ? 'Working' : words.go" /></template>`
  expect(literalWords(source).sort()).toEqual(['A hint', 'Choose files', 'One', 'Plain words', 'Working'])
})

test('no component says anything of its own: all words are in strings/', () => {
  expect(files.length).toBeGreaterThan(80)
  const offences = files.flatMap((file) => literalWords(readFileSync(file, 'utf8')).map((words) => `${relative(root, file)}: ${words}`))
  expect(offences).toEqual([])
})
