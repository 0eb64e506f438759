/** Three wholesalers in one database of their own, each with its mark in every text, and the real app as a process beside. */
import { pino } from 'pino'
import { settableClock } from '../../../src/core/clock.ts'
import { wholeCompany } from '../../../src/core/database/pool.ts'
import { connectOnce } from '../../../src/core/database/roles.ts'
import { secretToken, uuidv7 } from '../../../src/core/ids.ts'
import { createKernel } from '../../../src/core/kernel.ts'
import { digest } from '../../../src/core/people/secrets/tokens.ts'
import { modules } from '../../../src/modules.ts'
import { freshDatabase } from '../../harness.ts'
import { filledWorld } from '../../trust/filled.ts'
import { idPaths } from '../../trust/sample.ts'
import { startNode } from '../stage.ts'

export interface Company {
  readonly company: string
  readonly key: string
  readonly mark: string
  /** One row's id of each table that some input names. */
  readonly ids: ReadonlyMap<string, string>
}
/** Texts for people, as tables name them; what code reads (kinds, states, codes) stays. */
const TEXT_COLUMNS = ['name', 'description', 'body', 'reference', 'line1', 'city', 'author_name', 'actor_name', 'title']

export const openFuzzStage = async () => {
  const database = await freshDatabase()
  const superuser = connectOnce(database.superuser)
  await superuser.unsafe(`grant create on database ${database.superuser.database} to entrepot_owner`)
  const clock = settableClock(new Date('2026-11-23T08:00:00Z'))
  const kernel = createKernel({ app: database.app, modules, clock, log: pino({ level: 'silent' }), poolSize: 2 })
  const { registry } = kernel.runner
  const unknown = () => uuidv7(clock.now().getTime())
  const kinds = new Set([...registry.byName.values()].flatMap((r) => idPaths(r.capability.input).map((at) => at.found)))
  const columns = await superuser<{ table: string; name: string; type: string }[]>`
    select c.table_name as table, c.column_name as name, c.data_type as type
      from information_schema.columns c
      join information_schema.columns of using (table_schema, table_name)
      join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and of.column_name = 'company_id'`

  const companies: Company[] = []
  for (const mark of ['MARKAMBERQ', 'MARKBASALTQ', 'MARKCOBALTQ']) {
    const w = await filledWorld({ kernel, clock })
    const [keyId, key] = [unknown(), `ent_${secretToken()}`]
    await kernel.pool.transaction(wholeCompany(w.company), 10_000, async (sql) => {
      await sql`
        insert into api_key (company_id, id, name, permissions, sites, parties, created_by, created_at, expires_at)
        values (${w.company}, ${keyId}, 'fuzz', '{*}', null, null, ${w.created.owner}, ${clock.now()}, null)`
      await sql`select people_key_secret(${keyId}, ${digest(key)})`
    })
    let marked = 0
    for (const { table, name, type } of columns) {
      if (type !== 'text' || !TEXT_COLUMNS.includes(name)) continue
      const { count } = await superuser
        .unsafe(`update ${table} set ${name} = '=cmd|calc!A0 ${mark} ' || left(${name}, 40) where company_id = $1`, [
          w.company,
        ])
        .catch(() => ({ count: 0 }))
      marked += count
    }
    if (marked < 50) throw new Error(`only ${marked} texts took the mark`)
    companies.push({ company: w.company, key, mark, ids: await w.idsOf(kinds) })
  }
  const ownerOf = new Map<string, string>()
  for (const { table, name, type } of columns)
    if (name === 'id' && type === 'uuid')
      for (const row of await superuser.unsafe<{ id: string; companyId: string }[]>(
        `select id, company_id as "companyId" from ${table}`,
      ))
        ownerOf.set(row.id, row.companyId)
  await superuser.end()
  await kernel.close()
  const node = await startNode(database)
  return { node, companies, ownerOf, registry, unknown }
}
export type FuzzStage = Awaited<ReturnType<typeof openFuzzStage>>
