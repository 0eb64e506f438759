import type { Proposed } from './proposed.ts'
import type { Call } from './rpc.ts'
import { client } from './rpc.ts'

type Me = {
  user: { id: string; name: string; email: string }
  company: { id: string; name: string; currency: string }
  permissions: string[]
  sites: { id: string; code: string; name: string }[]
}
type Setup = {
  empty: boolean
  demo: { running: boolean; done: number; total: number; note: string } | null
  logins?: { email: string; password: string; role: string }[]
}
type Hit = { kind: string; id: string; ref: string; title: string; detail: string | null }

const untyped = (name: string) => client<{ capabilities: object }>(name) as unknown

export const api = {
  auth: untyped('auth') as {
    signIn: Call<{ email: string; password: string; totp?: string }, unknown>
    signOut: Call<Record<string, never>, unknown>
    me: Call<Record<string, never>, Me>
  },
  setup: untyped('setup') as {
    state: Call<Record<string, never>, Setup>
    createCompany: Call<Record<string, string>, unknown>
  },
  search: untyped('search') as { find: Call<{ text: string }, { hits: Hit[] }> },
  insight: untyped('insight') as Proposed['insight'],
  sales: untyped('sales') as Proposed['sales'],
  pricing: untyped('pricing') as Proposed['pricing'],
  promise: untyped('promise') as Proposed['promise'],
  parties: untyped('parties') as Proposed['parties'],
  catalog: untyped('catalog') as Proposed['catalog'],
  stock: untyped('stock') as Proposed['stock'],
  warehouse: untyped('warehouse') as Proposed['warehouse'],
  finance: untyped('finance') as Proposed['finance'],
  imports: untyped('imports') as Proposed['imports'],
}
