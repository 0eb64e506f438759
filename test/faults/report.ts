/** The figures of a run, under the names that the promises use. */
import type { CampaignResult } from './campaign.ts'
import type { DiskResult } from './disk.ts'
import type { HalfwayResult } from './halfway.ts'
import type { WorkersResult } from './workers.ts'

export interface Told {
  readonly campaigns: CampaignResult[]
  readonly workers: WorkersResult[]
  readonly halfway: Record<string, HalfwayResult>
  readonly disk: DiskResult[]
  readonly seeds: number[]
  readonly found: string[]
  readonly missed: string[]
}

const quantile = (values: readonly number[], share: number): number | null => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!
}
const tenth = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10)

export const reportOf = ({ campaigns, workers, halfway, disk, seeds, found, missed }: Told) => {
  const sum = (pick: (r: CampaignResult) => number) => campaigns.reduce((n, r) => n + pick(r), 0)
  const points: Record<string, number> = {}
  const add = (name: string, n: number) => {
    if (n > 0) points[name] = (points[name] ?? 0) + n
  }
  for (const r of campaigns) for (const [name, n] of Object.entries(r.stop_points)) add(name, n)
  const workerKills = workers.reduce((n, r) => n + r.kills, 0)
  add('job_mid', workerKills)
  for (const [name, r] of Object.entries(halfway)) add(name, r.kills)
  const halfKills = Object.values(halfway).reduce((n, r) => n + r.kills, 0)
  const of = (pick: (r: WorkersResult | DiskResult) => number) => [...workers, ...disk].reduce((n, r) => n + pick(r), 0)
  const ready = campaigns.flatMap((r) => r.ready_ms)
  const back = campaigns.flatMap((r) => r.database_back_ms)
  return {
    kills: sum((r) => r.kills) + workerKills + halfKills,
    random_kills: sum((r) => r.random_kills),
    relay_kills: (points.relay_before_send ?? 0) + (points.relay_after_send_before_mark ?? 0),
    worker_kills: workerKills,
    database_kills: sum((r) => r.database_kills),
    stop_points: points,
    lost_replies: sum((r) => r.lost_replies),
    lost_commits: sum((r) => r.lost_commits),
    acknowledged: sum((r) => r.acknowledged) + disk.reduce((n, r) => n + r.acknowledged, 0),
    lost: sum((r) => r.lost) + of((r) => r.lost),
    doubled: sum((r) => r.doubled) + of((r) => r.doubled),
    half_done: sum((r) => r.half_done) + Object.values(halfway).reduce((n, r) => n + r.half_done, 0),
    phantom_events: sum((r) => r.phantom_events),
    resumed_p95_s: tenth(
      quantile(
        workers.flatMap((r) => r.resumed_s),
        0.95,
      ),
    ),
    past_deadline: sum((r) => r.past_deadline),
    ready_ms: { p50: quantile(ready, 0.5), p95: quantile(ready, 0.95), max: quantile(ready, 1) },
    database_back_ms: { p50: quantile(back, 0.5), max: quantile(back, 1) },
    outages: campaigns.flatMap((r) => r.outages).map(({ wrong, ...figures }) => figures),
    disk: disk.map(({ wrong, ...figures }) => figures),
    planted_found: found.length,
    planted_of: found.length + missed.length,
    seeds,
  }
}
