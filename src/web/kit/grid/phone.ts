import { useSyncExternalStore } from 'react'

const narrow = matchMedia('(max-width: 720px)')
/** Row heights are known to the virtualiser, so the breakpoint of the style sheet is needed in code too. */
export const usePhone = (): boolean =>
  useSyncExternalStore(
    (watcher) => {
      narrow.addEventListener('change', watcher)
      return () => narrow.removeEventListener('change', watcher)
    },
    () => narrow.matches,
  )
