/** Row 25: the second wall holds alone. Leaving out a WHERE leaks nothing; the app role owns nothing; off the road nothing is seen. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '../../src/core/capability.ts'
import { createPool, type Pool, wholeCompany } from '../../src/core/database/pool.ts'
import { connectOnce, prepareEmbedded } from '../../src/core/database/roles.ts'
import { uuidv7 } from '../../src/core/ids.ts'
import { systemActor } from '../../src/core/kernel.ts'
import { appendOnlyTables, kernelTables, scopedTables, sharedTables } from '../../src/core/scope.ts'
import { NIL } from '../../src/core/t.ts'
import { type Filled, filledWorld } from './filled.ts'
import { idPaths, type Shape, sample } from './sample.ts'
import { stripped, strippedNode } from './stripped.ts'

let mine: Filled
let theirs: Filled
let owner: Pool
let tables: string[] = []
before(async () => {
  const node = await strippedNode()
  theirs = await filledWorld()
  // All that `mine` does, it does without a single company predicate.
  mine = await filledWorld(node)
  owner = createPool(mine.database.owner, 'entrepot_owner', 2)
  const rows = await owner.plain(
    5_000,
    (sql) => sql<{ name: string }[]>`
    select c.relname as name
      from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
     order by 1`,
  )
  tables = rows.map((row) => row.name).filter((name) => !kernelTables.includes(name) && !sharedTables.includes(name))
})
after(() => Promise.all([mine.kernel.close(), theirs.kernel.close(), owner.close()]))

const hashOf = (company: string) =>
  owner.plain(30_000, async (sql) => {
    const out: Record<string, unknown> = {}
    for (const name of tables)
      out[name] = (
        await sql.unsafe(
          `select count(*) as n, md5(coalesce(string_agg(t::text, '' order by t::text), '')) as hash from ${name} t where company_id = $1`,
          [company],
        )
      )[0]
    return out
  })

test('a whole story run without company predicates leaves the neighbour as it was, and comes to the same end', {
  timeout: 120_000,
}, async (t) => {
  const before = await hashOf(theirs.company)
  const order = await mine.order([[0, 2]])
  await mine.run('sales.confirm', { orderId: order.id })
  assert.equal((await mine.run('sales.release', { orderId: order.id })).outcome, 'released')
  assert.deepEqual(await hashOf(theirs.company), before)
  const filled = Object.values(before).filter((row) => (row as { n: number }).n > 0).length
  t.diagnostic(`${stripped.predicates} predicates stripped, ${filled} tables of the neighbour watched`)
  assert.ok(stripped.predicates > 150 && filled > 30, `${stripped.predicates} ${filled}`)
})

test('every query answers the same without its company predicates', { timeout: 120_000 }, async (t) => {
  const node = theirs.kernel.runner
  const queries = [...node.registry.byName.values()].filter(({ capability }) => capability.is === 'query')
  const ids = await mine.idsOf(
    new Set(queries.flatMap(({ capability }) => idPaths(capability.input).map((p) => p.found))),
    mine.here,
  )
  const whole = systemActor(mine.company)
  const limited: Actor = {
    ...whole,
    kind: 'user',
    id: mine.created.owner,
    sites: [mine.here.site],
    parties: [mine.here.party],
  }
  const differ: string[] = []
  let rows = 0
  for (const { name, capability } of queries)
    for (const actor of [whole, limited]) {
      const input = sample(capability.input as Shape, ids, uuidv7(mine.clock.now().getTime()))
      const ask = (runner: typeof node) =>
        runner.answer(actor, name, input).then(
          (a) => `${a.status} ${a.body}`,
          (e: Error) => `threw ${e.message}`,
        )
      const [bare, full] = [await ask(mine.kernel.runner), await ask(node)]
      if (bare.startsWith('200') && bare.length > 60) rows += 1
      if (bare !== full) differ.push(`${name} (${actor.name}): ${bare.slice(0, 160)}\n   full: ${full.slice(0, 160)}`)
      assert.ok(
        !bare.includes(theirs.company) &&
          !bare.includes(theirs.siteId) &&
          !theirs.partyIds.some((id) => bare.includes(id)),
        `${name} leaks`,
      )
    }
  t.diagnostic(`${queries.length} queries, ${rows} answers with rows`)
  assert.deepEqual(differ, [], differ.join('\n'))
  assert.ok(rows > 60)
})

test('the bare table shows its company alone, and within it only the sites and customers of who asks', {
  timeout: 60_000,
}, async (t) => {
  const app = createPool(mine.database.app, 'entrepot_app', 1)
  const counted = (scope: Parameters<Pool['transaction']>[0], name: string) =>
    app.transaction(
      scope,
      10_000,
      async (sql) =>
        (
          await sql.unsafe<{ n: number; strange: number }[]>(
            `select count(*) as n, count(*) filter (where company_id <> $1) as strange from ${name}`,
            [mine.company],
          )
        )[0]!,
      'read only',
    )
  let limitedTables = 0
  try {
    for (const name of tables) {
      const [all] = await owner.plain(10_000, (sql) =>
        sql.unsafe<{ n: number; other: number }[]>(
          `select count(*) filter (where company_id = $1) as n, count(*) filter (where company_id = $2) as other from ${name}`,
          [mine.company, theirs.company],
        ),
      )
      const seen = await counted(wholeCompany(mine.company), name)
      assert.deepEqual([seen.n, seen.strange], [all!.n, 0], name)
      const scope = scopedTables[name]
      const narrow = await counted({ company: mine.company, sites: [mine.here.site], parties: [mine.here.party] }, name)
      const nothing = await counted({ company: mine.company, sites: [], parties: [] }, name)
      if (!scope) {
        assert.equal(narrow.n, all!.n, `${name} is not scoped`)
        continue
      }
      const any = (columns: readonly string[] | undefined, id: string) =>
        columns?.length ? `(${columns.map((c) => `${c} = '${id}'`).join(' or ')})` : 'true'
      const everybodys = scope.general ? `${scope.party![0]} = '${NIL}'` : 'false'
      const [right] = await owner.plain(10_000, (sql) =>
        sql.unsafe<{ n: number; general: number }[]>(
          `select count(*) filter (where ${everybodys} or ${any(scope.site, mine.here.site)} and ${any(scope.party, mine.here.party)}) as n,
                  count(*) filter (where ${everybodys}) as general
             from ${name} where company_id = $1`,
          [mine.company],
        ),
      )
      assert.deepEqual([narrow.n, nothing.n], [right!.n, right!.general], name)
      if (right!.n > 0 && right!.n < all!.n) limitedTables += 1
    }
    t.diagnostic(`${tables.length} tables, ${limitedTables} seen through both a narrow and a wide door`)
    assert.ok(limitedTables >= 12)
  } finally {
    await app.close()
  }
})

test('off the road every table raises instead of answering nothing, and a connection forgets its company', async () => {
  const app = createPool(mine.database.app, 'entrepot_app', 1)
  try {
    for (const name of tables)
      await assert.rejects(
        app.plain(5_000, (sql) => sql.unsafe(`select count(*) from ${name}`)),
        /app\.company_id|invalid input syntax for type uuid/,
        name,
      )
    await app.transaction(wholeCompany(mine.company), 5_000, (sql) => sql`select 1 as one`)
    await app.transaction(wholeCompany(mine.company), 5_000, () => Promise.reject(new Error('no'))).catch(() => {})
    const [left] = await app.plain(
      5_000,
      (sql) => sql<{ company: string | null }[]>`select nullif(current_setting('app.company_id', true), '') as company`,
    )
    assert.equal(left!.company, null)
    await assert.rejects(
      app.plain(5_000, (sql) => sql`select count(*) from sales_order`),
      /invalid input syntax for type uuid|app\.company_id/,
    )
  } finally {
    await app.close()
  }
})

test('the app role owns nothing, bypasses nothing, makes nothing, and cannot rewrite what was written', async () => {
  // Rights on the database itself are set at each start; a test database made from a template has none yet.
  await prepareEmbedded(mine.database.superuser, mine.database.superuser.database)
  const sql = connectOnce(mine.database.app, 'entrepot_app')
  try {
    const [role] =
      await sql`select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = 'entrepot_app'`
    assert.deepEqual({ ...role }, { rolsuper: false, rolbypassrls: false, rolcreatedb: false, rolcreaterole: false })
    const [owned] = await sql<
      { n: number }[]
    >`select count(*)::int as n from pg_class where relowner = 'entrepot_app'::regrole`
    assert.equal(owned!.n, 0)
    const open = await sql`
      select relname from pg_class
       where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and not relrowsecurity
         and not (relname = any (${[...kernelTables, ...sharedTables]}))`
    assert.deepEqual([...open], [], 'tables without row-level security')
    const company = mine.company
    const refused = [
      'create table mine (id int)',
      'create temporary table mine (id int)',
      'create function f() returns int language sql as $$ select 1 $$',
      'alter table note add column x int',
      'alter table note disable row level security',
      'drop policy wall on note',
      'truncate note',
      'set role entrepot_owner',
      "copy note to program 'true'",
      'create extension dblink',
      ...appendOnlyTables.flatMap((name) => [`update ${name} set company_id = company_id`, `delete from ${name}`]),
      ...kernelTables.map((name) => `select * from ${name} limit 1`),
      ...sharedTables.flatMap((name) => [`delete from ${name}`, `insert into ${name} select * from ${name}`]),
      'select * from outbox_1 limit 1',
      `insert into note select '${theirs.company}', id, 'x', id, 'x', id, 'x', created_at from app_user limit 1`,
    ]
    for (const text of refused)
      await assert.rejects(
        sql.begin(async (tx) => {
          await tx.unsafe(
            `set local app.company_id = '${company}'; set local app.sites = '*'; set local app.parties = '*'`,
          )
          await tx.unsafe(text)
        }),
        { code: '42501' },
        text,
      )
  } finally {
    await sql.end({ timeout: 1 })
  }
})
