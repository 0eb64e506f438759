import { availableParallelism } from 'node:os'
import { type Logger, pino } from 'pino'
import type { Actor } from '../src/core/capability.ts'
import { settableClock } from '../src/core/clock.ts'
import { wholeCompany } from '../src/core/database/pool.ts'
import { uuidv7 } from '../src/core/ids.ts'
import { createKernel, type Kernel, systemActor } from '../src/core/kernel.ts'
import { createCompany } from '../src/core/people/company.ts'
import { defaultUkTax } from '../src/modules/pricing/index.ts'
import { modules } from '../src/modules.ts'
import { testDatabase } from './harness.ts'

export type Clock = ReturnType<typeof settableClock>
export interface WorldOptions {
  /** Sunday by default: a wholesaler's site works Monday to Friday. */
  readonly at?: string
  readonly items?: number
  readonly customers?: number
  /** Units of each item received into its bin. */
  readonly stock?: number
  readonly kernel?: Kernel
  readonly clock?: Clock
  readonly poolSize?: number
  readonly batching?: boolean
  readonly log?: Logger
}

/** One app node in this process, on the shared test database. */
export const newNode = async (options: Pick<WorldOptions, 'clock' | 'poolSize' | 'batching' | 'log'> = {}) => {
  const database = await testDatabase()
  const clock = options.clock ?? settableClock(new Date('2026-11-23T08:00:00Z'))
  const kernel = createKernel({
    app: database.app,
    modules,
    clock,
    log: options.log ?? pino({ level: 'silent' }),
    poolSize: options.poolSize ?? 2 * Math.min(2, availableParallelism()) + 2,
    checkOutputs: true,
    batching: options.batching,
  })
  return { database, clock, kernel }
}

/**
 * A small wholesaler made through the real commands: one DC with bins, items at 10.00 (cost 6.00) in EA and CS of 12,
 * customers with a credit limit of 50,000.00, UK tax, stock received. Every test makes its own.
 */
export const newWorld = async (options: WorldOptions = {}) => {
  const node =
    options.kernel && options.clock
      ? { kernel: options.kernel, clock: options.clock, database: await testDatabase() }
      : await newNode(options)
  const { kernel, clock } = node
  if (options.at) clock.set(new Date(options.at))
  const id = () => uuidv7(clock.now().getTime())
  const company = id()
  const created = await kernel.pool.transaction(wholeCompany(company), 10_000, (sql) =>
    createCompany(
      sql,
      company,
      { now: clock.now(), id },
      {
        name: 'Harbour Wholesale',
        currency: 'GBP',
        country: 'GB',
        zone: 'Europe/London',
        owner: { name: 'Olive Owner', email: `owner@${company}.example`, passwordHash: null },
      },
    ),
  )
  const actor = systemActor(company, 'tester')
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers freely
  const run = <O = any>(name: string, input: unknown, more: { key?: string; as?: Actor } = {}): Promise<O> =>
    kernel.runner.run<O>(more.as ?? actor, name, input, { key: more.key })

  const { sites } = await run('sites.saveSites', {
    sites: [
      { code: 'DC1', name: 'Harbour DC', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 15 * 60 },
    ],
  })
  const siteId: string = sites[0].id
  const count = options.items ?? 3
  const skus = Array.from({ length: count }, (_, n) => `SKU-${String(n + 1).padStart(5, '0')}`)
  const bins: string[] = []
  const itemIds: string[] = []
  const list = await run('pricing.savePriceList', {
    code: 'LIST',
    name: 'List',
    kind: 'list',
    currency: 'GBP',
    validFrom: '2000-01-01',
    validTo: '2099-12-31',
  })
  await kernel.pool.transaction(wholeCompany(company), 10_000, (sql) =>
    defaultUkTax({ sql, company, now: clock.now(), id } as never, created.entity),
  )
  for (let from = 0; from < count; from += 500) {
    const part = skus.slice(from, from + 500)
    const saved = await run('catalog.saveItems', {
      items: part.map((sku) => ({
        sku,
        name: `Item ${sku}`,
        baseUom: 'EA',
        category: 'general',
        taxClass: 'standard',
        weightG: 200,
        costMicro: 6_000_000,
        uoms: [
          { uom: 'EA', num: 1, sells: true },
          { uom: 'CS', num: 12, sells: true },
        ],
      })),
    })
    itemIds.push(...saved.items.map((row: { id: string }) => row.id))
    const places = await run('sites.saveLocations', {
      siteId,
      locations: part.map((sku, n) => ({
        code: `A-${sku}`,
        kind: 'pick',
        aisle: 'A',
        xMm: 1000 * n,
        yMm: 0,
        zMm: 0,
        pickSeq: from + n,
      })),
    })
    bins.push(
      ...(places.locations ?? places.ids).map((row: { id: string } | string) =>
        typeof row === 'string' ? row : row.id,
      ),
    )
    await run('pricing.savePrices', {
      listId: list.id ?? list.listId,
      prices: saved.items.map((row: { id: string }) => ({
        itemId: row.id,
        uom: 'EA',
        minQty: 1,
        priceMicro: 10_000_000,
      })),
    })
    if ((options.stock ?? 1_000) > 0)
      await run('warehouse.receive', {
        siteId,
        reference: 'opening',
        lines: saved.items.map((row: { id: string }, n: number) => ({
          itemId: row.id,
          qty: options.stock ?? 1_000,
          locationId: bins[from + n],
        })),
      })
  }
  const parties = await run('parties.saveParties', {
    parties: Array.from({ length: options.customers ?? 2 }, (_, n) => ({
      code: `C${n + 1}`,
      name: `Customer ${n + 1}`,
      isCustomer: true,
      currency: 'GBP',
      country: 'GB',
      taxStatus: 'business',
      termsDays: 30,
      invoiceTrigger: 'ship',
      partialPolicy: 'partial',
      serviceClass: 5,
      addresses: [
        {
          kind: 'both',
          name: `Customer ${n + 1}`,
          line1: '1 Quay Street',
          city: 'Leeds',
          postcode: 'LS1 1AA',
          country: 'GB',
          routeDays: 1,
        },
      ],
    })),
  })
  const partyIds: string[] = parties.parties.map((row: { id: string }) => row.id)
  await run('credit.saveAccounts', { accounts: partyIds.map((partyId) => ({ partyId, limitAmount: 5_000_000 })) })
  return {
    ...node,
    company,
    entity: created.entity,
    created,
    actor,
    run,
    siteId,
    itemIds,
    bins,
    partyIds,
    priceListId: (list.id ?? list.listId) as string,
    /** A draft order of `[item number, quantity]` lines, in EA. */
    order: (lines: readonly (readonly [number, number])[], party = 0, more: object = {}) =>
      run('sales.createOrder', {
        partyId: partyIds[party],
        siteId,
        lines: lines.map(([n, uomQty]) => ({ itemId: itemIds[n], uom: 'EA', uomQty })),
        ...more,
      }),
    // biome-ignore lint/suspicious/noExplicitAny: tests read rows freely
    sql: <R = any>(text: string, ...params: unknown[]): Promise<R[]> =>
      kernel.pool.transaction(
        wholeCompany(company),
        30_000,
        async (sql) => [...(await sql.unsafe(text, params as never[]))] as R[],
      ),
  }
}
export type World = Awaited<ReturnType<typeof newWorld>>
