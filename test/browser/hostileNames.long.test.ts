/** Row 27: every name, code, address and note of a company is markup that would run. Every screen shows it as text; nothing runs, nothing is even stopped by the policy. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectOnce } from '../../src/core/database/roles.ts'
import { read } from '../tidy/source.ts'
import { open, raise, type Stage, signIn } from './stage.ts'

const MARKUP = '<img src=x onerror="window.hit=1"><svg onload="window.hit=1">'
/** What people type. Words that programs read (kinds, states, number formats) stay as they are. */
const TYPED =
  /^(name|code|sku|line[12]|city|postcode|reference|customer_po|note|text|title|description|label|reason|address|body|contact|ref)$/

let stage: Stage
before(async () => {
  stage = await raise()
  await stage.world.run('sites.saveSites', { sites: [{ code: 'DC1', latE7: 538_000_000, lonE7: -15_500_000 }] })
})
after(() => stage?.close())

/** Straight into the tables, past every door that would refuse some of it. @returns columns that hold it now. */
const poison = async (superuser: Parameters<typeof connectOnce>[0], company: string): Promise<string[]> => {
  const sql = connectOnce(superuser)
  const done: string[] = []
  try {
    const columns = await sql<{ table: string; column: string }[]>`
      select c.table_name as table, c.column_name as column
        from information_schema.columns c
        join information_schema.tables t on t.table_schema = 'public' and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
        join information_schema.columns own on own.table_schema = 'public' and own.table_name = c.table_name and own.column_name = 'company_id'
       where c.table_schema = 'public' and c.data_type = 'text'
       order by 1, 2`
    for (const { table, column } of columns.filter((one) => TYPED.test(one.column))) {
      // Some must stay unique, some are short or have a form: what refuses is left as it is.
      const changed = await sql`
        update ${sql(table)}
           set ${sql(column)} = ${MARKUP} || coalesce(${sql(column)}, '')
         where company_id = ${company}`.then(
        (rows) => rows.count,
        () => 0,
      )
      if (changed > 0) done.push(`${table}.${column}`)
    }
    return done
  } finally {
    await sql.end({ timeout: 1 })
  }
}

test('names that are markup are text on every screen: nothing runs and no policy has to stop it', {
  timeout: 240_000,
}, async (t) => {
  const { world } = stage
  const email = await stage.person('owner')
  const draft = await world.order([[0, 2]])
  const order = await world.order([
    [1, 3],
    [2, 4],
  ])
  await world.run('sales.confirm', { orderId: order.id })
  await world.run('sales.release', { orderId: order.id })
  const wave = await world.run('warehouse.createWave', { siteId: world.siteId, orderIds: [order.id] })
  const { tasks } = await world.run('warehouse.pickList', { siteId: world.siteId, waveId: wave.id })
  for (const task of tasks) await world.run('warehouse.pick', { taskId: task.id, qty: task.qty })
  const { shipmentId } = await world.run('warehouse.pack', { orderId: order.id })
  await world.run('warehouse.ship', { shipmentId })
  const { invoices } = await world.run('finance.invoiceShipments', { shipmentIds: [shipmentId] })
  await world.run('warehouse.askCount', { locationId: world.bins[3], itemId: world.itemIds[3] })

  const page = await open(stage.browser, stage.address)
  await signIn(page, email)
  const [{ database } = { database: '' }] = await world.sql<{ database: string }>(
    'select current_database() as database',
  )
  const poisoned = await poison({ ...world.database.superuser, database }, world.company)
  assert.ok(poisoned.length >= 15, poisoned.join(', '))
  for (const one of ['item.name', 'party.name', 'location.code', 'site.name'])
    assert.ok(poisoned.includes(one), `${one} is as it was: ${poisoned.join(', ')}`)

  const ids: Record<string, string> = {
    orders: order.id,
    'orders/amend': draft.id,
    customers: world.partyIds[0]!,
    stock: world.itemIds[1]!,
    promises: world.itemIds[1]!,
    waves: wave.id,
    invoices: invoices[0].id,
  }
  const visited: string[] = []
  const shown: string[] = []
  for (const [, path] of read('src/web/routes.ts').matchAll(/page\('([^']+)'/g) as Iterable<[string, string]>) {
    const [first, , last] = path.slice(1).split('/') as [string, string?, string?]
    const id = ids[last ? `${first}/${last}` : first]
    if (path.includes('$') && !id) continue
    await page.goto(`/app${path.replace(/\$\w+/, id ?? '')}`)
    await page.locator('h1, h2').first().waitFor()
    await page.waitForLoadState('networkidle')
    visited.push(path)
    if ((await page.locator('body').textContent())?.includes('<img src=x')) shown.push(path)
    assert.equal(await page.evaluate('window.hit'), undefined, `${path}: it ran`)
    assert.equal(await page.locator('img[src="x"], svg[onload]').count(), 0, `${path}: it is markup`)
  }
  t.diagnostic(`${poisoned.length} columns; ${visited.length} screens, ${shown.length} of them show it`)
  assert.deepEqual(page.faults, [])
  assert.ok(visited.length >= 25, visited.join(' '))
  assert.ok(shown.length >= 12, `shown on ${shown.join(' ')}`)
})
