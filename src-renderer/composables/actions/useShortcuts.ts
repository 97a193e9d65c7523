import { useEventListener } from '@vueuse/core'
import { catalogue } from './catalogue'
import type { ActionDescription, ActionId } from './catalogue'
import { chordOf, createKeySequencer, keyUseOf } from './keys'
import type { KeyUse } from './keys'
import { actionState, runAction } from './useActions'

interface Options {
  /** Told why an action could not be carried out. */
  onBlocked: (id: ActionId, why: string) => void
}

/** The keys of the whole window. Called once. Whatever has focus and uses keys itself goes first. */
export function useShortcuts({ onBlocked }: Options): void {
  const sequencer = createKeySequencer<ActionId>(catalogue)
  const inText = new Set<string>((catalogue as readonly ActionDescription[]).filter((action) => action.inText).map(({ id }) => id))

  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return
    const use = keyUse(event.target)
    const found = sequencer.press(chordOf(event), event.timeStamp)
    if (found === null) return
    const open = document.querySelector(OVERLAYS) !== null
    const allowed = found === 'pending' ? use === 'none' && !open : found === 'palette' || ((use === 'none' || inText.has(found)) && !open)
    if (!allowed) {
      sequencer.forget()
      return
    }
    if (found === 'pending') return
    const { here, blocked } = actionState(found)
    if (!here) return
    event.preventDefault()
    if (blocked !== null) onBlocked(found, blocked)
    else runAction(found)
  })
}

/** What stands above the page and takes its keys; a list of the page itself does not. */
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"], [data-reka-popper-content-wrapper] [role="listbox"]'

const isModifier = (key: string): boolean => ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock'].includes(key)

function keyUse(target: EventTarget | null): KeyUse {
  const path = []
  for (let element = target instanceof HTMLElement ? target : null; element; element = element.parentElement) {
    path.push({ tag: element.tagName, role: element.getAttribute('role'), type: element.getAttribute('type'), editable: element.isContentEditable })
  }
  return keyUseOf(path)
}
