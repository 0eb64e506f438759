/** What a run does, round by round; every round has a company of its own, so that its verdict stays quick to reach. */
import type { CampaignOptions } from './campaign.ts'
import type { DiskCase } from './disk.ts'

interface Named<Is extends string> {
  readonly name: string
  readonly is: Is
}
export type CampaignRound = Named<'campaign'> & Omit<CampaignOptions, 'seed' | 'postmasterPid'>
type KillRound<Is extends string> = Named<Is> & { readonly kills: number }
type DiskRound = Named<'disk'> & { readonly case: DiskCase }
export type Round = CampaignRound | KillRound<'workers'> | KillRound<'migrations'> | KillRound<'imports'> | DiskRound
const times = <T>(n: number, ...all: readonly T[]): T[] => Array.from({ length: n }, () => all).flat()

const ROAD = ['before_run', 'before_commit', 'after_commit_before_reply', 'after_reply']
const RELAY = ['relay_before_send', 'relay_after_send_before_mark']
/** Callers pause for up to this long between two orders: a node that starts again meets work, not a machine with no time left. */
const HUMAN = { clients: 64, thinkMs: 400 }

/** In `npm test` (short.test.ts): half a minute, other stop points with each seed. */
export const shortPlan = (seed: number): readonly CampaignRound[] => [
  {
    is: 'campaign',
    name: 'mixed',
    clients: 12,
    thinkMs: 60,
    // Beside other tests on a busy machine; the long plan holds it to the deadline itself.
    deadlineMs: 19_500,
    stopPoints: [...ROAD, ...RELAY].slice(seed % 4, 3 + (seed % 4)),
    randomKills: 1,
    lostReplies: 12,
    lostCommits: 8,
    databaseKills: ['backend', 'postmaster'],
  },
]

/** The targets: each stop point 10 times, 50 kills at random, 500 lost replies, 50 relays, 20 databases, 20 workers. */
export const longPlan: readonly Round[] = [
  { is: 'campaign', name: 'lost replies, 1', clients: 64, lostReplies: 250, lostCommits: 50 },
  { is: 'campaign', name: 'lost replies, 2', clients: 64, lostReplies: 250, lostCommits: 50 },
  { is: 'campaign', name: 'stop points, 1', ...HUMAN, stopPoints: times(5, ...ROAD) },
  { is: 'campaign', name: 'stop points, 2', ...HUMAN, stopPoints: times(5, ...ROAD) },
  { is: 'campaign', name: 'random kills, 1', ...HUMAN, randomKills: 25 },
  { is: 'campaign', name: 'random kills, 2', ...HUMAN, randomKills: 25 },
  { is: 'campaign', name: 'relay kills, 1', ...HUMAN, stopPoints: times(13, ...RELAY) },
  { is: 'campaign', name: 'relay kills, 2', ...HUMAN, stopPoints: times(13, ...RELAY) },
  { is: 'campaign', name: 'database kills', ...HUMAN, databaseKills: times(10, 'backend', 'postmaster') },
  { is: 'campaign', name: 'database unreachable', ...HUMAN, outages: [{ kind: 'reset', ms: 30_000 }] },
  { is: 'campaign', name: 'database half-open', ...HUMAN, outages: [{ kind: 'silent', ms: 120_000 }] },
  { is: 'workers', name: 'worker kills, 1', kills: 10 },
  { is: 'workers', name: 'worker kills, 2', kills: 10 },
  { is: 'migrations', name: 'migration kills', kills: 10 },
  { is: 'imports', name: 'import kills', kills: 10 },
  { is: 'disk', name: 'disk: watermark', case: 'watermark' },
  { is: 'disk', name: 'disk: data full', case: 'data' },
  { is: 'disk', name: 'disk: log full', case: 'wal' },
]

/** What is left of the time: all of it at once, another seed each round. */
export const mixedRound: Round = {
  is: 'campaign',
  name: 'mixed',
  clients: 64,
  stopPoints: [...ROAD, ...RELAY],
  randomKills: 6,
  lostReplies: 50,
  lostCommits: 20,
  databaseKills: ['backend', 'postmaster'],
}
