import { timingSafeEqual } from 'node:crypto'
import { type Sql, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import { Refusal } from '../refusal.ts'
import { t } from '../t.ts'
import { type CreatedCompany, createCompany, type Moment } from './company.ts'
import type { DemoLogin } from './demoLogins.ts'
import { demandGoodPassword, hashPassword } from './secrets/passwords.ts'
import { digest } from './secrets/tokens.ts'
import type { Sessions } from './sessions/sessions.ts'
import { type Actions, action } from './sessions/signIn.ts'

export interface FirstSite {
  readonly code: string
  readonly name: string
  readonly zone: string
  readonly country: string
}
export interface SetupOptions {
  /** Progress of the demo load while it runs. */
  readonly demo?: () => { running: boolean; done: number; total: number; note: string } | null
  /** Logins with known passwords, told on loopback only. */
  readonly logins?: () => readonly DemoLogin[]
  /** Beyond loopback: a word printed where the server was started, so that no stranger sets the company up first. */
  readonly code?: string | null
  /** The first warehouse with its standard locations: the sites module's work, which core may not import. */
  readonly createSite: (sql: Sql, company: CreatedCompany, moment: Moment, site: FirstSite) => Promise<void>
}

export const isEmpty = async (sql: Sql): Promise<boolean> => {
  const [row] = await sql<{ any: boolean }[]>`select any_company() as any`
  return row?.any !== true
}

/** Before there is a company: is there one, and make the first. `setup.createCompany` answers `set_up` for ever after. */
export const setupActions = (sessions: Sessions, options: SetupOptions): Actions => ({
  'setup.state': action('Is this installation set up?', false, t.empty(), async () => ({
    body: {
      empty: await sessions.pool.plain(5_000, isEmpty),
      needsCode: Boolean(options.code),
      demo: options.demo?.() ?? null,
      logins: options.logins?.() ?? [],
    },
  })),
  'setup.createCompany': action(
    'Set up the first company',
    false,
    t.object({
      companyName: t.code({ max: 200 }),
      currency: t.currency(),
      country: t.country(),
      siteCode: t.code({ max: 20 }),
      siteName: t.code({ max: 200 }),
      timeZone: t.text({ min: 1, max: 60 }),
      userName: t.code({ max: 100 }),
      email: t.email(),
      password: t.secret({ max: 200 }),
      code: t.optional(t.secret({ max: 100 })),
    }),
    async (input, visit) => {
      const { pool, clock } = sessions
      if (options.code && !timingSafeEqual(Buffer.from(digest(input.code ?? '')), Buffer.from(digest(options.code))))
        throw new Refusal(
          'wrong_setup_code',
          'Enter the setup code that was printed where the server was started.',
          403,
        )
      demandGoodPassword(input.password, [input.userName, input.email, input.companyName])
      demandKnownZone(input.timeZone)
      const hash = await hashPassword(input.password)
      const now = clock.now()
      const id = () => uuidv7(now.getTime())
      const company = id()
      const created = await pool.transaction(wholeCompany(company), 15_000, async (sql) => {
        // Two browsers at once: the second waits here and then finds the first one's company.
        await sql`select pg_advisory_xact_lock(hashtextextended('setup', 0))`
        if (!(await isEmpty(sql))) throw new Refusal('set_up', 'This installation is set up already. Sign in.')
        await demandKnown(sql, input.currency, input.country)
        const made = await createCompany(
          sql,
          company,
          { now, id },
          {
            name: input.companyName,
            currency: input.currency,
            country: input.country,
            zone: input.timeZone,
            owner: { name: input.userName, email: input.email, passwordHash: hash },
          },
        )
        await options.createSite(
          sql,
          made,
          { now, id },
          {
            code: input.siteCode,
            name: input.siteName,
            zone: input.timeZone,
            country: input.country,
          },
        )
        return made
      })
      await sessions.audit({ company, id: created.owner, name: input.userName }, 'setup.createCompany', 'done', {
        company: input.companyName,
      })
      const opened = await sessions.open(
        { company, user: created.owner },
        { secondFactor: false, address: visit.address, userAgent: visit.userAgent },
      )
      return { body: { ok: true }, cookies: opened }
    },
  ),
})

const demandKnownZone = (zone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    const message = 'is no time zone; write one like Europe/London'
    throw new Refusal('invalid_input', `timeZone ${message}`, 422, [{ path: 'timeZone', message }])
  }
}
const demandKnown = async (sql: Sql, currency: string, country: string): Promise<void> => {
  const [row] = await sql<{ currency: boolean; country: boolean }[]>`
    select exists (select 1 from currency where code = ${currency}) as currency, exists (select 1 from country where code = ${country}) as country`
  const errors = [
    ...(row?.currency ? [] : [{ path: 'currency', message: 'is not in the list of currencies' }]),
    ...(row?.country ? [] : [{ path: 'country', message: 'is not in the list of countries' }]),
  ]
  if (errors.length > 0)
    throw new Refusal('invalid_input', errors.map((e) => `${e.path} ${e.message}`).join('; '), 422, errors)
}
