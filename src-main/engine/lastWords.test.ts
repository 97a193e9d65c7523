import { expect, test } from 'vitest'
import { lastLine } from './lastWords'

const chatter = [
  'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR',
  'I0000 00:00:1795264846.660952    6744 port.cc:153] oneDNN custom operations are on. To turn them off, set TF_ENABLE_ONEDNN_OPTS=0.',
  'W0000 00:00:1795264846.660952    6744 gpu_device.cc:2430] TensorFlow was not built with CUDA kernel binaries.',
]

test('the last words of an engine are an error, not what TensorFlow says while it is loaded', () => {
  expect(lastLine(chatter.join('\n'))).toBe('')
  expect(lastLine(['out of memory', ...chatter].join('\n'))).toBe('out of memory')
  expect(lastLine([...chatter, 'RangeError: Invalid array length', '    at f (x.js:1)', '', 'Node.js v20.19.0'].join('\n'))).toBe('RangeError: Invalid array length')
  expect(lastLine([...chatter, 'F0000 00:00:1795264846.66 6744 tensor.cc:9] Check failed: 1 == 2'].join('\n'))).toMatch(/Check failed/)
})
