import { describe, expect, it } from 'vitest'
import { describeJsonProblem, jsonProblem } from './jsonProblem'
import { ModelTextError, modelFileText, parseModelDocument, parseModelFile } from './modelFile'

describe('where a text stops being JSON', () => {
  it.each([
    ['{"a": 1 "b": 2}', 1, 9, /comma or } after the value of "a", found "\\""/],
    ['{\n  "a": [1, 2,]\n}', 2, 14, /comma before the closing \]/],
    ['{"a": 1,}', 1, 9, /comma before the closing }/],
    ['{"a" 1}', 1, 6, /colon after "a"/],
    ["{'a': 1}", 1, 2, /name in double quotes/],
    ['{"a": \'x\'}', 1, 7, /double quotes, not single/],
    ['{"a": undefined}', 1, 7, /expected the value of "a", found "u"/],
    ['{"a": 01}', 1, 7, /01 is not a number/],
    ['{"a": NaN}', 1, 7, /value of "a", found "N"/],
    ['{"a": "x\ny"}', 1, 9, /no closing quote on its line/],
    ['{"a": "\\x"}', 1, 8, /no escape/],
    ['{"a": 1', 1, 8, /found the end of the text/],
    ['{"a": 1} x', 1, 10, /behind the end/],
    ['', 1, 1, /expected a value, found the end/],
    ['{"a": 1, "a": 2}', 1, 10, /"a" stands twice/],
    ['[1, {"b": [}]]', 1, 12, /entry 1 of "b"/],
  ])('%s', (text, line, column, reason) => {
    expect(jsonProblem(text)).toMatchObject({ line, column, reason: expect.stringMatching(reason) as string })
  })
  it.each(['{}', ' [1, -2.5e3, "\\u00e9\\n", null, true] ', '"x"', '0', '{"a": {"b": []}}', '"\u{1F600}"'])('takes %s', (text) => {
    expect(jsonProblem(text)).toBeNull()
    expect(() => JSON.parse(text) as unknown).not.toThrow()
  })
  it('agrees with JSON.parse on texts that were damaged at any place', () => {
    const text = '{"family": "made", "config": {"hidden": [12, 9], "x": -1.5e2, "t": "a\\nb", "n": null}}'
    for (let at = 0; at < text.length; at++) {
      for (const damaged of [text.slice(0, at) + text.slice(at + 1), `${text.slice(0, at)}}${text.slice(at)}`, text.slice(0, at)]) {
        let fits = true
        try {
          JSON.parse(damaged)
        } catch {
          fits = false
        }
        expect(jsonProblem(damaged) === null, damaged).toBe(fits)
      }
    }
  })
  it('does not overflow on brackets without end', () => {
    expect(describeJsonProblem(jsonProblem('['.repeat(100_000))!)).toMatch(/nested too deeply/)
  })
})

describe('a model as text', () => {
  const document = { family: 'pixelcnn', config: { channels: 8, blocks: 1 } }
  const file = { name: 'Mine', notes: '', domain: null, parent: null, model: document }

  it('comes back from a file as it was saved, with the defaults filled in', () => {
    const parsed = parseModelFile(modelFileText(file), 'mine.chainrule-model.json')
    expect(parsed).toMatchObject({ name: 'Mine', model: { family: 'pixelcnn', config: { channels: 8, blocks: 1, kernel: 3 } } })
    expect(parseModelFile(modelFileText(parsed), 'mine')).toEqual(parsed)
  })
  it('may be a bare document, called after its file', () => {
    expect(parseModelFile(JSON.stringify(document), '/home/me/net 2.chainrule-model.json')).toMatchObject({ name: 'net 2', parent: null })
  })
  it.each<[string, string, RegExp, string | undefined]>([
    ['not JSON', '{"family": "made",}', /a\.json is not valid JSON: line 1, column 19: there is a comma/, undefined],
    ['of a later version', JSON.stringify({ type: 'chainrule-model', version: 7 }), /newer version.*version 7.*up to 1.*Update/, 'version'],
    ['without a version', JSON.stringify({ type: 'chainrule-model' }), /nothing is no version/, 'version'],
    ['something else', '{"weights": []}', /not a model of Chainrule/, undefined],
    ['a list', '[]', /not a model of Chainrule/, undefined],
    ['without a name', JSON.stringify({ type: 'chainrule-model', version: 1, model: document }), /a\.json: name: /, 'name'],
    ['of an unknown family', JSON.stringify({ family: 'gan', config: {} }), /family: There is no model family 'gan'. Known: .*pixelcnn/, 'family'],
    ['with a wrong value', JSON.stringify({ family: 'pixelcnn', config: { channels: 0 } }), /config\.channels: /, 'config.channels'],
    ['with an unknown block', JSON.stringify({ family: 'composed', config: { blocks: [{ kind: 'conv' }] } }), /config\.blocks\.0.*no block of the kind "conv"/, 'config.blocks.0.kind'],
    ['inside a file', JSON.stringify({ type: 'chainrule-model', version: 1, ...file, model: { family: 'pixelcnn', config: { colour: 1 } } }), /model\.config.*colour/, 'model.config'],
    ['with a field that no document has', JSON.stringify({ family: 'made', config: {}, weights: 1 }), /weights/, ''],
  ])('is refused when it is %s', (_title, text, message, field) => {
    try {
      parseModelFile(text, 'a.json')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ModelTextError)
      expect((error as ModelTextError).message).toMatch(message)
      expect((error as ModelTextError).field).toBe(field)
    }
  })
  it('gives the position in the JSON view', () => {
    try {
      parseModelDocument('{\n  "family": made\n}')
      expect.unreachable()
    } catch (error) {
      expect((error as ModelTextError).problem).toMatchObject({ line: 2, column: 13, offset: 14 })
    }
  })
})
