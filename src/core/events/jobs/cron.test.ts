import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { command, module } from '../../capability.ts'
import { settableClock } from '../../clock.ts'
import { t } from '../../t.ts'
import { type Kit, openKit, quiet, until } from '../testKit.ts'
import { latestSlot, startCron } from './cron.ts'

const slotOf = (at: string, now: string, zone: string) => new Date(latestSlot(at, new Date(now), zone)).toISOString()

test('a daily slot is the wall clock of the company, in every zone and season', () => {
  const cases = [
    ['02:00', '2026-11-22T19:00:00Z', 'Europe/London', '2026-11-22T02:00:00.000Z'],
    ['02:00', '2026-11-22T01:59:59Z', 'Europe/London', '2026-11-21T02:00:00.000Z'],
    ['02:00', '2026-07-01T12:00:00Z', 'Europe/Berlin', '2026-07-01T00:00:00.000Z'],
    ['02:00', '2026-11-22T12:00:00Z', 'America/New_York', '2026-11-22T07:00:00.000Z'],
    ['23:30', '2026-11-22T12:00:00Z', 'Asia/Kathmandu', '2026-11-21T17:45:00.000Z'],
    ['02:00', '2026-11-22T12:30:00Z', 'Pacific/Auckland', '2026-11-21T13:00:00.000Z'],
    // Clocks go forward over 01:30: the day has its slot, an hour later by the wall.
    ['01:30', '2026-03-29T12:00:00Z', 'Europe/London', '2026-03-29T01:30:00.000Z'],
    ['02:00', '2026-03-29T12:00:00Z', 'Europe/London', '2026-03-29T01:00:00.000Z'],
    ['00:30', '2026-03-29T12:00:00Z', 'Europe/London', '2026-03-29T00:30:00.000Z'],
    // Clocks go back over 01:30: the first of the two.
    ['01:30', '2026-10-25T12:00:00Z', 'Europe/London', '2026-10-25T00:30:00.000Z'],
    ['23:00', '2026-10-25T23:30:00Z', 'Europe/London', '2026-10-25T23:00:00.000Z'],
    ['02:00', '2028-02-29T12:00:00Z', 'UTC', '2028-02-29T02:00:00.000Z'],
    ['00:00', '2027-01-01T00:00:00Z', 'UTC', '2027-01-01T00:00:00.000Z'],
    ['hourly', '2026-11-22T19:59:59Z', 'Asia/Kolkata', '2026-11-22T19:30:00.000Z'],
    ['hourly', '2026-11-22T19:59:59Z', 'Europe/London', '2026-11-22T19:00:00.000Z'],
    ['minutely', '2026-11-22T19:59:59Z', 'Europe/London', '2026-11-22T19:59:00.000Z'],
  ] as const
  for (const [at, now, zone, slot] of cases) assert.equal(slotOf(at, now, zone), slot, `${at} at ${now} in ${zone}`)
})

test('in a year of hours each day has its slot once, through both changes of the clocks', () => {
  for (const zone of ['Europe/London', 'Australia/Lord_Howe'])
    for (const at of ['01:30', '02:30']) {
      const slots = new Set<number>()
      const start = Date.UTC(2026, 0, 2)
      for (let hour = 0; hour < 24 * 365; hour += 3) slots.add(latestSlot(at, new Date(start + hour * 3_600_000), zone))
      assert.ok(slots.size >= 365 && slots.size <= 366, `${slots.size} slots at ${at} in ${zone}`)
      const sorted = [...slots].sort((a, b) => a - b)
      for (let i = 1; i < sorted.length; i += 1) {
        const hours = (sorted[i]! - sorted[i - 1]!) / 3_600_000
        assert.ok(hours >= 22 && hours <= 26, `${hours} hours between slots at ${at} in ${zone}`)
      }
    }
})

let kit: Kit
before(async () => {
  kit = await openKit()
})
after(() => kit.close())
const nightly = module({
  name: 'nights',
  capabilities: {
    work: command({
      title: 'Night work',
      route: 'POST /nights',
      permission: 'nights.work',
      input: t.object({}),
      output: t.object({}),
      run: async () => ({}),
    }),
  },
  every: [{ at: '02:00', run: 'nights.work' }],
})
const jobsOf = async (company: string): Promise<string[]> => {
  const rows = await kit.owner.plain(
    5_000,
    (sql) => sql<{ job: string }[]>`
      select payload->>'job' as job from graphile_worker._private_jobs where payload->>'company' = ${company} order by id`,
  )
  return rows.map((row) => row.job)
}

test('three nodes give each company each night once, at its own two o’clock, and a night that was missed once', async () => {
  const clock = settableClock(new Date('2026-11-20T12:00:00Z'))
  const london = await kit.company('Europe/London')
  const york = await kit.company('America/New_York')
  const nodes = () => [1, 2, 3].map(() => startCron({ pool: kit.owner, modules: [nightly], clock, log: quiet }))
  let running = nodes()
  const stop = () => Promise.all(running.map((cron) => cron.stop()))
  await until('the companies are known', async () => {
    const rows = await kit.owner.plain(
      5_000,
      (sql) => sql`select 1 from cron_tick where company_id in (${london}, ${york})`,
    )
    return rows.length === 2
  })
  assert.deepEqual(await jobsOf(london), [], 'a company begins with its next night')

  clock.set(new Date('2026-11-21T02:00:00Z'))
  await until('London has its night', async () => (await jobsOf(london)).length === 1)
  await wait(1_200)
  assert.deepEqual(await jobsOf(london), ['job:2026-11-21T02:00:00.000Z:nights.work'])
  assert.deepEqual(await jobsOf(york), [])

  await stop()
  clock.set(new Date('2026-11-24T12:00:00Z'))
  running = nodes()
  await until('the missed nights', async () => (await jobsOf(york)).length > 0 && (await jobsOf(london)).length > 1)
  await wait(1_200)
  await stop()
  assert.deepEqual(await jobsOf(london), [
    'job:2026-11-21T02:00:00.000Z:nights.work',
    'job:2026-11-24T02:00:00.000Z:nights.work',
  ])
  assert.deepEqual(await jobsOf(york), ['job:2026-11-24T07:00:00.000Z:nights.work'])
})
