/** One campaign: two nodes under load, faults at stop points, at random, on the wire and in the database; then the verdict. */
import { setTimeout as wait } from 'node:timers/promises'
import { check, invariantsOf } from '../../src/core/check/check.ts'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import { createPool } from '../../src/core/database/pool.ts'
import { seeded } from '../../src/core/ids.ts'
import { modules } from '../../src/modules.ts'
import { startClients } from './clients.ts'
import { accepting, killDatabase, relayed } from './database.ts'
import { judge } from './history.ts'
import { type Outage, type OutageResult, outage } from './outage.ts'
import { probes } from './probes.ts'
import { type FaultProxy, startProxy } from './proxy.ts'
import { endNode, type Node, readyAfter, type Stage, startNode } from './stage.ts'

export interface CampaignOptions {
  readonly root?: string
  readonly seed: number
  readonly clients: number
  readonly thinkMs?: number
  /** Each name once per entry. */
  readonly stopPoints?: readonly string[]
  readonly randomKills?: number
  /** The answer to a caller is cut off after the commit. */
  readonly lostReplies?: number
  /** The database's answer to `commit` is cut off: the node does not know whether it is done. */
  readonly lostCommits?: number
  /** Load without faults, for races. */
  readonly loadMs?: number
  readonly databaseKills?: readonly ('backend' | 'postmaster')[]
  readonly postmasterPid?: () => number | null
  readonly outages?: readonly Outage[]
  /** Nobody is to wait longer: the deadline of a command and a second. */
  readonly deadlineMs?: number
}
export interface CampaignResult {
  kills: number
  random_kills: number
  database_kills: number
  stop_points: Record<string, number>
  lost_replies: number
  lost_commits: number
  acknowledged: number
  lost: number
  doubled: number
  half_done: number
  phantom_events: number
  past_deadline: number
  ready_ms: number[]
  database_back_ms: number[]
  outages: OutageResult[]
  wrong: string[]
}

export const campaign = async (stage: Stage, options: CampaignOptions): Promise<CampaignResult> => {
  // A campaign that breaks leaves no node and no caller behind: they would take part in the next one.
  const endings: (() => Promise<unknown>)[] = []
  try {
    return await underLoad(stage, options, (end) => endings.push(end))
  } finally {
    for (const end of endings) await end()
  }
}

const underLoad = async (
  stage: Stage,
  options: CampaignOptions,
  finallyDo: (end: () => Promise<unknown>) => void,
): Promise<CampaignResult> => {
  const random = seeded(options.seed)
  const say = (line: string) => process.env.TEST_LOG && console.error(`${Math.round(performance.now())} ${line}`)
  const { superuser, app, owner } = stage.database
  const { stopPoints = [], outages = [] } = options
  const proxy = await startProxy({ path: `${superuser.host}/.s.PGSQL.${superuser.port}` })
  finallyDo(proxy.close)
  const through = (c: ConnectionOptions): ConnectionOptions => ({ ...c, host: '127.0.0.1', port: proxy.port })
  // The first node speaks to the database through the proxy, the second directly; an outage is everybody's.
  const direct = { app, owner }
  const cut = { app: through(app), owner: through(owner) }
  const databases = outages.length > 0 ? [cut, cut] : [{ app: through(app), owner }, direct]
  const start = (n: number, stopAt = '') => startNode(databases[n]!, { root: options.root, stopAt })
  const armed = (at: number) => (stopPoints[at] ? `${stopPoints[at]}:${1 + Math.floor(random() * 6)}` : '')
  // An armed node dies under the first load; where answers are to be lost, both must live until that is done.
  const loses = (options.lostReplies ?? 0) + (options.lostCommits ?? 0) > 0
  const nodes: Node[] = await Promise.all([start(0), start(1, loses ? '' : armed(0))])
  finallyDo(() => Promise.all(nodes.map(endNode)))
  const result: CampaignResult = {
    kills: 0,
    random_kills: 0,
    database_kills: 0,
    stop_points: {},
    lost_replies: 0,
    lost_commits: 0,
    acknowledged: 0,
    lost: 0,
    doubled: 0,
    half_done: 0,
    phantom_events: 0,
    past_deadline: 0,
    ready_ms: [],
    database_back_ms: [],
    outages: [],
    wrong: [],
  }
  let front: readonly string[] | null = null
  const clients = startClients(stage, () => front ?? nodes.map((n) => n.url), {
    count: options.clients,
    seed: options.seed,
    thinkMs: options.thinkMs ?? 0,
  })
  finallyDo(() => clients.stop())

  const replaced = async (n: number, stopAt = '') => {
    const started = performance.now()
    const fresh = await start(n, stopAt)
    nodes[n] = fresh
    if (!stopAt) result.ready_ms.push(Math.round(await readyAfter(fresh.url, started)))
  }
  /** A death that nobody caused is told with its last words, and the run goes on with another node. */
  const mustLive = async (n: number, when: string) => {
    const node = nodes[n]!
    if (node.alive) return
    result.wrong.push(`a node died by itself, ${when}: ${node.end()}`)
    await replaced(n)
  }
  const allMustLive = async (when: string) => {
    for (const n of nodes.keys()) await mustLive(n, when)
  }
  /** The second node stands armed with one stop point after the other; the load drives it there. */
  const killAt = async (point: string, next: string) => {
    const until = performance.now() + 30_000
    while (nodes[1]!.alive && performance.now() < until) await wait(10)
    if (nodes[1]!.alive) result.wrong.push(`the stop point ${point} was not reached`)
    else if (nodes[1]!.child.signalCode !== 'SIGKILL')
      result.wrong.push(`a node died by itself, armed with ${point}: ${nodes[1]!.end()}`)
    else {
      result.kills += 1
      result.stop_points[point] = (result.stop_points[point] ?? 0) + 1
    }
    await mustLive(0, `while the other was killed at ${point}`)
    await endNode(nodes[1]!)
    await replaced(1, next)
  }
  /** Answers are lost in the midst of others that are not; a proxy that meets nothing for 20 s is given up. */
  const lose = async (proxies: readonly FaultProxy[], after: string, every: number, times: number) => {
    const broken = () => proxies.reduce((n, one) => n + one.broken(), 0)
    const before = broken()
    if (times > 0)
      for (const one of proxies) one.set({ kind: 'replyLost', after, every, times: Math.ceil(times / proxies.length) })
    let last = { at: performance.now(), lost: 0 }
    while (last.lost < times && performance.now() < last.at + 20_000) {
      await wait(5)
      const lost = broken() - before
      if (lost > last.lost) last = { at: performance.now(), lost }
    }
    for (const one of proxies) one.set({ kind: 'pass' })
    if (last.lost < times) result.wrong.push(`only ${last.lost} of ${times} answers were lost`)
    return last.lost
  }

  await wait(300)
  say('load')
  result.lost_commits = await lose([proxy], 'commit', 2, options.lostCommits ?? 0)
  if (options.lostReplies) {
    const fronts = await Promise.all(
      nodes.map((n) => startProxy({ host: '127.0.0.1', port: Number(new URL(n.url).port) })),
    )
    front = fronts.map((one) => `http://127.0.0.1:${one.port}`)
    result.lost_replies = await lose(fronts, 'idempotency-key', 3, options.lostReplies)
    front = null
    await wait(500)
    for (const one of fronts) await one.close()
  }
  say('lost replies')
  if (loses && stopPoints.length > 0) {
    await endNode(nodes[1]!)
    await replaced(1, armed(0))
  }
  for (const [at, point] of stopPoints.entries()) {
    await killAt(point, armed(at + 1))
    say(point)
  }
  await wait(options.loadMs ?? 0)
  for (let n = 0; n < (options.randomKills ?? 0); n += 1) {
    await wait(50 + 250 * random())
    const victim = Math.floor(random() * 2)
    await allMustLive('between two kills')
    await endNode(nodes[victim]!)
    result.kills += 1
    result.random_kills += 1
    await replaced(victim)
  }
  say('random kills')
  for (const kind of options.databaseKills ?? []) {
    await killDatabase(kind, superuser, options.postmasterPid)
    result.kills += 1
    result.database_kills += 1
    await accepting(superuser)
    await allMustLive(`after the database's ${kind} was killed`)
    const started = performance.now()
    const back = await Promise.all(nodes.map((n) => readyAfter(n.url, started)))
    result.database_back_ms.push(Math.round(Math.max(...back)))
    await wait(300)
  }
  for (const one of outages) {
    const urls = nodes.map((n) => n.url)
    const told = await outage(one, proxy, urls, clients.history)
    result.outages.push(told)
    result.wrong.push(...told.wrong)
    await allMustLive(`after ${one.kind}`)
    say(one.kind)
  }
  await wait(300)
  await allMustLive('under load')
  say('stopping clients')
  await clients.stop()
  say('settling')
  await clients.settle()
  await relayed(superuser, stage.company)
  say('probes')
  result.wrong.push(...(await probes(stage, nodes[1]!)))
  await allMustLive('at the end')
  for (const node of nodes) await endNode(node)

  say('judging')
  const connection = { host: superuser.host, port: superuser.port, user: superuser.user, database: superuser.database }
  const verdict = await judge(connection, stage.company, stage.whole.id, clients.history, {
    units: stage.units,
    deadlineMs: options.deadlineMs ?? 16_000,
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
