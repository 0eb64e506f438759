/**
 * What every client saw, held against what the database has. Jepsen's habit: invoke / ok / refused / unknown, each with
 * its key. Shares no code with the product: its own driver, its own SQL, its own reading of the rules.
 */
import pg from 'pg'

export interface Attempt {
  readonly key: string
  readonly op: 'create' | 'confirm' | 'release' | 'probe'
  /** The order it is about, null for `create`. */
  readonly order: string | null
  readonly outcome: 'ok' | 'refused' | 'unknown' | 'error'
  readonly status: number
  readonly body: string
  readonly retryAfter: string | null
  readonly ms: number
  /** Moment of the answer. */
  readonly at: number
}
export interface Verdict {
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly halfDone: number
  readonly phantomEvents: number
  readonly past: number
  /** Everything that is wrong, in words. */
  readonly wrong: readonly string[]
}
/** What honest clients may hear here: another of theirs was first. */
const KNOWN_REFUSALS = new Set(['not_a_draft', 'not_confirmed'])

export const judge = async (
  connection: pg.ClientConfig,
  company: string,
  actor: string,
  history: readonly Attempt[],
  expected: { units: number; deadlineMs: number; orders: readonly string[] },
): Promise<Verdict> => {
  const db = new pg.Client(connection)
  await db.connect()
  const rows = async (text: string, values: unknown[] = [company]) => (await db.query(text, values)).rows
  const wrong: string[] = []
  let lost = 0
  let doubled = 0
  let halfDone = 0
  let phantomEvents = 0
  try {
    const audited = new Map<string, number>()
    for (const row of await rows(
      `select key, count(*)::int as n from audit_event where company_id = $1 and actor_id = '${actor}' and outcome = 'done' group by key`,
    ))
      audited.set(row.key.split(':').slice(2).join(':'), row.n)

    const byKey = Map.groupBy(history, (a) => a.key)
    for (const [key, attempts] of byKey) {
      const answers = new Set(
        attempts.filter((a) => a.outcome === 'ok' || a.outcome === 'refused').map((a) => `${a.status} ${a.body}`),
      )
      if (answers.size > 1)
        wrong.push(`${key}: ${answers.size} different answers to one key: ${[...answers].join(' | ').slice(0, 300)}`)
      if (answers.size === 0 && attempts.every((a) => a.outcome === 'unknown'))
        wrong.push(`${key}: asked ${attempts.length} times and never answered`)
      const effects = audited.get(key) ?? 0
      if (effects > 1) {
        doubled += effects - 1
        wrong.push(`${key}: done ${effects} times`)
      }
      if (attempts.some((a) => a.outcome === 'ok') && effects === 0) {
        lost += 1
        wrong.push(`${key}: acknowledged and gone`)
      }
      if (attempts.some((a) => a.outcome === 'refused') && effects > 0) wrong.push(`${key}: refused and done`)
      for (const a of attempts) {
        if (a.status === 503 && a.retryAfter === null)
          wrong.push(`${key}: 503 without Retry-After: ${a.body.slice(0, 100)}`)
        if (a.outcome === 'error') wrong.push(`${key}: ${a.status} ${a.body.slice(0, 200)}`)
        if (a.outcome === 'refused' && !KNOWN_REFUSALS.has(codeOf(a.body)))
          wrong.push(`${key} ${a.op}: refused with ${codeOf(a.body)}, which nothing here can cause`)
      }
    }
    for (const key of audited.keys())
      if (!byKey.has(key)) {
        doubled += 1
        wrong.push(`an effect under the key ${key}, which nobody sent`)
      }

    const orders = new Map(
      (await rows('select id, state, released_at from sales_order where company_id = $1')).map((r) => [r.id, r]),
    )
    for (const id of expected.orders) orders.delete(id)
    const created = new Set<string>()
    for (const a of history) {
      if (a.outcome !== 'ok') continue
      const id = a.op === 'create' ? JSON.parse(a.body).id : a.order
      const order = orders.get(id)
      if (a.op === 'create') created.add(id)
      if (!order) wrong.push(`order ${id} was acknowledged (${a.op}) and is not there`)
      else if (a.op === 'confirm' && order.state !== 'confirmed')
        wrong.push(`order ${id} was confirmed and is ${order.state}`)
      else if (a.op === 'release' && JSON.parse(a.body).outcome === 'released' && order.released_at === null)
        wrong.push(`order ${id} was released and is not`)
    }
    const confirming = Map.groupBy(
      history.filter((a) => a.op === 'confirm' && a.outcome === 'ok'),
      (a) => a.order,
    )
    for (const [id, confirms] of confirming)
      if (new Set(confirms.map((a) => a.key)).size > 1) {
        doubled += 1
        wrong.push(`order ${id} was confirmed under two keys`)
      }
    const unknownCreates = new Set(
      history.filter((a) => a.op === 'create' && a.outcome === 'unknown').map((a) => a.key),
    ).size
    if (orders.size < created.size || orders.size > created.size + unknownCreates) {
      doubled += Math.max(0, orders.size - created.size - unknownCreates)
      wrong.push(`${orders.size} orders for ${created.size} acknowledged and ${unknownCreates} unknown`)
    }

    const half = await rows(`
      select o.id
        from sales_order o
       where o.company_id = $1
         and (o.line_count <> (select count(*) from sales_order_line l where l.company_id = o.company_id and l.order_id = o.id)
              or (o.state = 'confirmed') <> exists (select 1 from demand_line d join sales_order_line l on l.company_id = d.company_id and l.id = d.order_line_id
                                                     where l.company_id = o.company_id and l.order_id = o.id))`)
    halfDone += half.length
    for (const row of half) wrong.push(`order ${row.id} is half done`)

    const [stock] = await rows(
      'select sum(on_hand)::int as units, sum(allocated)::int as allocated from stock_pool where company_id = $1',
    )
    const [held] = await rows(
      'select coalesce(sum(qty - shipped - dropped), 0)::int as units from allocation where company_id = $1',
    )
    if (stock.units !== expected.units) wrong.push(`${expected.units} units became ${stock.units}`)
    if (stock.allocated !== held.units)
      wrong.push(`pools say ${stock.allocated} allocated, allocations say ${held.units}`)
    if (stock.allocated > stock.units) wrong.push(`oversold: ${stock.allocated} of ${stock.units}`)

    const events = await rows(`
      select o.type, o.position::int as position, a.id is null as orphan, o.id, d.n as delivered
        from outbox o
        left join audit_event a on a.company_id = o.company_id and a.id = o.audit_id and a.outcome = 'done'
        left join lateral (select count(*)::int as n from webhook_delivery w where w.company_id = o.company_id and w.event_id = o.id) d on true
       where o.company_id = $1
       order by o.position`)
    phantomEvents += events.filter((e) => e.orphan).length
    if (phantomEvents > 0) wrong.push(`${phantomEvents} events that nobody caused`)
    for (const [n, e] of events.entries()) {
      if (e.position !== n + 1) {
        wrong.push(`positions are not dense: ${e.position} at place ${n + 1}`)
        break
      }
    }
    const told = new Map<string, number>()
    for (const e of events) told.set(e.type, (told.get(e.type) ?? 0) + 1)
    const doneOf = async (capability: string) =>
      (
        await rows(
          `select count(*)::int as n from audit_event where company_id = $1 and capability = '${capability}' and outcome = 'done'`,
        )
      )[0].n
    for (const [type, capability] of [
      ['order.created', 'sales.createOrder'],
      ['order.confirmed', 'sales.confirm'],
    ] as const) {
      const done = await doneOf(capability)
      if ((told.get(type) ?? 0) !== done) {
        lost += Math.max(0, done - (told.get(type) ?? 0))
        wrong.push(`${done} × ${capability}, ${told.get(type) ?? 0} × ${type}`)
      }
    }
    const watched = events.filter((e) => e.type === 'order.created' || e.type === 'order.confirmed')
    const untold = watched.filter((e) => e.delivered !== 1)
    if (untold.length > 0)
      wrong.push(
        `${untold.length} of ${watched.length} events did not reach the receiver's list once: ${untold
          .slice(0, 5)
          .map((e) => `position ${e.position} of ${events.length}, ${e.delivered} times`)
          .join('; ')}`,
      )
  } finally {
    await db.end()
  }
  const past = history.filter((a) => a.ms > expected.deadlineMs).length
  if (past > 0)
    wrong.push(
      `${past} requests past their deadline, the longest ${Math.round(Math.max(...history.map((a) => a.ms)))} ms`,
    )
  return {
    acknowledged: history.filter((a) => a.outcome === 'ok').length,
    lost,
    doubled,
    halfDone,
    phantomEvents,
    past,
    wrong,
  }
}

export const codeOf = (body: string): string => {
  try {
    return JSON.parse(body).code ?? 'none'
  } catch {
    return 'unreadable'
  }
}
