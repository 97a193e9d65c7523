import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { usePlayback } from './usePlayback'

const key = (name: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent => ({ key: name, preventDefault: () => undefined, ...more }) as KeyboardEvent

describe('playback', () => {
  it('begins with everything there, and plays from the beginning', () => {
    effectScope().run(() => {
      const { position, playing, atEnd, toggle } = usePlayback({ units: shallowRef(9), animate: shallowRef(true) })
      expect([position.value, playing.value, atEnd.value]).toEqual([9, false, true])
      toggle()
      expect([position.value, playing.value]).toEqual([0, true])
      toggle()
      expect(playing.value).toBe(false)
    })
  })

  it('steps by keys, stops where it is told to, and never leaves the example', () => {
    effectScope().run(() => {
      const { position, playing, play, key: press } = usePlayback({ units: shallowRef(9), animate: shallowRef(true) })
      expect(press(key('Home'), 3)).toBe(true)
      expect(position.value).toBe(0)
      press(key('ArrowLeft'), 3)
      expect(position.value).toBe(0)
      press(key('ArrowRight'), 3)
      press(key('ArrowRight', { shiftKey: true }), 3)
      expect(position.value).toBe(4)
      play()
      press(key('End'), 3)
      expect([position.value, playing.value]).toEqual([9, false])
      press(key('ArrowRight'), 3)
      expect(position.value).toBe(9)
    })
  })

  it('leaves other keys alone', () => {
    effectScope().run(() => {
      const { position, key: press } = usePlayback({ units: shallowRef(9), animate: shallowRef(true) })
      expect(press(key('x'), 3)).toBe(false)
      expect(press(key('ArrowLeft', { ctrlKey: true }), 3)).toBe(false)
      expect(position.value).toBe(9)
    })
  })

  it('shows another example whole', async () => {
    const units = shallowRef(9)
    const { position } = effectScope().run(() => usePlayback({ units, animate: shallowRef(true) }))!
    units.value = 16
    await nextTick()
    expect(position.value).toBe(16)
  })
})
