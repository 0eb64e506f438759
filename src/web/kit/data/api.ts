import type { auth, people } from '../../../core/people/index.ts'
import type { records } from '../../../core/records/index.ts'
import type { search } from '../../../core/records/search.ts'
import type { catalog } from '../../../modules/catalog/index.ts'
import type { credit } from '../../../modules/credit/index.ts'
import type { delivery } from '../../../modules/delivery/index.ts'
import type { exchange } from '../../../modules/exchange/index.ts'
import type { finance } from '../../../modules/finance/index.ts'
import type { insight } from '../../../modules/insight/index.ts'
import type { parties } from '../../../modules/parties/index.ts'
import type { planning } from '../../../modules/planning/index.ts'
import type { pricing } from '../../../modules/pricing/index.ts'
import type { promise } from '../../../modules/promise/index.ts'
import type { purchasing } from '../../../modules/purchasing/index.ts'
import type { sales } from '../../../modules/sales/index.ts'
import type { sites } from '../../../modules/sites/index.ts'
import type { stock } from '../../../modules/stock/index.ts'
import type { trace } from '../../../modules/trace/index.ts'
import type { warehouse } from '../../../modules/warehouse/index.ts'
import { type Call, type Client, client } from './rpc.ts'

/** Steps before there is a company to act in, or on the session itself: they stand beside the road, in core/people. */
interface SessionSteps {
  signIn: Call<{ email: string; password: string; totp?: string }, { ok: boolean }>
  signOut: Call<Record<string, never>, { ok: boolean }>
  reauthenticate: Call<{ password: string; totp?: string }, { ok: boolean }>
  changePassword: Call<{ password: string; totp?: string; newPassword: string }, { ok: boolean }>
  enableTotp: Call<Record<string, never>, { secret: string; uri: string; qr: string[] | null }>
  confirmTotp: Call<{ code: string }, { recoveryCodes: string[] }>
  disableTotp: Call<Record<string, never>, { ok: boolean }>
  account: Call<Record<string, never>, { hasSecondFactor: boolean; provedUntil: string | null; sessions: OwnSession[] }>
  endSessions: Call<{ id: string | null }, { ended: number }>
  acceptInvitation: Call<{ code: string; password: string }, { ok: boolean }>
  reset: Call<{ code: string; password: string }, { ok: boolean }>
  requestReset: Call<{ email: string }, { ok: boolean }>
}
interface OwnSession {
  id: string
  createdAt: string
  seenAt: string
  secondFactor: boolean
  address: string
  userAgent: string
  current: boolean
}
export interface NewCompany {
  companyName: string
  currency: string
  country: string
  siteCode: string
  siteName: string
  timeZone: string
  userName: string
  email: string
  password: string
  code?: string
}
interface SetupSteps {
  state: Call<
    Record<string, never>,
    {
      empty: boolean
      needsCode: boolean
      demo: { running: boolean; done: number; total: number; note: string } | null
      logins: { email: string; password: string; role: string }[]
    }
  >
  createCompany: Call<NewCompany, { ok: boolean }>
}

const steps = (name: string) => client<{ capabilities: object }>(name) as unknown

/** One client per module, typed by the module's own capabilities; nothing is generated. */
export const api = {
  auth: steps('auth') as SessionSteps & Client<typeof auth>,
  setup: steps('setup') as SetupSteps,
  search: client<typeof search>('search'),
  catalog: client<typeof catalog>('catalog'),
  parties: client<typeof parties>('parties'),
  sites: client<typeof sites>('sites'),
  stock: client<typeof stock>('stock'),
  trace: client<typeof trace>('trace'),
  promise: client<typeof promise>('promise'),
  warehouse: client<typeof warehouse>('warehouse'),
  exchange: client<typeof exchange>('exchange'),
  credit: client<typeof credit>('credit'),
  sales: client<typeof sales>('sales'),
  finance: client<typeof finance>('finance'),
  insight: client<typeof insight>('insight'),
  people: client<typeof people>('people'),
  records: client<typeof records>('records'),
  pricing: client<typeof pricing>('pricing'),
  purchasing: client<typeof purchasing>('purchasing'),
  planning: client<typeof planning>('planning'),
  delivery: client<typeof delivery>('delivery'),
}
