/**
 * npm run faults [-- --minutes N] [--no-planted] [--seed S] [--only round|bug]: kills, lost replies, a wire that is cut and a
 * full disk under load, then the history checker and every invariant. Without --minutes a short run; with it every target of
 * the plan once (a quarter of an hour), then mixed rounds until the time is over. The last line is one JSON object, kept in bench/results.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../steps.ts'
import { type CampaignResult, campaign } from './campaign.ts'
import { type DiskResult, fillDisk } from './disk.ts'
import { type HalfwayResult, killImports, killMigrations } from './halfway.ts'
import { type CampaignRound, longPlan, mixedRound, type Round, shortPlan } from './plan.ts'
import { hunt, planted } from './planted.ts'
import { reportOf, type Told } from './report.ts'
import { seedOf } from './seed.ts'
import { openCluster, openStage } from './stage.ts'
import { killWorkers } from './workers.ts'

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
const chosen = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
  all.filter(({ name }) => !values.only || name.includes(values.only))

const told: Told = { campaigns: [], workers: [], halfway: {}, disk: [], seeds: [], found: [], missed: [] }
let seed = Number(values.seed ?? seedOf())
let failed = false

const campaignOf = (round: CampaignRound, result: CampaignResult) => {
  told.campaigns.push(result)
  const outages = result.outages.map(
    (o) =>
      `, ${o.kind} ${o.s} s: ${o.unavailable} × 503, ready after ${o.ready_ms} ms, last 503 after ${o.last_503_ms} ms`,
  )
  say(
    `${round.name}: ${result.acknowledged} acknowledged, ${result.kills} kills, ${result.lost_replies} replies and ${result.lost_commits} commits lost, ready after ${result.ready_ms.join(' ') || '-'} ms, database back after ${result.database_back_ms.join(' ') || '-'} ms${outages.join('')}`,
  )
}
const halfwayOf = (name: string, result: HalfwayResult) => {
  told.halfway[name] = result
  say(`${name}: ${result.kills} kills`)
}
const diskOf = (result: DiskResult) => {
  told.disk.push(result)
  say(
    result.not_run
      ? `${result.case}: not run (${result.not_run})`
      : `${JSON.stringify({ ...result, wrong: undefined })}`,
  )
}

/** A round that breaks is a red round, and the rounds after it are run all the same. */
const runRound = async (round: Round, postmasterPid: () => number | null): Promise<readonly string[]> => {
  seed += 1
  told.seeds.push(seed)
  if (round.is === 'disk') {
    const result = await fillDisk(round.case)
    diskOf(result)
    return result.wrong
  }
  if (round.is === 'migrations' || round.is === 'imports') {
    const result = await (round.is === 'migrations' ? killMigrations : killImports)(round.kills)
    halfwayOf(round.is === 'migrations' ? 'migrate_mid' : 'import_mid_chunk', result)
    return result.wrong
  }
  const stage = await openStage(round.is === 'workers' ? { items: 4, stock: 400 } : {})
  try {
    if (round.is === 'workers') {
      const result = await killWorkers(stage, round.kills)
      told.workers.push(result)
      say(
        `${round.name}: ${result.kills} kills, resumed after ${result.resumed_s.map((s) => s.toFixed(1)).join(' ')} s`,
      )
      return result.wrong
    }
    const result = await campaign(stage, { ...round, seed, postmasterPid })
    campaignOf(round, result)
    return result.wrong
  } finally {
    await stage.kernel.close()
  }
}

const cluster = await openCluster()
const safely = async (round: Round) => {
  const wrong = await runRound(round, cluster.server.postmasterPid).catch((error: Error) => [
    error.stack ?? String(error),
  ])
  for (const line of wrong) say(`✘ ${round.name}: ${line}`)
  if (wrong.length > 0) failed = true
}
try {
  for (const round of chosen(minutes > 0 ? longPlan : shortPlan(seed))) await safely(round)
  while (!values.only && (performance.now() - started) / 60_000 < minutes) await safely(mixedRound)

  for (const bug of values['no-planted'] ? [] : chosen(planted)) {
    const { found, wrong, control } = await hunt(bug, seed)
    if (control.length > 0) {
      failed = true
      say(`✘ without a bug the same is red (${bug.name}): ${control.join('; ').slice(0, 300)}`)
    }
    if (found) told.found.push(bug.name)
    else told.missed.push(bug.name)
    const own = wrong.find((line) => bug.verdicts[0]!.test(line)) ?? wrong[0] ?? 'green'
    say(`${found ? '✔ found' : '✘ missed'}: ${bug.name} (${own.slice(0, 160)})`)
  }
} catch (error) {
  failed = true
  console.error(error)
} finally {
  await cluster.close()
}
const report = { ...reportOf(told), minutes: Math.round((performance.now() - started) / 6_000) / 10 }
// A red run is kept too: its figures say what was lost.
if (!values.only) {
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true })
  writeFileSync(join(ROOT, 'bench/results/faults.json'), `${JSON.stringify(report, null, 2)}\n`)
}
console.log(JSON.stringify(report))
process.exit(failed || told.missed.length > 0 ? 1 : 0)
