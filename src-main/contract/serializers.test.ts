import { expect, test } from 'vitest'
import { levelArraySchema } from './levels'
import { bytesSerializer, customSerializers, wordsSerializer } from './serializers'

test('levels of one and of two bytes travel as text, and come back as they were', () => {
  const words = Uint16Array.of(0, 1, 255, 256, 32_768, 65_535)
  expect(wordsSerializer.deserialize(wordsSerializer.serialize(words))).toEqual(words)
  const bytes = Uint8Array.of(0, 128, 255)
  expect(bytesSerializer.deserialize(bytesSerializer.serialize(bytes))).toEqual(bytes)
  expect(customSerializers.filter(({ condition }) => condition(words))).toEqual([wordsSerializer])
  expect(customSerializers.filter(({ condition }) => condition(bytes))).toEqual([bytesSerializer])
  expect([words, bytes, [1, 2], new Float32Array(2)].map((value) => levelArraySchema.safeParse(value).success)).toEqual([true, true, false, false])
})
