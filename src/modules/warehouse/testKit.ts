/**
 * A distributor in small for the tests of warehouse and finance, made through the real commands: one site with bins, items
 * with a price of 10.00 and 20 % tax, a customer with a credit account; and the way of an order in one call each.
 */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { type TestDatabase, testDatabase } from '../../../test/harness.ts'
import type { Actor, Invariant, Module } from '../../core/capability.ts'
import { systemClock } from '../../core/clock.ts'
import { createPool, type Sql, wholeCompany } from '../../core/database/pool.ts'
import { uuidv7 } from '../../core/ids.ts'
import { createKernel, type KernelOptions } from '../../core/kernel.ts'
import { createCompany } from '../../core/people/company.ts'
import { catalog } from '../catalog/index.ts'
import { credit } from '../credit/index.ts'
import { finance } from '../finance/index.ts'
import { parties } from '../parties/index.ts'
import { pricing } from '../pricing/index.ts'
import { promise } from '../promise/index.ts'
import { sales } from '../sales/index.ts'
import { sites } from '../sites/index.ts'
import { stock } from '../stock/index.ts'
import { trace } from '../trace/index.ts'
import { warehouse } from './index.ts'

export const modules: readonly Module[] = [
  catalog,
  parties,
  sites,
  stock,
  credit,
  pricing,
  promise,
  sales,
  warehouse,
  trace,
  finance,
]
export const newId = (): string => uuidv7(systemClock.now().getTime())
export const dayFromNow = (days: number): string =>
  new Date(systemClock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10)

/** `database`: one of its own for a test that counts what the whole database did. */
export const openHouse = async ({
  database: own,
  ...options
}: Partial<KernelOptions> & { readonly database?: TestDatabase } = {}) => {
  const database = own ?? (await testDatabase())
  const start = () =>
    createKernel({
      app: database.app,
      modules,
      clock: systemClock,
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      poolSize: 4,
      checkOutputs: true,
      ...options,
    })
  const kernel = start()
  // Planned once for all the checks of a file: planning them is most of their time.
  const settings = { plan_cache_mode: 'force_generic_plan' }
  const owner = createPool({ ...database.owner, settings }, 'entrepot_owner', 1, 'test owner')
  const others: ReturnType<typeof start>[] = []
  return {
    kernel,
    owner,
    /** A second app node on the same database. */
    node: () => {
      const other = start()
      others.push(other)
      return other
    },
    close: async () => {
      await Promise.all([kernel.close(), owner.close(), ...others.map((other) => other.close())])
    },
    /** Rows by which the company breaks the invariants of these modules, named. */
    broken: (company: string, names?: readonly string[]) =>
      owner.plain(60_000, async (sql: Sql) => {
        const out: { name: string; row: unknown }[] = []
        const checks: Invariant[] = modules
          .flatMap((m) => m.invariants)
          .filter((one) => !names || names.includes(one.name))
        for (const check of checks)
          for (const row of await sql.unsafe(
            `select * from (${check.differing}) differing where company_id = $1`,
            [company],
            { prepare: true },
          ))
            out.push({ name: check.name, row })
        return out
      }),
  }
}
export type House = Awaited<ReturnType<typeof openHouse>>

export interface ItemSpec {
  readonly sku: string
  readonly tracking?: 'none' | 'lot' | 'serial'
  readonly shelfLifeDays?: number
  readonly gtin?: string
}

/** A company of its own, ready to trade. `bins` in walking order. */
export const openCompany = async (
  house: House,
  given: { items: readonly ItemSpec[]; bins?: readonly string[]; customer?: object; limit?: number | null },
) => {
  const { runner, pool } = house.kernel
  const company = newId()
  const created = await pool.transaction(wholeCompany(company), 10_000, (sql) =>
    createCompany(
      sql,
      company,
      { now: systemClock.now(), id: newId },
      {
        name: 'Quay Ltd',
        currency: 'GBP',
        country: 'GB',
        zone: 'Europe/London',
        owner: { name: 'Olive', email: `${randomUUID()}@quay.example`, passwordHash: null },
      },
    ),
  )
  const actor: Actor = {
    kind: 'user',
    id: created.owner,
    name: 'Olive',
    company,
    permissions: new Set(['*']),
    sites: null,
    parties: null,
  }
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it reads
  const run = <O = any>(name: string, input: unknown, by: Actor = actor) => runner.run<O>(by, name, input)
  const rows = <R extends object>(query: (sql: Sql) => Promise<readonly R[]>) =>
    pool.transaction(wholeCompany(company), 10_000, async (sql) => [...(await query(sql))], 'read only')

  const ever = { validFrom: '2020-01-01', validTo: '9999-12-31' }
  await run('pricing.saveTaxCodes', {
    entityId: created.entity,
    codes: [{ code: 'S', name: 'Standard', category: 'S', ratePpm: 200_000, ...ever }],
  })
  await run('pricing.saveTaxRules', {
    entityId: created.entity,
    rules: [
      {
        rank: 1,
        taxClass: null,
        taxStatus: null,
        fromCountry: null,
        toCountry: null,
        destination: null,
        taxCode: 'S',
        reason: 'Standard rate',
      },
    ],
  })
  const saved = await run('sites.saveSites', {
    sites: [
      {
        code: 'LON',
        name: 'London',
        kind: 'dc',
        zone: 'Europe/London',
        country: 'GB',
        workDays: [1, 2, 3, 4, 5, 6, 7],
      },
    ],
  })
  const site: string = saved.sites[0].id
  const codes = given.bins ?? ['A-01', 'B-12', 'C-03']
  const binRows = await run('sites.saveLocations', {
    siteId: site,
    locations: codes.map((code, at) => ({ code, kind: 'pick', pickSeq: at + 1 })),
  })
  const bin = new Map<string, string>(binRows.locations.map((row: { id: string; code: string }) => [row.code, row.id]))
  const itemRows = await run('catalog.saveItems', {
    items: given.items.map(({ sku, tracking = 'none', shelfLifeDays, gtin }) => ({
      sku,
      name: `Item ${sku}`,
      kind: 'goods',
      baseUom: 'EA',
      tracking,
      category: 'goods',
      taxClass: 'standard',
      weightG: 500,
      costMicro: 4_000_000,
      ...(shelfLifeDays === undefined ? {} : { shelfLifeDays }),
      uoms: [{ uom: 'EA', num: 1, den: 1, sells: true, ...(gtin === undefined ? {} : { gtin }) }],
    })),
  })
  const item = new Map<string, string>(itemRows.items.map((row: { id: string; sku: string }) => [row.sku, row.id]))
  const list = await run('pricing.savePriceList', {
    code: 'LIST',
    name: 'List',
    kind: 'list',
    currency: 'GBP',
    ...ever,
  })
  await run('pricing.savePrices', {
    listId: list.id,
    prices: [...item.values()].map((itemId) => ({ itemId, uom: 'EA', priceMicro: 10_000_000 })),
  })
  const customerOf = async (code: string, more: object = {}, limit: number | null = null): Promise<string> => {
    const party = await run('parties.saveParties', {
      parties: [
        {
          code,
          name: `Customer ${code}`,
          isCustomer: true,
          currency: 'GBP',
          country: 'GB',
          taxStatus: 'business',
          termsDays: 30,
          ...more,
          addresses: [{ name: code, line1: '1 Quay', city: 'London', postcode: 'E1', country: 'GB' }],
        },
      ],
    })
    await run('credit.saveAccounts', { accounts: [{ partyId: party.parties[0].id, limitAmount: limit }] })
    return party.parties[0].id
  }
  const customer = await customerOf('C1', given.customer, given.limit ?? null)

  return {
    company,
    entity: created.entity,
    /** The price list that all buy from. */
    list: list.id as string,
    actor,
    run,
    rows,
    site,
    bin,
    item,
    customer,
    customerOf,
    /** Opening stock through a receipt, into a bin. */
    stock: (sku: string, binCode: string, qty: number, lot?: { lotCode: string; expiresOn?: string }) =>
      run('warehouse.receive', {
        siteId: site,
        lines: [{ itemId: item.get(sku), qty, locationId: bin.get(binCode), ...lot }],
      }),
    /** An order entered, confirmed and released. */
    order: async (lines: readonly { sku: string; qty: number }[], partyId = customer) => {
      const head = await run('sales.createOrder', {
        partyId,
        siteId: site,
        lines: lines.map(({ sku, qty }) => ({ itemId: item.get(sku), uom: 'EA', uomQty: qty })),
      })
      await run('sales.confirm', { orderId: head.id })
      const released = await run('sales.release', { orderId: head.id })
      return { ...head, released } as {
        id: string
        number: string
        net: number
        tax: number
        gross: number
        released: { outcome: string; lines: { id: string; allocated: number; waiting: number }[] }
      }
    },
    wave: (orderIds?: readonly string[]) =>
      run('warehouse.createWave', { siteId: site, ...(orderIds ? { orderIds } : {}) }),
    openTasks: async (waveId?: string) =>
      (await run('warehouse.pickList', { siteId: site, ...(waveId ? { waveId } : {}) })).tasks as {
        id: string
        location: string
        sku: string
        lot: string | null
        qty: number
        picked: number
        orderId: string
      }[],
    pickAll: async (waveId?: string) => {
      const { tasks } = await run('warehouse.pickList', { siteId: site, limit: 500, ...(waveId ? { waveId } : {}) })
      await Promise.all(
        tasks.map((task: { id: string; qty: number; picked: number }) =>
          run('warehouse.pick', { taskId: task.id, qty: task.qty - task.picked }),
        ),
      )
    },
    line: async (orderId: string) =>
      (
        await rows(
          (sql) => sql<
            {
              id: string
              qty: number
              promised: number
              allocated: number
              backordered: number
              shipped: number
              cancelled: number
            }[]
          >`
          select id, qty, promised, allocated, backordered, shipped, cancelled from demand_line where company_id = ${company} and ref_id = ${orderId} order by line_no`,
        )
      )[0]!,
    account: async (partyId = customer) =>
      (
        await rows(
          (sql) => sql<
            { openOrders: number; shippedUnbilled: number; openReceivables: number; unappliedCash: number }[]
          >`
          select open_orders, shipped_unbilled, open_receivables, unapplied_cash from credit_account where company_id = ${company} and party_id = ${partyId}`,
        )
      )[0]!,
  }
}
export type Company = Awaited<ReturnType<typeof openCompany>>
