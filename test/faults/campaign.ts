/** One campaign: two nodes under load, faults at stop points, at random, on the wire and in the database; then the verdict. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { check, invariantsOf } from '../../src/core/check/check.ts'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { seeded } from '../../src/core/ids.ts'
import { modules } from '../../src/modules.ts'
import { startClients } from './clients.ts'
import { judge } from './history.ts'
import { startProxy } from './proxy.ts'
import { endNode, type Node, readyAfter, type Stage, startNode } from './stage.ts'

export interface CampaignOptions {
  readonly root?: string
  readonly seed: number
  readonly clients: number
  /** Each name once per entry. */
  readonly stopPoints: readonly string[]
  readonly randomKills: number
  readonly lostReplies: number
  /** Load without faults, for races. */
  readonly loadMs?: number
  /** SIGKILL one backend (the server recovers) or the postmaster. */
  readonly databaseKills: readonly ('backend' | 'postmaster')[]
  readonly postmasterPid?: () => number | null
}
export interface CampaignResult {
  kills: number
  stop_points: Record<string, number>
  lost_replies: number
  acknowledged: number
  lost: number
  doubled: number
  half_done: number
  phantom_events: number
  past_deadline: number
  ready_ms: number[]
  database_back_ms: number[]
  wrong: string[]
}

export const campaign = async (stage: Stage, options: CampaignOptions): Promise<CampaignResult> => {
  const random = seeded(options.seed)
  const say = (line: string) => process.env.TEST_LOG && console.error(`${Math.round(performance.now())} ${line}`)
  const { superuser, app, owner } = stage.database
  const proxy = await startProxy({ path: `${superuser.host}/.s.PGSQL.${superuser.port}` })
  const through = (c: ConnectionOptions): ConnectionOptions => ({ ...c, host: '127.0.0.1', port: proxy.port })
  // The first node speaks to the database through the proxy, the second directly.
  const databases = [
    { app: through(app), owner },
    { app, owner },
  ]
  const start = (n: number, stopAt = '') => startNode(databases[n]!, { root: options.root, stopAt })
  const armed = (at: number) =>
    options.stopPoints[at] ? `${options.stopPoints[at]}:${1 + Math.floor(random() * 6)}` : ''
  const nodes: Node[] = await Promise.all([start(0), start(1, armed(0))])
  const result: CampaignResult = {
    kills: 0,
    stop_points: {},
    lost_replies: 0,
    acknowledged: 0,
    lost: 0,
    doubled: 0,
    half_done: 0,
    phantom_events: 0,
    past_deadline: 0,
    ready_ms: [],
    database_back_ms: [],
    wrong: [],
  }
  const clients = startClients(stage, () => nodes.map((n) => n.url), options.clients, options.seed)

  const replaced = async (n: number, stopAt = '') => {
    const started = performance.now()
    const fresh = await start(n, stopAt)
    nodes[n] = fresh
    if (!stopAt) result.ready_ms.push(Math.round(await readyAfter(fresh.url, started)))
  }
  /** The second node stands armed with one stop point after the other; the load drives it there. */
  const killAt = async (point: string, next: string) => {
    const until = performance.now() + 20_000
    while (nodes[1]!.alive && performance.now() < until) await wait(10)
    if (nodes[1]!.alive) result.wrong.push(`the stop point ${point} was not reached`)
    else {
      result.kills += 1
      result.stop_points[point] = (result.stop_points[point] ?? 0) + 1
    }
    await endNode(nodes[1]!)
    await replaced(1, next)
  }

  await wait(300)
  say('load')
  for (let n = 0; n < options.lostReplies; n += 1) {
    const before = proxy.broken()
    proxy.set({ kind: 'replyLost', after: 'commit' })
    const until = performance.now() + 2_000
    while (proxy.broken() === before && performance.now() < until) await wait(5)
    if (proxy.broken() > before) result.lost_replies += 1
    proxy.set({ kind: 'pass' })
  }
  say('lost replies')
  for (const [at, point] of options.stopPoints.entries()) {
    await killAt(point, armed(at + 1))
    say(point)
  }
  await wait(options.loadMs ?? 0)
  for (let n = 0; n < options.randomKills; n += 1) {
    await wait(50 + 250 * random())
    const victim = Math.floor(random() * 2)
    await endNode(nodes[victim]!)
    result.kills += 1
    await replaced(victim)
  }
  say('random kills')
  for (const kind of options.databaseKills) {
    await killDatabase(kind, superuser, options.postmasterPid)
    result.kills += 1
    await accepting(superuser)
    const started = performance.now()
    const back = await Promise.all(nodes.map((n) => readyAfter(n.url, started)))
    result.database_back_ms.push(Math.round(Math.max(...back)))
    await wait(300)
  }
  await wait(300)
  say('stopping clients')
  await clients.stop()
  say('settling')
  await clients.settle()
  await relayed(superuser, stage.company)
  say('probes')
  result.wrong.push(...(await probes(stage, nodes[1]!)))
  for (const node of nodes) await endNode(node)
  await proxy.close()

  say('judging')
  const connection = { host: superuser.host, port: superuser.port, user: superuser.user, database: superuser.database }
  const verdict = await judge(connection, stage.company, stage.whole.id, clients.history, {
    units: stage.units,
    deadlineMs: 16_000,
    orders: [stage.elsewhere],
  })
  const pool = createPool(owner, 'entrepot_owner', 1)
  const broken = (await check(pool, invariantsOf(modules), { company: stage.company })).filter((c) => c.differing > 0)
  await pool.close()
  return {
    ...result,
    acknowledged: verdict.acknowledged,
    lost: verdict.lost,
    doubled: verdict.doubled,
    half_done: verdict.halfDone,
    phantom_events: verdict.phantomEvents,
    past_deadline: verdict.past,
    wrong: [
      ...result.wrong,
      ...verdict.wrong,
      ...broken.map((c) => `${c.name}: ${c.differing} rows differ ${JSON.stringify(c.first[0])}`),
    ],
  }
}

const killDatabase = async (
  kind: 'backend' | 'postmaster',
  superuser: ConnectionOptions,
  postmasterPid?: () => number | null,
) => {
  if (kind === 'postmaster') {
    const pid = postmasterPid?.()
    if (pid) process.kill(pid, 'SIGKILL')
    return
  }
  const db = new pg.Client({
    host: superuser.host,
    port: superuser.port,
    user: superuser.user,
    database: superuser.database,
  })
  db.on('error', () => {})
  await db.connect()
  const { rows } = await db.query(
    `select pid from pg_stat_activity where application_name = 'entrepot' and pid <> pg_backend_pid() order by state limit 1`,
  )
  await db.end()
  if (rows[0]) process.kill(rows[0].pid, 'SIGKILL')
}

/** PostgreSQL replays its log first; what is measured is how soon the app is back after it. */
const accepting = async (superuser: ConnectionOptions) => {
  for (let n = 0; n < 1_000; n += 1) {
    const db = new pg.Client({
      host: superuser.host,
      port: superuser.port,
      user: superuser.user,
      database: superuser.database,
    })
    db.on('error', () => {})
    const ok = await db
      .connect()
      .then(() => db.query('select 1'))
      .then(
        () => true,
        () => false,
      )
    await db.end().catch(() => {})
    if (ok) return
    await wait(30)
  }
  throw new Error('the database did not come back within half a minute')
}

/** The relay is given a moment to tell what was committed. */
const relayed = async (superuser: ConnectionOptions, company: string) => {
  const db = new pg.Client({
    host: superuser.host,
    port: superuser.port,
    user: superuser.user,
    database: superuser.database,
  })
  await db.connect()
  for (let n = 0; n < 250; n += 1) {
    const { rows } = await db.query('select 1 from outbox where company_id = $1 and position is null limit 1', [
      company,
    ])
    if (rows.length === 0) break
    await wait(20)
  }
  await db.end()
}

/** Promises that no load shows: the constraint is there, and another site's order is not. */
const probes = async (stage: Stage, node: Node): Promise<string[]> => {
  const wrong: string[] = []
  const { superuser } = stage.database
  const db = new pg.Client({
    host: superuser.host,
    port: superuser.port,
    user: superuser.user,
    database: superuser.database,
  })
  await db.connect()
  for (const [what, text] of [
    ['a pool may be allocated beyond its stock', 'update stock_pool set allocated = on_hand + 1 where company_id = $1'],
    ['a pool may go below nothing', 'update stock_pool set on_hand = -1, allocated = 0 where company_id = $1'],
    ['a bin may be tasked beyond its stock', 'update stock_balance set tasked = on_hand + 1 where company_id = $1'],
  ] as const) {
    await db.query('begin')
    const refused = await db.query(text, [stage.company]).then(
      (r) => r.rowCount === 0,
      (e: { code: string }) => e.code === '23514',
    )
    await db.query('rollback')
    if (!refused) wrong.push(what)
  }
  await db.end()
  const ask = (key: string, capability: string) =>
    fetch(`${node.url}/rpc/sales/${capability}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'x-dry-run': capability === 'order' ? '0' : '1',
      },
      body: JSON.stringify({ orderId: stage.elsewhere }),
    })
  for (const capability of ['order', 'confirm']) {
    if (!(await ask(stage.whole.key, capability)).ok)
      wrong.push(`the probe ${capability} is not let in where it may be`)
    const limited = await ask(stage.limited.key, capability)
    if (limited.status !== 404)
      wrong.push(`${capability} of another site's order is answered ${limited.status} to who may not see it`)
  }
  return wrong
}

export const seedOf = (): number => Number(process.env.SEED ?? Math.floor(performance.timeOrigin) % 1_000_000)
