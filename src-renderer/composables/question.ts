/** What is asked before something is done that cannot simply be undone. */
export interface Question {
  title: string
  body: string
  /** The button that does it. */
  confirm: string
  danger?: boolean
  action: () => Promise<unknown>
}
