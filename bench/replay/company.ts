import { systemClock } from '../../src/core/clock.ts'
import { type ConnectionOptions, createPool, wholeCompany } from '../../src/core/database/pool.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { createCompany } from '../../src/core/people/company.ts'
import { createDemoLogins } from '../../src/core/people/demoLogins.ts'
import { defaultUkTax } from '../../src/modules/pricing/index.ts'

/** The company that the replay works in, with one person of each standard role. */
export const replayCompany = async (app: ConnectionOptions): Promise<string> => {
  const now = systemClock.now()
  const id = () => uuidv7(now.getTime())
  const company = id()
  const pool = createPool(app, 'entrepot_app', 1)
  await pool.transaction(wholeCompany(company), 60_000, async (sql) => {
    const given = {
      name: 'Harbour Giftware',
      currency: 'GBP',
      country: 'GB',
      zone: 'Europe/London',
      owner: { name: 'Owner', email: 'owner@replay.example', passwordHash: null },
    }
    const created = await createCompany(sql, company, { now, id }, given)
    await defaultUkTax({ sql, company, now, id } as never, created.entity)
    await createDemoLogins(sql, created, { now, id }, { demoLogins: false, domain: 'replay.example' })
  })
  await pool.close()
  return company
}
