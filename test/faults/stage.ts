/** A cluster of its own with fsync on, a wholesaler in it, and app nodes as child processes to be killed. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ConnectionOptions } from '../../src/core/database/pool.ts'
import { wholeCompany } from '../../src/core/database/pool.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { startPostgres } from '../../src/core/database/supervisor/index.ts'
import { migrateJobs } from '../../src/core/events/index.ts'
import { secretToken, uuidv7 } from '../../src/core/ids.ts'
import { digest } from '../../src/core/people/secrets/tokens.ts'
import { ROOT } from '../steps.ts'
import { newWorld } from '../world.ts'

export const openCluster = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'entrepot-faults-'))
  const server = await startPostgres({
    dataDir,
    log: () => {},
    url: null,
    minFreeMb: 0,
    reserveMb: 0,
    settings: { max_connections: '100' },
  })
  process.env.TEST_DATABASE_SOCKET = server.socketDir
  return {
    server,
    close: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A company with little stock and much credit, a second site, two API keys, and a receiver that watches its events. */
export const openStage = async ({ items = 4, stock = 400 } = {}) => {
  const w = await newWorld({ items, stock, customers: 2, at: '2026-11-23T08:00:00Z' })
  const superuser = connectOnce(w.database.superuser)
  await superuser.unsafe(`grant create on database ${w.database.superuser.database} to entrepot_owner`)
  await superuser.end()
  await migrateJobs(w.database.owner)
  const second = await w.run('sites.saveSites', {
    sites: [{ code: 'DC2', name: 'Inland', kind: 'dc', zone: 'Europe/London', country: 'GB', cutoffMinutes: 900 }],
  })
  await w.run('credit.saveAccounts', {
    accounts: w.partyIds.map((partyId) => ({ partyId, limitAmount: 5_000_000_000 })),
  })
  const elsewhere = await w.run('sales.createOrder', {
    partyId: w.partyIds[1],
    siteId: second.sites[0].id,
    lines: [{ itemId: w.itemIds[0], uom: 'EA', uomQty: 1 }],
  })
  const newId = () => uuidv7(w.clock.now().getTime())
  const keyFor = async (sites: string[] | null, parties: string[] | null) => {
    const [id, key] = [newId(), `ent_${secretToken()}`]
    await w.kernel.pool.transaction(wholeCompany(w.company), 10_000, async (sql) => {
      await sql`
        insert into api_key (company_id, id, name, permissions, sites, parties, created_by, created_at, expires_at)
        values (${w.company}, ${id}, 'faults', '{*}', ${sites}::uuid[], ${parties}::uuid[], ${w.created.owner}, ${w.clock.now()}, null)`
      await sql`select people_key_secret(${id}, ${digest(key)})`
    })
    return { id, key }
  }
  const whole = await keyFor(null, null)
  const limited = await keyFor([w.siteId], [w.partyIds[0]!])
  await w.kernel.pool.transaction(
    wholeCompany(w.company),
    10_000,
    (sql) => sql`
      insert into webhook_endpoint (company_id, id, url, description, event_types, permissions, secret, enabled, failures, created_at, created_by)
      values (${w.company}, ${newId()}, 'https://receiver.invalid/', 'watch', '{order.created,order.confirmed}', '{*}', decode(repeat('00', 24), 'hex'), true, 0, ${w.clock.now()}, ${w.created.owner})`,
  )
  return { ...w, whole, limited, elsewhere: elsewhere.id as string, units: items * stock }
}
export type Stage = Awaited<ReturnType<typeof openStage>>

export interface Node {
  url: string
  child: ChildProcess
  readonly alive: boolean
  /** How it ended and its last words on stderr: a node that dies for a reason of its own must say it. */
  end(): string
}

/** Where nobody listens: the address of a node that reached its stop point before it had one. */
const NOWHERE = 'http://127.0.0.1:1'
const LAST_WORDS = 4_000

/** Starts a node and answers when it listens. `root` is the checkout it runs, the planted ones are copies. */
export const startNode = async (
  database: { app: ConnectionOptions; owner: ConnectionOptions },
  { root = ROOT, stopAt = '' } = {},
): Promise<Node> => {
  const child = fork(join(root, 'test/faults/node.ts'), [], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, FAULT_NODE: JSON.stringify(database), ENTREPOT_STOP_AT: stopAt, NODE_ENV: 'test' },
  })
  let words = ''
  child.stderr!.on('data', (bytes: Buffer) => {
    words = (words + bytes).slice(-LAST_WORDS)
    if (process.env.TEST_LOG) process.stderr.write(bytes)
  })
  const end = () => `exit code ${child.exitCode}, signal ${child.signalCode}: ${words.trim() || 'nothing on stderr'}`
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { url: string }).url))
    // `close`, not `exit`: by then all it wrote has been read.
    child.once('close', (_, signal) => {
      // The others' events and jobs are waiting: an armed node may meet its stop point before it listens.
      if (signal === 'SIGKILL' && stopAt) resolve(NOWHERE)
      else reject(new Error(`a node ended before it listened (${end()})`))
    })
  })
  return {
    url,
    child,
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    end,
  }
}

export const endNode = async (node: Node) => {
  if (!node.alive) return
  const ended = new Promise((resolve) => node.child.once('exit', resolve))
  node.child.kill('SIGKILL')
  await ended
}

/** Milliseconds until the node answers `/readyz` with 200. */
export const readyAfter = async (url: string, started: number, most = 20_000): Promise<number> => {
  for (;;) {
    const ok = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      (r) => r.ok,
      () => false,
    )
    if (ok) return performance.now() - started
    if (performance.now() - started > most) return Number.POSITIVE_INFINITY
    await wait(20)
  }
}
