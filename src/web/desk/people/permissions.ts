import { useQuery } from '@tanstack/react-query'

export interface Module {
  name: string
  permissions: { name: string; opens: string[] }[]
}
interface Described {
  paths: Record<string, Record<string, { summary?: string; description?: string }>>
}

/** Every permission that something asks for, and what it opens: read from the interface's own description. */
async function readPermissions(): Promise<Module[]> {
  const response = await fetch('/openapi.json')
  if (!response.ok) throw new Error(`The description of the interface cannot be read (${response.status}).`)
  const { paths } = (await response.json()) as Described
  const opens = new Map<string, string[]>()
  for (const operation of Object.values(paths).flatMap((of) => Object.values(of))) {
    const name = /`([a-z]\w*\.\w+)`/i.exec(operation.description ?? '')?.[1]
    if (name) opens.set(name, [...(opens.get(name) ?? []), operation.summary ?? ''])
  }
  const named = [...opens].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => ({ name, opens: of }))
  return [...Map.groupBy(named, ({ name }) => name.slice(0, name.indexOf('.')))].map(([name, permissions]) => ({
    name,
    permissions,
  }))
}
export const usePermissions = () =>
  useQuery({ queryKey: ['openapi', 'permissions'], queryFn: readPermissions, staleTime: Number.POSITIVE_INFINITY })
