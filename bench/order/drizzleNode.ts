/** Drives the order through drizzle-orm, built anew for each call or, told so, built once and prepared in the server. */
import { hash } from 'node:crypto'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { systemClock } from '../../src/core/clock.ts'
import { beginText, type ConnectionOptions, wholeCompany } from '../../src/core/database/pool.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { addDays, shipDay } from '../../src/modules/sites/index.ts'
import { inParallel } from '../kit/caller.ts'
import { type Statement, statements } from './drizzleStatements.ts'

interface Given {
  readonly app: ConnectionOptions
  readonly company: string
  readonly actor: string
  readonly poolSize: number
  readonly prepared: boolean
}
const { app, company, actor, poolSize, prepared } = JSON.parse(process.argv[2]!) as Given
type Params = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: rows of fifteen tables, read by name
type Row = any

const open = () => {
  const client = postgres({
    host: app.host,
    port: app.port,
    database: app.database,
    username: app.user,
    max: 1,
    idle_timeout: 0,
    connection: { role: 'entrepot_app', plan_cache_mode: 'force_generic_plan', jit: 'off' } as never,
    onnotice: () => {},
  })
  const plain = client.unsafe.bind(client)
  if (prepared)
    Object.assign(client, { unsafe: (text: string, params: never[]) => plain(text, params, { prepare: true }) })
  const built = statements(drizzle(client))
  const ready = new Map<Statement, { execute(params: Params): Promise<Row[]> }>()
  const send = async (name: Statement, params: Params): Promise<Row[]> => {
    let query = prepared ? ready.get(name) : undefined
    if (!query) {
      query = built[name]().prepare(`d_${name}`) as never as { execute(params: Params): Promise<Row[]> }
      ready.set(name, query)
    }
    return query.execute({ company_id: company, ...params })
  }
  return {
    send,
    begin: () => plain(beginText(wholeCompany(company), 'read write')),
    commit: () => plain('commit'),
    close: () => client.end({ timeout: 1 }),
  }
}
type Connection = ReturnType<typeof open>

const close = async (
  { send, commit }: Connection,
  order: Row,
  capability: string,
  type: string,
  key: string,
  at: string,
  body: object,
) => {
  const audit_id = uuidv7(Date.parse(at))
  await send('addAudit', {
    id: audit_id,
    recorded_at: at,
    actor_id: actor,
    capability,
    key,
    input: { orderId: order.id },
  })
  await send('addOutbox', {
    id: uuidv7(Date.parse(at)),
    type,
    ref_id: order.id,
    site_id: order.site_id,
    party_id: order.party_id,
    capability,
    audit_id,
    recorded_at: at,
  })
  await send('answer', { key, body: JSON.stringify(body) })
  await commit()
}

const confirm = async (connection: Connection, id: string): Promise<void> => {
  const { send, begin } = connection
  const now = systemClock.now()
  const at = now.toISOString()
  const key = `drizzle:confirm:${id}`
  await begin()
  await send('claim', { key, hash: hash('sha256', key, 'buffer'), recorded_at: at })
  const [order] = await send('order', { id })
  if (order.state !== 'draft') throw new Error(`order ${id} is ${order.state}`)
  const [customer] = await send('party', { id: order.party_id })
  const [shipTo] = await send('address', { id: order.ship_to_id })
  const [place] = await send('site', { id: order.site_id })
  const ships = shipDay(
    { zone: place.zone, cutoffMinutes: place.cutoff_minutes, workDays: place.work_days, holidays: new Set() },
    now,
  )
  const arrives = addDays(ships, shipTo?.route_days ?? 0)
  const due = arrives > order.requested_on ? arrives : order.requested_on
  const out: object[] = []
  for (const line of await send('lines', { id })) {
    const where = { site_id: order.site_id, item_id: line.item_id }
    const [position] = await send('position', where)
    const free = (await send('lots', where)).reduce(
      (sum: number, l: Row) => sum + (l.lot_held ? 0 : l.on_hand - l.allocated - l.held),
      0,
    )
    if (free - position.promised < line.qty) throw new Error('the bench has stock for all')
    await send('addDemand', {
      ...where,
      id: line.id,
      ref_id: id,
      order_line_id: line.id,
      line_qty: line.qty,
      line_no: line.line_no,
      party_id: order.party_id,
      qty: line.qty,
      step: line.qty / line.uom_qty,
      priority: customer.service_class,
      ordered_on: order.ordered_on,
      requested_on: order.requested_on,
      route_days: shipTo?.route_days ?? 0,
      min_shelf_days: customer.min_shelf_days,
      partial_policy: customer.partial_policy,
      original_promise_on: due,
      latest_promise_on: due,
      promised: line.qty,
    })
    await send('addPromise', {
      ...where,
      id: uuidv7(now.getTime()),
      demand_line_id: line.id,
      party_id: order.party_id,
      qty: line.qty,
      due_on: due,
      made_at: at,
    })
    await send('movePosition', { ...where, by: line.qty })
    out.push({ id: line.id, promisedOn: due })
  }
  await send('confirmOrder', { id, at })
  await close(connection, order, 'sales.confirm', 'order.confirmed', key, at, { id, lines: out })
}

const release = async (connection: Connection, id: string): Promise<void> => {
  const { send, begin } = connection
  const now = systemClock.now()
  const at = now.toISOString()
  const key = `drizzle:release:${id}`
  await begin()
  await send('claim', { key, hash: hash('sha256', key, 'buffer'), recorded_at: at })
  const [order] = await send('order', { id })
  const [account] = await send('account', { entity_id: order.entity_id, party_id: order.party_id })
  if (
    account.open_orders + account.shipped_unbilled + account.open_receivables - account.unapplied_cash + order.gross >
    account.limit_amount
  )
    throw new Error('over the limit')
  const lines = await send('demand', { id })
  for (const line of lines) {
    const where = { site_id: line.site_id, item_id: line.item_id }
    await send('position', where)
    const lots = (await send('lots', where))
      .filter((l: Row) => !l.lot_held && l.on_hand > l.allocated + l.held)
      .sort((a: Row, b: Row) => ((a.expires_on ?? '9') < (b.expires_on ?? '9') ? -1 : 1))
    let left = line.qty
    for (const l of lots) {
      const qty = Math.min(left, l.on_hand - l.allocated - l.held)
      if (qty === 0) break
      left -= qty
      await send('addAllocation', {
        ...where,
        id: uuidv7(now.getTime()),
        demand_line_id: line.id,
        party_id: line.party_id,
        lot_id: l.lot_id,
        qty,
        made_at: at,
      })
      await send('takePool', { ...where, lot_id: l.lot_id, by: qty })
    }
    for (const promise of await send('promises', { id: line.id })) await send('endPromise', { id: promise.id })
    await send('movePosition', { ...where, by: -line.qty })
    await send('allocateDemand', { id: line.id, by: line.qty - left, at })
  }
  await send('expose', { id: account.id, by: order.gross })
  await send('releaseOrder', { id, at })
  await close(connection, order, 'sales.release', 'order.released', key, at, { id, outcome: 'released' })
}

const connections = Array.from({ length: poolSize }, open)
process.on('message', async ({ callers, ids }: { callers: number; ids: string[] }) => {
  const free = connections.slice(0, callers)
  await inParallel(free.length, ids, async (id) => {
    const connection = free.pop()!
    await confirm(connection, id)
    await release(connection, id)
    free.push(connection)
  })
  process.send!('done')
})
process.on('disconnect', async () => {
  await Promise.all(connections.map((connection) => connection.close()))
  process.exit(0)
})
process.send!('ready')
