/**
 * npm run faults [-- --minutes N] [--planted] [--seed S]: kills, lost replies and a dying database under load, then the
 * history checker and every invariant. Without --minutes a short run. The last line is one JSON object, kept in bench/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../steps.ts'
import { type CampaignOptions, type CampaignResult, campaign, seedOf } from './campaign.ts'
import { control, isFound, planted } from './planted.ts'
import { openCluster, openStage } from './stage.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seed: { type: 'string' },
    'no-planted': { type: 'boolean' },
    only: { type: 'string' },
  },
})
const started = performance.now()
const minutes = Number(values.minutes ?? 0)
const say = (line: string) => console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${line}`)

const POINTS = [
  'before_run',
  'before_commit',
  'after_commit_before_reply',
  'after_reply',
  'relay_before_send',
  'relay_after_send_before_mark',
]
const rounds = (seed: number): CampaignOptions =>
  minutes > 0
    ? {
        seed,
        clients: 64,
        stopPoints: POINTS,
        randomKills: 6,
        lostReplies: 50,
        databaseKills: ['backend', 'postmaster'],
      }
    : {
        seed,
        clients: 16,
        stopPoints: POINTS.slice(seed % 2, 4 + (seed % 2)),
        randomKills: 2,
        lostReplies: 15,
        databaseKills: ['backend', 'postmaster'],
      }

const cluster = await openCluster()
const results: CampaignResult[] = []
const seeds: number[] = []
const found: string[] = []
const missed: string[] = []
let failed = false
try {
  let seed = Number(values.seed ?? seedOf())
  do {
    if (values.only) break
    seeds.push(seed)
    say(`campaign, seed ${seed}`)
    const stage = await openStage()
    const result = await campaign(stage, { ...rounds(seed), postmasterPid: cluster.server.postmasterPid })
    await stage.kernel.close()
    results.push(result)
    for (const line of result.wrong) say(`✘ ${line}`)
    say(
      `${result.acknowledged} acknowledged, ${result.kills} kills, ${result.lost_replies} replies lost, ready after ${result.ready_ms.join(' ')} ms, database back after ${result.database_back_ms.join(' ')} ms`,
    )
    seed += 1
  } while ((performance.now() - started) / 60_000 < minutes)

  const chosen = planted.filter((b) => !values.only || b.name.includes(values.only))
  for (const bug of values['no-planted'] ? [] : [control, ...chosen]) {
    const stage = await openStage(bug.stock)
    const { found: seen, wrong } = await isFound(bug, stage, seed)
    await stage.kernel.close()
    if (bug === control) {
      say(
        seen
          ? `✘ without a bug the copy is red: ${wrong.join('; ').slice(0, 300)}`
          : '✔ without a bug the copy is green',
      )
      if (seen) failed = true
      continue
    }
    if (seen) found.push(bug.name)
    else missed.push(bug.name)
    say(`${seen ? '✔ found' : '✘ missed'}: ${bug.name}${wrong[0] ? ` (${wrong[0].slice(0, 160)})` : ''}`)
  }
} catch (error) {
  failed = true
  console.error(error)
} finally {
  await cluster.close()
}
const sum = (pick: (r: CampaignResult) => number) => results.reduce((n, r) => n + pick(r), 0)
const points: Record<string, number> = {}
for (const r of results) for (const [name, n] of Object.entries(r.stop_points)) points[name] = (points[name] ?? 0) + n
const report = {
  kills: sum((r) => r.kills),
  stop_points: points,
  lost_replies: sum((r) => r.lost_replies),
  acknowledged: sum((r) => r.acknowledged),
  lost: sum((r) => r.lost),
  doubled: sum((r) => r.doubled),
  half_done: sum((r) => r.half_done),
  phantom_events: sum((r) => r.phantom_events),
  // Jobs killed half-way are measured by src/core/events/jobs.test.ts, not here.
  resumed_p95_s: null,
  past_deadline: sum((r) => r.past_deadline),
  ready_ms_max: Math.max(0, ...results.flatMap((r) => r.ready_ms)),
  database_back_ms_max: Math.max(0, ...results.flatMap((r) => r.database_back_ms)),
  planted_found: found.length,
  planted_of: found.length + missed.length,
  seeds,
}
const wrong = results.some((r) => r.wrong.length > 0)
if (!values.only && !failed) {
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true })
  writeFileSync(join(ROOT, 'bench/results/faults.json'), `${JSON.stringify(report, null, 2)}\n`)
}
console.log(JSON.stringify(report))
process.exit(failed || wrong || missed.length > 0 ? 1 : 0)
