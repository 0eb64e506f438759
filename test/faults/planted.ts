/**
 * The fault run is itself tested: eight bugs, planted one at a time in a copy of the source (or in the schema of the run's
 * own cluster), each under the part of the campaign that is aimed at it. A bug is found by the verdict that belongs to it,
 * not by any red; and the very same part must be green over the copy without the bug, or it proves nothing.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { connectOnce } from '../../src/core/database/roles.ts'
import { type Patches, plantedCopy } from '../plantedCopy.ts'
import { ROOT } from '../steps.ts'
import { type CampaignOptions, campaign } from './campaign.ts'
import { openStage } from './stage.ts'

export interface Planted {
  readonly name: string
  /** What the campaign must say of this bug: for each pattern at least one of its lines. */
  readonly verdicts: readonly RegExp[]
  readonly patches: Patches
  readonly faults: Partial<CampaignOptions>
  /** Many items of few units: each last unit is a race. */
  readonly stock?: { items: number; stock: number }
  readonly schema?: (sql: ReturnType<typeof connectOnce>) => Promise<() => Promise<unknown>>
}
const RUNNER = 'src/core/road/runner.ts'
const ATTEMPT = 'src/core/road/attempt.ts'
const lockFolders = ['src/modules/promise', 'src/modules/sales', 'src/modules/credit']
const lockFiles = lockFolders.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => `${folder}/${file}`)
    .filter((path) => /\bfor update\b/.test(readFileSync(join(ROOT, path), 'utf8'))),
)

export const planted: readonly Planted[] = [
  {
    name: 'reply before commit',
    verdicts: [/: acknowledged and gone$/],
    patches: {
      'src/core/database/pool.ts': [
        [
          /beforeCommit\?\.\(\)\n\s+const committing = [\s\S]*?\n\s+return result/,
          "setTimeout(() => { beforeCommit?.(); void sql.unsafe('commit').catch(() => {}) }, 40)\n        return result",
        ],
        [/clearTimeout\(timer\)\n\s+give\(slot\)/, 'clearTimeout(timer)\n      setTimeout(() => give(slot), 80)'],
      ],
    },
    faults: { stopPoints: ['before_commit'] },
  },
  {
    name: 'key claimed outside the transaction',
    verdicts: [/: refused with key_reused, which nothing here can cause$/],
    patches: {
      [ATTEMPT]: [
        [
          'claimKeys(sql, company, ctx.now, waiting)',
          '(options as never as { side: typeof pool }).side.transaction(wholeCompany(company), 5_000, (own) => claimKeys(own, company, ctx.now, waiting))',
        ],
      ],
    },
    faults: { stopPoints: ['before_commit'] },
  },
  {
    name: 'row lock removed',
    verdicts: [/^promised_covered: \d+ rows differ|^oversold/],
    patches: Object.fromEntries(lockFiles.map((path) => [path, [[/\bfor update( of \w+)?/g, '']]])),
    faults: { loadMs: 6_000, clients: 24 },
    stock: { items: 40, stock: 3 },
  },
  {
    name: 'CHECK dropped',
    verdicts: [/^a pool may be allocated beyond its stock$/],
    patches: {},
    faults: {},
    schema: async (sql) => {
      const [check] = await sql<{ name: string; text: string }[]>`
        select conname as name, pg_get_constraintdef(oid) as text
          from pg_constraint
         where conrelid = 'stock_pool'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%allocated%'`
      await sql.unsafe(`alter table stock_pool drop constraint ${check!.name}`)
      return () => sql.unsafe(`alter table stock_pool add constraint ${check!.name} ${check!.text}`)
    },
  },
  {
    name: 'outbox row written after commit',
    verdicts: [/^\d+ × sales\.\w+, \d+ × order\.\w+$/],
    patches: {
      [ATTEMPT]: [
        ['closeBatch(sql, company, fresh, audit, outbox)', 'closeBatch(sql, company, fresh, audit, [])'],
        ['let wrote = false', 'let wrote = false\n    let late: OutboxRow[] = []'],
        ['wrote = outbox.length > 0', 'wrote = outbox.length > 0\n        late = outbox'],
        [
          'if (wrote) options.committed?.(company)',
          'if (wrote) setTimeout(() => void (options as never as { side: typeof pool }).side.transaction(wholeCompany(company), 5_000, (own) => closeBatch(own, company, [], [], late)).then(() => options.committed?.(company)), 5)',
        ],
      ],
    },
    faults: { stopPoints: ['after_commit_before_reply'] },
  },
  {
    name: 'relay marks before it sends',
    verdicts: [/events did not reach the receiver's list once/],
    patches: {
      'src/core/events/relay.ts': [
        [
          "stopPoint('relay_before_send')",
          "await sql.unsafe('commit')\n      await sql.unsafe('begin')\n      stopPoint('relay_before_send')",
        ],
      ],
    },
    faults: { stopPoints: ['relay_before_send'] },
  },
  {
    name: 'retry without key',
    verdicts: [/: done \d+ times$|^an effect under the key/],
    patches: {
      [RUNNER]: [
        [
          /(await pause\(isLostConnection\(error\)[^\n]*)/,
          '$1\n          waiting = waiting.map((w) => ({ ...w, key: `$${w.key}-$${again}` }))'.replaceAll('$$', '$'),
        ],
      ],
    },
    faults: { lostCommits: 4 },
  },
  {
    name: 'scope predicate and its policy left out',
    verdicts: [/of another site's order is answered 200/],
    patches: {
      'src/core/road/admit.ts': [['const scope = scopedTables[table]', 'const scope = scopedTables[""]']],
    },
    faults: {},
    schema: async (sql) => {
      const policies = await sql<{ table: string; text: string }[]>`
        select tablename as table, qual as text from pg_policies where tablename in ('sales_order', 'sales_order_line', 'party', 'site') and policyname = 'wall'`
      for (const { table } of policies)
        await sql.unsafe(`alter policy wall on ${table} using (company_id = current_setting('app.company_id')::uuid)`)
      return async () => {
        for (const { table, text } of policies) await sql.unsafe(`alter policy wall on ${table} using ${text}`)
      }
    },
  },
]

export interface Hunt {
  /** The bug's own verdicts were spoken. */
  readonly found: boolean
  /** What was said of the copy with the bug, and of the same part of the campaign without it. */
  readonly wrong: readonly string[]
  readonly control: readonly string[]
}

/** The part of the campaign that is aimed at a bug, first over the copy without it, then with it: a stage and a seed each. */
export const hunt = async (bug: Planted, seed: number): Promise<Hunt> => {
  const control = await runOver({ ...bug, patches: {}, schema: undefined }, seed)
  const wrong = await runOver(bug, seed)
  return { found: bug.verdicts.every((verdict) => wrong.some((line) => verdict.test(line))), wrong, control }
}

const runOver = async (bug: Planted, seed: number): Promise<readonly string[]> => {
  const root = plantedCopy(bug.patches, ['test/faults'])
  const stage = await openStage(bug.stock)
  const sql = connectOnce(stage.database.superuser)
  const undo = await bug.schema?.(sql)
  try {
    return (await campaign(stage, { root, seed, clients: 8, ...bug.faults })).wrong
  } finally {
    await undo?.()
    await sql.end({ timeout: 1 })
    await stage.kernel.close()
    rmSync(root, { recursive: true, force: true })
  }
}
