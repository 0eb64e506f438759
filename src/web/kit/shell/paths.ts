import type { ComponentType } from 'react'

export interface Route {
  readonly parts: readonly string[]
  /** The page once it is loaded; asked for twice it is loaded once. */
  readonly load: () => Promise<ComponentType>
}
const partsOf = (path: string): string[] => path.split('/').filter(Boolean)

/** `/orders/$id`: what begins with $ is a parameter. A page is loaded when it is opened, or looked at. */
export const page = <K extends string>(path: string, load: () => Promise<Record<K, ComponentType>>, name: K): Route => {
  let loading: Promise<ComponentType> | undefined
  return {
    parts: partsOf(path),
    load: () => {
      loading ??= load().then((module) => module[name])
      loading.catch(() => {
        loading = undefined
      })
      return loading
    },
  }
}

/** Written-out parts win over parameters: `/orders/new` is no order. */
export const byWords = (routes: readonly Route[]): Route[] => {
  const params = (route: Route) => route.parts.filter((part) => part.startsWith('$')).length
  return [...routes].sort((a, b) => params(a) - params(b))
}

/** The first route that a path is of, and what stands for its parameters. */
export const match = (
  routes: readonly Route[],
  path: string,
): { route: Route; params: Record<string, string> } | null => {
  const parts = partsOf(path)
  for (const route of routes) {
    const params: Record<string, string> = {}
    const fits = (want: string, at: number) => {
      if (!want.startsWith('$')) return want === parts[at]
      params[want.slice(1)] = parts[at]!
      return true
    }
    if (route.parts.length === parts.length && route.parts.every(fits)) return { route, params }
  }
  return null
}
