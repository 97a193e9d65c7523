import { onScopeDispose, shallowReactive } from 'vue'
import { text } from '../../strings'
import { actionOf, catalogue } from './catalogue'
import type { ActionDescription, ActionId } from './catalogue'
import { keyCaps } from './keys'

export interface ActionHandler {
  run(): unknown
  /** Why it cannot be done now; null when it can. */
  blocked?: () => string | null
  /** What it does here, where the page says it better than the catalogue. */
  label?: () => string
  /** False while somebody else has to carry it out. */
  active?: () => boolean
}

/** An action as the palette and the cheat-sheet show it. */
export interface ActionState extends ActionDescription {
  label: string
  /** Whether anything here carries it out. */
  here: boolean
  blocked: string | null
}

/** The handler that came last stands first: a page's own goes before the window's. */
const handlers = shallowReactive(new Map<ActionId, readonly ActionHandler[]>())

/** Carries out an action for as long as the component lives. */
export function useAction(id: ActionId, handler: ActionHandler): void {
  handlers.set(id, [handler, ...(handlers.get(id) ?? [])])
  onScopeDispose(() => handlers.set(id, (handlers.get(id) ?? []).filter((other) => other !== handler)))
}

const handlerOf = (id: ActionId): ActionHandler | undefined => handlers.get(id)?.find((handler) => handler.active?.() ?? true)

export function actionState(id: ActionId): ActionState {
  const handler = handlerOf(id)
  const description = actionOf(id)
  const name = text.actions.names[description.id]
  return { ...description, label: handler?.label?.() ?? name, here: handler !== undefined, blocked: handler?.blocked?.() ?? null }
}

export const allActions = (): ActionState[] => catalogue.map(({ id }) => actionState(id))

/** True when it was carried out; a blocked one is not. */
export function runAction(id: ActionId): boolean {
  const handler = handlerOf(id)
  if (!handler || (handler.blocked?.() ?? null) !== null) return false
  void handler.run()
  return true
}

/** Key caps of an action's first key, for a tooltip. */
export function capsOf(id: ActionId): string[] {
  const [first] = actionOf(id).keys
  return first === undefined ? [] : keyCaps(first)
}
