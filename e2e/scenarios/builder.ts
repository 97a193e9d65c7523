import { expect } from '@playwright/test'
import { studioPages } from '../page-models/studioPages'
import type { Door } from '../support/door'
import { runRecords } from '../support/runRecords'

/** A preset is opened as blocks, changed, broken, mended, shared and trained, and the run gives its model back. */
export async function modelIsBuiltFromBlocks(door: Door): Promise<void> {
  const { shell, models, builder, train } = studioPages(door.page)
  await shell.open('models')
  await models.choose('pixelcnn', 'small')
  const asPreset = await door.page.getByTestId('inspect-parameters').innerText()
  await models.openAsBlocks()
  await builder.expectState('good')
  await expect(builder.parameters).toHaveText(asPreset)
  const preset = await builder.kinds()
  expect(preset[0]).toBe('image-input')
  expect(preset.at(-1)).toBe('image-head')

  // An attention block goes behind a residual one; undo and redo.
  const residual = preset.indexOf('masked-residual')
  await builder.select(residual)
  await builder.add('attention', 'causal-attention')
  const mixed = preset.toSpliced(residual + 1, 0, 'causal-attention')
  await expect.poll(() => builder.kinds()).toEqual(mixed)
  await builder.expectState('good')
  await expect(builder.parameters).not.toHaveText(asPreset)
  await builder.undo.click()
  await expect.poll(() => builder.kinds()).toEqual(preset)
  await expect(builder.parameters).toHaveText(asPreset)
  await door.page.keyboard.press('Control+Shift+Z')
  await expect.poll(() => builder.kinds()).toEqual(mixed)

  // Broken, and named, wherever it is looked for: the first layer no longer hides the pixel itself.
  await builder.select(1)
  await builder.choose('mask', 'B')
  await builder.expectState('error')
  await expect(builder.state).toContainText('block 2')
  await expect(builder.problems.first()).toContainText('mask A')
  await expect(builder.train).toBeDisabled()
  await expect(door.page.getByTestId('field-text')).toContainText('not earlier')
  await builder.choose('mask', 'A')
  await builder.expectState('good')
  await expect(builder.problems).toHaveCount(0)

  // By the keyboard and by the pointer, the input leaves its place, which cannot be built.
  await builder.select(0)
  await door.page.keyboard.press('Alt+ArrowDown')
  await expect.poll(async () => (await builder.kinds())[1]).toBe('image-input')
  await builder.expectState('error')
  await builder.drag(1, 0, 'above')
  await expect.poll(() => builder.kinds()).toEqual(mixed)
  await builder.expectState('good')

  // The JSON is the same model; what is no JSON says where, and the blocks stay.
  await builder.view('json')
  const text = await builder.json.inputValue()
  expect((JSON.parse(text) as { config: { blocks: unknown[] } }).config.blocks).toHaveLength(mixed.length)
  await builder.json.fill(text.replace('"causal-attention",', '"causal-attention"'))
  await expect(builder.jsonState).toContainText(/Line \d+, column \d+: .*comma/)
  await expect(builder.train).toBeDisabled()
  await builder.json.fill(text.replace(/("kind": "causal-attention", "heads": )\d+/, '$12'))
  await expect(builder.jsonState).toContainText('same model')
  await builder.view('blocks')
  await expect(builder.blocks.nth(residual + 1)).toContainText('heads 2')

  // Saved under a name; shared as a file, which opens again, while a file that is none says why.
  await builder.save('Pixels that attend')
  const file = await door.save(() => builder.share())
  expect(file.name).toBe('pixels-that-attend.chainrule-model.json')
  await builder.drop('torn.json', file.bytes.toString().slice(0, 80))
  await expect(door.page.getByText(/torn\.json is not valid JSON: line \d+/).first()).toBeVisible()
  await expect.poll(() => builder.kinds()).toEqual(mixed)
  await builder.select(residual + 1)
  await door.page.keyboard.press('Delete')
  await expect.poll(() => builder.kinds()).toEqual(preset)
  await builder.drop(file.name, file.bytes)
  await expect.poll(() => builder.kinds()).toEqual(mixed)

  await builder.tab('training')
  await models.budget({ steps: 6 })
  await models.set('batchSize', 4)
  await models.set('gallerySamples', 4)
  await expect(builder.train).toBeEnabled()
  await printLatencies(door, 'builder')
  await builder.train.click()
  await train.expectStatus('Completed')
  await expect(train.gallery).toBeVisible()
  const run = runRecords(door.home)[0]
  expect(run?.model.family).toBe('composed')
  const kinds = (run?.model.config.blocks as { kind: string }[]).map(({ kind }) => kind)
  expect(kinds).toEqual(mixed)

  // The run gives its model back.
  await shell.open('models')
  await models.openBuilder()
  await builder.select(residual + 1)
  await door.page.keyboard.press('Delete')
  await expect.poll(() => builder.kinds()).toEqual(preset)
  await shell.open('train')
  await train.openInBuilder()
  await expect.poll(() => builder.kinds()).toEqual(mixed)
}

/** Sixty blocks are edited as six are. */
export async function sixtyBlocksAreEdited(door: Door): Promise<void> {
  const { shell, models, builder } = studioPages(door.page)
  await shell.open('models')
  await models.choose('pixelcnn', 'small')
  await models.openAsBlocks()
  await builder.view('json')
  const text = await builder.json.inputValue()
  const [residual] = /\{ "kind": "masked-residual"[^}]*\},/.exec(text) ?? []
  const missing = 60 - (JSON.parse(text) as { config: { blocks: unknown[] } }).config.blocks.length
  await builder.json.fill(text.replace(residual!, Array.from({ length: missing + 1 }, () => residual!).join('\n')))
  await builder.view('blocks')
  await expect(builder.blocks).toHaveCount(60)
  await builder.expectState('good')
  await door.page.evaluate(() => performance.clearMeasures())
  await builder.select(30)
  for (const bottleneck of [8, 12, 20]) await builder.set('bottleneck', bottleneck)
  await builder.select(31)
  for (let step = 0; step < 5; step++) await door.page.keyboard.press('Alt+ArrowUp')
  await expect(builder.blocks.nth(26).getByTestId('block-select')).toHaveAttribute('aria-current', 'true')
  await expect(builder.blocks.nth(31)).toContainText('bottleneck 20')
  await printLatencies(door, '60 blocks')
}

/** What it took from an edit to the figures, and to the picture of causality: printed, not asserted, as machines differ. */
export async function printLatencies(door: Door, what: string): Promise<void> {
  const { builder } = studioPages(door.page)
  for (const [name, times] of Object.entries(await builder.latencies())) {
    const sorted = times.toSorted((a, b) => a - b)
    const shown = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1)
    console.log(`${what}, ${name}: ${sorted.length} edits, median ${shown(0.5)} ms, slowest ${shown(1)} ms`)
  }
}
