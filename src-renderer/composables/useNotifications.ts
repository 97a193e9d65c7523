import { computed, shallowRef } from 'vue'
import { useSettingsStore } from '../stores/settings'
import { text } from '../strings'

/** 'unsupported': no such thing here, or the page does not come over a connection that browsers trust with it. */
type Permission = NotificationPermission | 'unsupported'

const permission = shallowRef<Permission>(present())

function present(): Permission {
  return typeof Notification === 'undefined' || !window.isSecureContext ? 'unsupported' : Notification.permission
}

/** Messages on the desktop, by the browser's own means, which Electron has as well. They are asked for at a click and never before. */
export function useNotifications() {
  const store = useSettingsStore()
  const on = computed(() => store.settings.notify && permission.value === 'granted')
  /** Why they cannot be switched on; null when they can. */
  const why = computed(() => {
    if (permission.value === 'unsupported') return text.train.notices.unsupported
    return permission.value === 'denied' ? text.train.notices.denied : null
  })

  async function toggle(): Promise<void> {
    if (on.value) {
      await store.change({ notify: false })
      return
    }
    permission.value = present()
    if (permission.value === 'default') permission.value = await Notification.requestPermission()
    await store.change({ notify: permission.value === 'granted' })
  }

  /** A message of the same tag takes the place of the one before. */
  function notify(title: string, { body, tag, onClick }: { body: string; tag: string; onClick: () => void }): void {
    if (!on.value) return
    const notice = new Notification(title, { body, tag })
    notice.onclick = () => {
      window.focus()
      onClick()
      notice.close()
    }
  }

  return { on, why, toggle, notify }
}
