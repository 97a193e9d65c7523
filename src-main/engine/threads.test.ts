import { expect, test } from 'vitest'
import { threadEnvironment } from './threads'

test('small operations run whole beside each other where cores are few', () => {
  expect(threadEnvironment({ smallOperations: true }, 2, {})).toEqual({ TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '2' })
})

test('they are split where cores are many, and so are large ones anywhere', () => {
  expect(threadEnvironment({ smallOperations: true }, 16, {})).toEqual({})
  expect(threadEnvironment({}, 2, {})).toEqual({})
})

test('what is set by hand stands', () => {
  expect(threadEnvironment({ smallOperations: true }, 2, { TF_NUM_INTRAOP_THREADS: '2' })).toEqual({})
})
