import { describe, expect, it, vi } from 'vitest'

// The connection opens a socket as soon as it is imported; a name needs none.
vi.stubGlobal('window', { chainrule: { post: () => undefined, onMessage: () => undefined, pathForFile: () => '' } })
const { nameOfFiles } = await import('./importing')

describe('nameOfFiles', () => {
  it('takes what the names share, the folder, or the first name', () => {
    expect(nameOfFiles(['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])).toBe('train')
    expect(nameOfFiles(['faces/a.png', 'faces/b.png'])).toBe('faces')
    expect(nameOfFiles(['digits.npz'])).toBe('digits')
    expect(nameOfFiles(['IMG_001.png', 'IMG_002.png'])).toBe('IMG')
    expect(nameOfFiles(['a.wav', 'z.wav'])).toBe('a')
    expect(nameOfFiles(['data.tar.gz'])).toBe('data')
  })
})
