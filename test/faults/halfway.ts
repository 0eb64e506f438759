/** The stop points that no caller meets: a migration between its statements, an import in the middle of a chunk. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemActor } from '../../src/core/kernel.ts'
import { applyAll, checkFile } from '../../src/modules/exchange/index.ts'
import { freshDatabase } from '../harness.ts'
import { ROOT } from '../steps.ts'
import { newWorld, type World } from '../world.ts'
import { withDatabase } from './database.ts'

export interface HalfwayResult {
  readonly kills: number
  readonly half_done: number
  readonly wrong: readonly string[]
}

const killedChild = (script: string, args: readonly string[], env: Record<string, string>): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, script), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let words = ''
    child.stderr.on('data', (bytes: Buffer) => {
      words = (words + bytes).slice(-1_000)
    })
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}: ${words}`))
  })

/** Passages 1 to 4 are before the four writes of the probe migration, 5 is after the wall was written and before its commit. */
const PASSAGES = 5

export const killMigrations = async (times: number): Promise<HalfwayResult> => {
  const wrong: string[] = []
  let kills = 0
  let half = 0
  for (let n = 0; n < times; n += 1) {
    const { owner, superuser } = await freshDatabase()
    const env = { OWNER: JSON.stringify(owner) }
    const tables = () =>
      withDatabase(
        superuser,
        async (db) =>
          (await db.query(`select count(*)::int as n from pg_class where relname like 'probe%' and relkind = 'r'`))
            .rows[0].n,
      )
    const script = 'src/core/database/migrateChild.ts'
    const end = await killedChild(script, [], { ...env, ENTREPOT_STOP_AT: `migrate_mid:${1 + (n % PASSAGES)}` })
    if (end === 'SIGKILL') kills += 1
    else wrong.push(`a migration was not killed: ${end}`)
    if (![0, 2].includes(await tables())) half += 1
    const again = await killedChild(script, [], env)
    if ((await tables()) !== 2) wrong.push(`a migration killed half-way did not run through the next time: ${again}`)
  }
  if (half > 0) wrong.push(`${half} migrations were half there`)
  return { kills, half_done: half, wrong }
}

const ITEMS = 3_000
const itemsOf = ({ database: { superuser }, company }: World) =>
  withDatabase(superuser, async (db) => {
    const { rows } = await db.query(
      `select count(*)::int as n, md5(string_agg(sku || name || cost_micro, ',' order by sku)) as hash from item where company_id = $1`,
      [company],
    )
    return `${rows[0].n} ${rows[0].hash}`
  })

export const killImports = async (times: number): Promise<HalfwayResult> => {
  const wrong: string[] = []
  let kills = 0
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-import-'))
  const path = join(folder, 'items.csv')
  writeFileSync(
    path,
    `SKU;Name;Cost\n${Array.from({ length: ITEMS }, (_, n) => `X${n};Thing ${n};${(n % 90) + 1}.25`).join('\n')}\n`,
  )
  const [smooth, killed] = [await newWorld({ items: 1 }), await newWorld({ items: 1 })]
  const drive = (w: World) => ({ runner: w.kernel.runner, actor: systemActor(w.company, 'test'), profile: 'items' })
  try {
    await applyAll(smooth.kernel.runner, systemActor(smooth.company), (await checkFile(drive(smooth), path)).id)
    const { id } = await checkFile(drive(killed), path)
    const { host, database } = killed.database.app
    for (let n = 0; n < times; n += 1) {
      // The second of two dies in the next chunk after it did one.
      const env = { ENTREPOT_STOP_AT: `import_mid_chunk:${1 + (n % 2)}` }
      const end = await killedChild('src/modules/exchange/testChild.ts', [host, database, killed.company, id], env)
      if (end === 'SIGKILL') kills += 1
      else wrong.push(`an import was not killed: ${end}`)
    }
    await applyAll(killed.kernel.runner, systemActor(killed.company), id)
    const [whole, pieced] = [await itemsOf(smooth), await itemsOf(killed)]
    if (whole !== pieced) wrong.push(`an import killed ${kills} times ended as ${pieced} instead of ${whole}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await Promise.all([smooth.kernel.close(), killed.kernel.close()])
  }
  return { kills, half_done: 0, wrong }
}
