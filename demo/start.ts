/** Starts, resumes or finds the demo. The app is up and usable while it loads. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { systemClock } from '../src/core/clock.ts'
import type { Database } from '../src/core/database/database.ts'
import { createPool, type Pool, wholeCompany } from '../src/core/database/pool.ts'
import { uuidv7 } from '../src/core/ids.ts'
import { createCompany } from '../src/core/people/company.ts'
import { createDemoLogins, type DemoLogin, demoPassword } from '../src/core/people/demoLogins.ts'
import { hashPassword } from '../src/core/people/secrets/passwords.ts'
import { standardRoles } from '../src/core/people/standardRoles.ts'
import { defaultUkTax } from '../src/modules/pricing/index.ts'
import { ZONE } from './load/hands.ts'
import type { Size } from './load/plan.ts'
import { type DemoState, findDemo, saveState } from './load/state.ts'
import type { FromThread, ThreadInput } from './load/thread.ts'

export type DemoOptions = {
  database: Pick<Database, 'app' | 'owner'>
  log: Logger
  size: Size
  knownPasswords: boolean
  say(line: string): void
  /** after the load: connections that planned on empty tables are replaced */
  loaded(company: string): Promise<unknown>
}
export type DemoProgress = { running: boolean; done: number; total: number; note: string }
export type StartedDemo = {
  progress: DemoProgress | null
  logins: DemoLogin[]
  stop: () => Promise<void>
  finished: Promise<void>
}

const DOMAIN = 'demo.example'
const nothing = (): StartedDemo => ({ progress: null, logins: [], stop: async () => {}, finished: Promise.resolve() })

export async function startDemo(options: DemoOptions): Promise<StartedDemo> {
  const { database, say } = options
  const owner = createPool(database.owner, 'entrepot_owner', 1, 'entrepot demo')
  const found = await findDemo(owner)
  // Somebody's own company is here: never demo data beside it.
  if (!found.demo && found.others) {
    await owner.close()
    return nothing()
  }
  const { company, state, logins } = found.demo
    ? { ...found.demo, logins: found.demo.state.knownPasswords ? knownLogins() : [] }
    : await createDemo(owner, options)
  if (logins.length > 0)
    say(`\nDemo logins:\n${logins.map((l) => `  ${l.role.padEnd(20)} ${l.email.padEnd(32)} ${l.password}`).join('\n')}`)
  if (state.done) {
    await owner.close()
    return { ...nothing(), logins }
  }
  return { ...load(owner, company, state, options), logins }
}

/** The company, its people and its taxes, in one transaction: half a company is none. */
async function createDemo(
  owner: Pool,
  { database, size, knownPasswords }: DemoOptions,
): Promise<{ company: string; state: DemoState; logins: DemoLogin[] }> {
  const now = systemClock.now()
  const id = () => uuidv7(now.getTime())
  const company = id()
  const state: DemoState = { size, today: now.toISOString().slice(0, 10), days: 0, done: false, knownPasswords }
  const password = demoPassword(knownPasswords)
  const passwordHash = await hashPassword(password)
  const app = createPool(database.app, 'entrepot_app', 1, 'entrepot demo')
  try {
    const logins = await app.transaction(wholeCompany(company), 60_000, async (sql) => {
      const given = {
        name: 'Harbour Giftware (demo)',
        currency: 'GBP',
        country: 'GB',
        zone: ZONE,
        owner: { name: 'Demo owner', email: `owner@${DOMAIN}`, passwordHash },
      }
      const created = await createCompany(sql, company, { now, id }, given)
      await defaultUkTax({ sql, company, now, id } as never, created.entity)
      return [
        { role: 'Owner', email: given.owner.email, password },
        ...(await createDemoLogins(sql, created, { now, id }, { demoLogins: knownPasswords, domain: DOMAIN })),
      ]
    })
    await saveState(owner, company, state)
    return { company, state, logins }
  } finally {
    await app.close()
  }
}

const knownLogins = (): DemoLogin[] => [
  { role: 'Owner', email: `owner@${DOMAIN}`, password: demoPassword(true) },
  ...standardRoles
    .filter(({ code }) => code !== 'owner' && code !== 'integration')
    .map(({ code, name }) => ({
      role: name,
      email: `${code.replace('_', '-')}@${DOMAIN}`,
      password: demoPassword(true),
    })),
]

function load(
  owner: Pool,
  company: string,
  state: DemoState,
  { database, log, say, loaded }: DemoOptions,
): Omit<StartedDemo, 'logins'> {
  const progress: DemoProgress = { running: true, done: 0, total: 100, note: 'Starting' }
  const input: ThreadInput = { app: database.app, owner: database.owner, company, state }
  const worker = new Worker(new URL('./load/thread.ts', import.meta.url), { workerData: input })
  let told = -10
  const started = performance.now()
  const built = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'built') {
        log.info({ demo: message.built, seconds: Math.round((performance.now() - started) / 1000) }, 'demo loaded')
        resolve()
        return
      }
      Object.assign(progress, { done: message.done, total: message.total, note: message.note })
      if (message.done < told + 10) return
      told = message.done
      say(`Demo ${String(message.done).padStart(3)} %  ${message.note}`)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`the demo load ended early (${code})`)))
  })
  const finished = built
    .then(async () => {
      await relayed(owner, company)
      await saveState(owner, company, { ...state, days: Number.MAX_SAFE_INTEGER, done: true })
      await loaded(company)
      say(`Demo loaded in ${Math.round((performance.now() - started) / 1000)} s`)
    })
    .catch((err: unknown) => {
      if (stopped) return
      log.error({ err }, 'the demo load stopped; it goes on at the next start')
      say('The demo load stopped; it goes on at the next start.')
    })
    .finally(async () => {
      progress.running = false
      await owner.close()
    })
  let stopped = false
  return {
    progress,
    finished,
    stop: async () => {
      stopped = true
      await worker.terminate()
      await finished
    },
  }
}

/** Its last events are told before jobs are allowed again; with no relay running (command line, tests) there is none to wait for. */
async function relayed(owner: Pool, company: string): Promise<void> {
  for (let last = -1; ; ) {
    const [row] = await owner.plain(
      10_000,
      (sql) => sql<{ waiting: number }[]>`
      select count(*)::int8 as waiting from outbox where company_id = ${company} and position is null`,
    )
    if (row!.waiting === 0 || row!.waiting === last) return
    last = row!.waiting
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
