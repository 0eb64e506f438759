import { createPool } from '../src/core/database/pool.ts'
import { modules } from '../src/modules.ts'
import type { World } from './world.ts'

/** Rows by which a company breaks the invariants of the modules, named. */
export const broken = async ({ database, company }: Pick<World, 'database' | 'company'>): Promise<string[]> => {
  const owner = createPool(database.owner, 'entrepot_owner', 1, 'test owner')
  try {
    return await owner.plain(60_000, async (sql) => {
      const out: string[] = []
      for (const check of modules.flatMap((m) => m.invariants))
        for (const row of await sql.unsafe(check.differing))
          if (row.companyId === company) out.push(`${check.name} ${JSON.stringify(row)}`)
      return out
    })
  } finally {
    await owner.close()
  }
}
