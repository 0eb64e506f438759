import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { createApp } from '../../src/app.ts'
import { buildWebWhenOld } from '../../src/commands/webBundle.ts'
import { settableClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { wholeCompany } from '../../src/core/database/pool.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { createKernel } from '../../src/core/kernel.ts'
import { createUser } from '../../src/core/people/company.ts'
import { hashPassword } from '../../src/core/people/secrets/passwords.ts'
import { modules } from '../../src/modules.ts'
import { freshDatabase } from '../harness.ts'
import { newWorld, type World } from '../world.ts'
import { launch } from './chromium.ts'

export const desk = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }
const password = 'harbour-crane-lantern-7'
const silent = pino({ level: 'silent' })

/** The whole app on a database of its own, with its relay, beside a small wholesaler with stock, and a browser. */
export const raise = async ({ empty = false, setupCode = null as string | null } = {}) => {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    return await raised({ empty, setupCode, closing, close })
  } catch (error) {
    // What was opened would keep the process of the test alive, and the suite waiting for it.
    await close()
    throw error
  }
}

const raised = async ({
  empty,
  setupCode,
  closing,
  close,
}: {
  empty: boolean
  setupCode: string | null
  closing: (() => Promise<unknown>)[]
  close: () => Promise<void>
}) => {
  await buildWebWhenOld()
  const fresh = await freshDatabase()
  const superuser = connectOnce(fresh.superuser)
  await superuser.unsafe(`grant create on database ${fresh.superuser.database} to entrepot_owner`)
  await superuser.end()
  const database = { ...fresh, kind: 'embedded' as const, writable: () => true }
  const clock = settableClock(new Date('2026-11-23T08:00:00Z'))
  const config = readConfig({}, '.')
  const app = await createApp({ database, config, clock, log: silent, tls: null, dev: false, setupCode })
  closing.push(app.close)
  const kernel = createKernel({ app: database.app, modules, clock, log: silent, poolSize: 4 })
  closing.push(kernel.close)
  const browser = await launch()
  closing.push(() => browser.close())
  const world = empty ? null : await newWorld({ kernel, clock, items: 40, customers: 8, stock: 500 })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  /** A person of one standard role. Answers their e-mail. */
  const person = async (role: string): Promise<string> => {
    const email = `${role}.${uuidv7(clock.now().getTime())}@harbour.example`
    const passwordHash = await hashPassword(password)
    const moment = { now: clock.now(), id: () => uuidv7(clock.now().getTime()) }
    if (!world) throw new Error('an empty install has no roles')
    await kernel.pool.transaction(wholeCompany(world.company), 10_000, (sql) =>
      createUser(sql, world.company, moment, {
        name: `Ana ${role}`,
        email,
        passwordHash,
        roleIds: [world.created.roles[role]!],
        sites: null,
        parties: null,
      }),
    )
    return email
  }
  /** Takes a document out of the books behind everyone's back. */
  const lose = (document: string) =>
    kernel.pool.transaction(
      wholeCompany(world!.company),
      10_000,
      (sql) => sql`delete from sales_history where company_id = ${world!.company} and document = ${document}`,
    )
  return { address, browser, person, lose, close, clock, world: world as World }
}
export type Stage = Awaited<ReturnType<typeof raise>>

/** Pictures of the screens, when asked for: SHOTS names a folder. */
export const shot = async (page: Page, name: string): Promise<void> => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true })
}

/** A page that fails the test on an error in its console: a broken policy or a thrown render is never just seen. */
export const open = async (
  browser: Browser,
  address: string,
  viewport = desk,
): Promise<Page & { faults: string[] }> => {
  const context = await browser.newContext({
    viewport,
    baseURL: address,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  // Only what never comes waits this long; a busy machine needed more than ten seconds for a click.
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    // a 401 before signing in is how the page learns that nobody is signed in
    if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text())
  })
  return Object.assign(page, { faults })
}

/**
 * Waits for what an expression finds, looked for with every frame: a locator looks twice a second once it has not found it at
 * once, which made half a second of every sign-in and of every screen.
 */
export const soon = async (page: Page, expression: string): Promise<void> => {
  const seen = await page.evaluate(
    `new Promise((done) => {
       const last = performance.now() + 30000
       const look = () => ((${expression}) ? done(true) : performance.now() > last ? done(false) : requestAnimationFrame(look))
       look()
     })`,
  )
  if (!seen) throw new Error(`${page.url()} never showed ${expression}`)
}

export const signIn = async (page: Page, email: string): Promise<void> => {
  await page.goto('/app/', { waitUntil: 'commit' })
  await soon(page, `document.querySelector('form input[type=password]')`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await soon(page, `document.querySelector('button[aria-label^="Search or jump to"]')`)
}
