import { queryOptions, useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api } from './api.ts'
import { queries } from './query.ts'
import { ApiError, onSignedOut } from './rpc.ts'

/** Who is signed in: null when nobody is. */
export const meOptions = queryOptions({
  queryKey: ['auth', 'me', {}],
  queryFn: async () => {
    try {
      return await api.auth.me({})
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) return null
      throw error
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
})
export type Me = NonNullable<Awaited<ReturnType<NonNullable<typeof meOptions.queryFn>>>>

/** A session that ended under an open page: the sign-in shows in place, the address stays, and nobody else's rows stay cached. */
onSignedOut(() => {
  if (queries.getQueryData(meOptions.queryKey)) queries.clear()
  queries.setQueryData(meOptions.queryKey, null)
})

/** Inside the shell somebody is always signed in. */
export function useMe(): Me {
  const { data } = useQuery(meOptions)
  if (!data) throw new Error('useMe outside the shell')
  return data
}

/** Buttons of what is not permitted are not shown; the server checks again. */
export const may = (me: Me, permission: string): boolean =>
  me.permissions.includes('*') ||
  me.permissions.includes(permission) ||
  me.permissions.includes(`${permission.slice(0, permission.indexOf('.'))}.*`)
export const useMay = (): ((permission: string) => boolean) => {
  const me = useMe()
  return (permission) => may(me, permission)
}

const siteKey = 'entrepot.site'
const siteWatchers = new Set<() => void>()
/** The site the user works at: kept on the device, so a floor screen opens where it was. */
export function setSite(id: string) {
  localStorage.setItem(siteKey, id)
  for (const watcher of siteWatchers) watcher()
}
export function useSite(): Me['sites'][number] | null {
  const { sites } = useMe()
  const chosen = useSyncExternalStore(
    (watcher) => {
      siteWatchers.add(watcher)
      return () => siteWatchers.delete(watcher)
    },
    () => localStorage.getItem(siteKey),
  )
  return sites.find((site) => site.id === chosen) ?? sites[0] ?? null
}
