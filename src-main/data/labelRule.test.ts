import { describe, expect, it } from 'vitest'
import { splitOfName, splitOfPath } from './importers/splitNames'
import { suggestName } from './describe'
import { labelRule } from './labelRule'

describe('classes from folders', () => {
  it.each([
    [1, 'set/cat/1.png', 'cat'], [1, 'set/1.png', null], [1, 'set/train/cat/1.png', 'cat'], [1, 'set/train/1.png', null], [1, 'x.tar.gz/CIFAR/test/dog/1.png', 'dog'],
    [2, 'cats/1.png', 'cats'], [2, 'train/1.png', null], [2, 'a.zip/1.png', null],
  ])('of %i dropped: %s -> %s', async (dropped, name, label) => {
    expect((await labelRule('folders', dropped)).labelOf(name)).toBe(label)
  })
})

describe('splits from names', () => {
  it.each([
    ['train-images-idx3-ubyte.gz', 'train'], ['t10k-labels', 'test'], ['x_valid', 'valid'], ['val_data', 'valid'], ['testBatch', 'test'], ['binarized_mnist_train.amat', 'train'], ['test2', 'test'],
    ['attestation', null], ['contest', null], ['trainer', null], ['validity', null],
  ])('%s -> %s', (name, split) => expect(splitOfName(name)).toBe(split))

  it('prefers the innermost split folder, then the file, then the archive', () => {
    expect(splitOfPath('cifar_test.tar.gz/train/cat/1.png')).toBe('train')
    expect(splitOfPath('cifar_test.tar.gz/cat/1.png')).toBe('test')
    expect(splitOfPath('data/test_1.png')).toBe('test')
    expect(splitOfPath('data/cat/1.png')).toBeNull()
  })
})

describe('suggested names', () => {
  it.each([
    [['/d/binarized_mnist_train.amat.gz', '/d/binarized_mnist_test.amat.gz'], 'binarized_mnist'], [['/d/mnist/train-images-idx3-ubyte.gz', '/d/mnist/t10k-images-idx3-ubyte.gz'], 'mnist'],
    [['/d/cifar-10-binary.tar.gz'], 'cifar-10-binary'], [['/d/frey_faces.npy'], 'frey_faces'], [['/d/My pictures'], 'My pictures'],
  ])('%j -> %s', (paths, name) => expect(suggestName(paths)).toBe(name))
})
