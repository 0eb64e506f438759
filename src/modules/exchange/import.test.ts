/** A file on its way through staging to records: nothing before the yes, everything once, the same whatever breaks it off. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { wholeCompany } from '../../core/database/pool.ts'
import { systemActor } from '../../core/kernel.ts'
import { applyAll, checkFile, status } from './runs/drive.ts'
import { exchangeKit, newCompany } from './testKit.ts'

let kit: Awaited<ReturnType<typeof exchangeKit>>
const folder = mkdtempSync(join(tmpdir(), 'import-'))
const whole = gunzipSync(
  readFileSync(new URL('../../../demo/data/online_retail_2010-12_2011-07.csv.gz', import.meta.url)),
)
  .toString()
  .split('\n')
/** The first and some later days: 12,000 rows with all fates but bad debt. */
const file = (name: string, from: number, to: number) => {
  const path = join(folder, name)
  writeFileSync(path, [whole[0], ...whole.slice(from, to)].join('\n'))
  return path
}

before(async () => {
  kit = await exchangeKit()
})
after(() => kit.kernel.close())

const rows = <R extends object>(company: string, text: string) =>
  kit.kernel.pool.transaction(
    wholeCompany(company),
    10_000,
    async (sql) => [...(await sql.unsafe(text))] as unknown as R[],
  )
/** Everything an import leaves behind, without ids and times of recording. */
const left = (company: string) =>
  rows(
    company,
    `select h.document, h.document_kind, h.line_no, h.fate, h.sold_at::text, h.sold_on, p.code as party, i.sku, i.name, i.kind, h.description, h.qty, h.price_micro, h.net, h.country,
            (select string_agg(s.document || '/' || s.line_no || '×' || l.qty, ' ' order by s.document, s.line_no) from document_link l join sales_history s on s.id = l.to_id and s.company_id = l.company_id where l.company_id = h.company_id and l.from_id = h.id) as back
       from sales_history h
       left join party p on p.company_id = h.company_id and p.id = h.party_id
       left join item i on i.company_id = h.company_id and i.id = h.item_id
      order by h.document, h.line_no`,
  )

test('a check says what would happen and changes no business table; applying does exactly that, to the cent', async () => {
  const { runner } = kit.kernel
  const checked = await checkFile({ runner, actor: kit.actor, profile: 'online-retail' }, file('a.csv', 1, 12_001))
  assert.equal(checked.state, 'checked')
  assert.equal(checked.rowsTotal, 12_000)
  assert.equal(checked.accounting.reconciles, true)
  const tables = () =>
    rows<{ n: number }>(
      kit.company,
      'select (select count(*) from sales_history) + (select count(*) from item) + (select count(*) from party) + (select count(*) from search_entry) as n',
    )
  assert.deepEqual(
    (await tables()).map((r) => Number(r.n)),
    [0],
  )

  const applied = await applyAll(runner, kit.actor, checked.id)
  assert.equal(applied.state, 'applied')
  const [sums] = await rows<{ rows: string; net: string; units: string; at: string }>(
    kit.company,
    'select count(*) as rows, sum(net) as net, sum(qty) as units, min(sold_at)::text as at from sales_history',
  )
  const accounting = checked.accounting as {
    total: { revenue_minor: number; units: number }
    months: { set_aside: { rows: number; units: number } }[]
    rows: number
  }
  const aside = accounting.months.reduce((n, m) => n + m.set_aside.rows, 0)
  assert.equal(Number(sums!.rows), 12_000 - aside)
  assert.equal(Number(sums!.net), accounting.total.revenue_minor)
  assert.equal(
    Number(sums!.units),
    accounting.total.units - accounting.months.reduce((n, m) => n + m.set_aside.units, 0),
  )
  assert.equal(sums!.at, '2010-12-01 08:26:00+00')
  const compared = await runner.run(kit.actor, 'exchange.importMonths', { importId: checked.id })
  assert.deepEqual(
    compared.months.map((m: { file: { lines: number } }) => m.file.lines).reduce((a: number, b: number) => a + b, 0),
    12_000,
  )
  for (const { month, file, aside, books } of compared.months)
    for (const figure of ['lines', 'units', 'revenueMinor'])
      assert.equal(books[figure], file[figure] - aside[figure], `${figure} of ${month}`)
  const [unplaced] = await rows<{ n: string }>(
    kit.company,
    "select count(*) as n from sales_history where item_id is null or (party_id is null and document_kind <> 'adjustment')",
  )
  assert.equal(Number(unplaced!.n), 0)
})

test('every row of the file says what became of it', async () => {
  const { runner } = kit.kernel
  const company = await newCompany(kit.kernel.pool)
  const actor = systemActor(company, 'test')
  const path = join(folder, 'odd.csv')
  writeFileSync(
    path,
    [
      whole[0],
      '1,22423,CAKESTAND,1,2011-03-01 10:00,12.75,100.0,France',
      '1,22423,CAKESTAND,one,2011-03-01 10:00,12.75,100.0,France',
      '2,DOT,,5,2011-03-01 10:00,0.0,,France',
      'C3,22423,CAKESTAND,-1,2011-03-02 10:00,12.75,100.0,France',
    ].join('\n'),
  )
  const checked = await checkFile({ runner, actor, profile: 'online-retail' }, path)
  await applyAll(runner, actor, checked.id)
  const all = await runner.run(actor, 'exchange.importRows', { importId: checked.id })
  assert.deepEqual(
    all.rows.map((r: { row: number; fate: string; action: string; applied: boolean }) => [
      r.row,
      r.fate,
      r.action,
      r.applied,
    ]),
    [
      [1, 'sale', 'create', true],
      [2, 'refused', 'refused', false],
      [3, 'no_effect', 'set_aside', false],
      [4, 'return_matched', 'create', true],
    ],
  )
  const errors = await runner.run(actor, 'exchange.importErrors', { importId: checked.id })
  assert.deepEqual(
    errors.rows.map((r: { message: string }) => r.message),
    ['quantity "one" is no whole number'],
  )
  const [back] = await rows<{ back: string }>(
    company,
    "select string_agg(to_id::text || ' ' || qty, ',') as back from document_link where kind = 'takes_back'",
  )
  assert.equal(back!.back, `${all.rows[0].refId} 1`)
})

test('the same file again, and a file that overlaps it, add only what is new', async () => {
  const { runner } = kit.kernel
  const company = await newCompany(kit.kernel.pool)
  const actor = systemActor(company, 'test')
  const run = async (path: string) => {
    const checked = await checkFile({ runner, actor, profile: 'online-retail' }, path)
    return applyAll(runner, actor, checked.id)
  }
  await run(file('first.csv', 1, 3001))
  const once = await left(company)
  await run(file('again.csv', 1, 3001))
  assert.deepEqual(await left(company), once)
  // The cut at row 3,000 falls into an invoice: what the first file had of it stays as it was.
  const overlap = await run(file('overlap.csv', 2001, 4001))
  assert.ok((overlap.accounting as { already_there: { documents: number } }).already_there.documents > 10)
  const documents = new Set(once.map((r) => (r as { document: string }).document))
  assert.deepEqual(
    (await left(company)).filter((r) => documents.has((r as { document: string }).document)),
    once,
  )
})

test('killed in the middle of a chunk, again and again, and run again: the same records as without', async () => {
  const { runner } = kit.kernel
  const smooth = await newCompany(kit.kernel.pool)
  const path = file('kill.csv', 1, 12_001)
  const expected = await checkFile({ runner, actor: systemActor(smooth, 'test'), profile: 'online-retail' }, path)
  await applyAll(runner, systemActor(smooth, 'test'), expected.id)

  const company = await newCompany(kit.kernel.pool)
  const checked = await checkFile({ runner, actor: systemActor(company, 'test'), profile: 'online-retail' }, path)
  assert.ok(checked.chunksTotal >= 3)
  for (let kills = 0; kills < 3; kills++) {
    // Each child gets one chunk further than the one before, then dies inside the next.
    const { signal } = await child(company, checked.id, {
      ENTREPOT_STOP_AT: kills === 0 ? 'import_mid_chunk' : 'import_mid_chunk:2',
    })
    assert.equal(signal, 'SIGKILL')
    assert.equal((await status(runner, systemActor(company, 'test'), checked.id)).chunksDone, kills)
  }
  const done = await applyAll(runner, systemActor(company, 'test'), checked.id)
  assert.equal(done.state, 'applied')
  assert.deepEqual(await left(company), await left(smooth))
})

test('a file that is no table is refused with its sentence, and the import says so', async () => {
  const { runner } = kit.kernel
  const path = join(folder, 'page.csv')
  writeFileSync(path, '<html><body>Login</body></html>')
  const refused = await checkFile({ runner, actor: kit.actor, profile: 'online-retail' }, path)
  assert.equal(refused.state, 'refused')
  assert.match(refused.note!, /HTML or XML/)
  await assert.rejects(applyAll(runner, kit.actor, refused.id), { code: 'import_refused' })
})

test('chunks are refused out of order and before the import was agreed to', async () => {
  const { runner } = kit.kernel
  const checked = await checkFile(
    { runner, actor: kit.actor, profile: 'online-retail' },
    file('order.csv', 20_001, 20_100),
  )
  await assert.rejects(runner.run(kit.actor, 'exchange.applyChunk', { importId: checked.id, chunk: 0 }), {
    code: 'import_not_applying',
  })
  await runner.run(kit.actor, 'exchange.applyImport', { importId: checked.id })
  await assert.rejects(runner.run(kit.actor, 'exchange.applyChunk', { importId: checked.id, chunk: 1 }), {
    code: 'import_not_applying',
  })
})

function child(
  company: string,
  importId: string,
  env: Record<string, string>,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const script = new URL('./testChild.ts', import.meta.url).pathname
  return new Promise((resolve) => {
    const { socket, database } = { socket: kit.database.app.host, database: kit.database.app.database }
    const process_ = spawn(process.execPath, [script, socket, database, company, importId], {
      env: { ...process.env, ...env },
      stdio: 'inherit',
    })
    process_.on('exit', (code, signal) => resolve({ code, signal }))
  })
}
