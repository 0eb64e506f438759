/** The whole assumed world around the file, from one seed: what the builder writes through the commands. */
import type { RetailResult } from '../src/modules/exchange/index.ts'
import { addDays, daysBetween } from './calendar.ts'
import { customerMaster, type DemoCustomer } from './customers.ts'
import { customerFacts, type ItemFacts, itemFacts } from './facts.ts'
import { type DemoItem, itemMaster } from './items.ts'
import { type DemoPolicy, policies } from './policy.ts'
import { type DemoSupplier, suppliersOf } from './suppliers.ts'
import { type DemoWarehouse, warehouse } from './warehouse.ts'

export const SEED = 20_101_201
export const REPLAY_WEEKS = 8

export type DemoWorld = {
  facts: ItemFacts[]
  items: DemoItem[]
  customers: DemoCustomer[]
  suppliers: DemoSupplier[]
  warehouse: DemoWarehouse
  policies: DemoPolicy[]
  /** first day that is replayed; everything before is history (days as in the file) */
  replayFrom: string
}

/** @param file the classified file, dates as in the file */
export function demoWorld(file: RetailResult, seed = SEED): DemoWorld {
  const facts = itemFacts(file.documents, file.names)
  const firstDay = file.accounting.period.from!.slice(0, 10)
  const lastDay = file.accounting.period.to!.slice(0, 10)
  const replayFrom = addDays(lastDay, 1 - 7 * REPLAY_WEEKS)
  const items = itemMaster(facts, seed)
  const suppliers = suppliersOf(items, seed)
  const leadTimes = new Map(
    suppliers.flatMap((supplier) => supplier.skus.map((sku) => [sku, supplier.leadTimeDays] as const)),
  )
  // policy is set from the twelve weeks that a planner would have had at hand, not from the future
  const from = [firstDay, addDays(replayFrom, -84)].sort()[1]!
  const to = addDays(replayFrom, -1)
  return {
    facts,
    items,
    customers: customerMaster(customerFacts(file.documents), seed),
    suppliers,
    warehouse: warehouse(facts),
    policies: policies(
      items,
      facts,
      { from, to, count: daysBetween(from, to) + 1 },
      { from: replayFrom, to: lastDay, count: 7 * REPLAY_WEEKS },
      leadTimes,
      seed,
    ),
    replayFrom,
  }
}
