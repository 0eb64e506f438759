import type { Module } from './core/capability.ts'
import { files } from './core/data/index.ts'
import { events, webhooks } from './core/events/index.ts'
import { auth, people } from './core/people/index.ts'
import { records } from './core/records/index.ts'
import { search } from './core/records/search.ts'
import { catalog } from './modules/catalog/index.ts'
import { credit } from './modules/credit/index.ts'
import { delivery } from './modules/delivery/index.ts'
import { exchange } from './modules/exchange/index.ts'
import { finance } from './modules/finance/index.ts'
import { insight } from './modules/insight/index.ts'
import { parties } from './modules/parties/index.ts'
import { planning } from './modules/planning/index.ts'
import { pricing } from './modules/pricing/index.ts'
import { promise } from './modules/promise/index.ts'
import { purchasing } from './modules/purchasing/index.ts'
import { sales } from './modules/sales/index.ts'
import { sites } from './modules/sites/index.ts'
import { stock } from './modules/stock/index.ts'
import { trace } from './modules/trace/index.ts'
import { warehouse } from './modules/warehouse/index.ts'

/** Every module of the house, lower ones first. */
export const modules: readonly Module[] = [
  auth,
  people,
  events,
  webhooks,
  records,
  files,
  search,
  catalog,
  parties,
  sites,
  stock,
  credit,
  pricing,
  promise,
  sales,
  purchasing,
  warehouse,
  delivery,
  trace,
  finance,
  planning,
  insight,
  exchange,
]
