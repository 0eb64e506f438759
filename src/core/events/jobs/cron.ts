import type { Logger } from 'pino'
import type { Module } from '../../capability.ts'
import type { Clock } from '../../clock.ts'
import type { Pool, Sql } from '../../database/pool.ts'
import { ownerTransaction } from '../owner.ts'
import { addJobs, type Job, MAX_TRIES } from './jobs.ts'

const TICK_MS = 1_000

export interface CronOptions {
  readonly pool: Pool
  readonly modules: readonly Module[]
  readonly clock: Clock
  readonly log: Logger
  readonly maxTries?: number
}
interface Entry {
  readonly at: string
  readonly run: string
  readonly input: unknown
}

/**
 * `every: '02:00' | 'hourly' | 'minutely'`, per company, in the company's zone. Each node looks once a second and hands
 * a slot over by moving the row of `cron_tick` forward, with its job in the same transaction: whoever moves it has it.
 * Slots missed while all nodes were down are caught up once, by the latest one. A company begins with the next slot.
 */
export const startCron = (options: CronOptions): { stop(): Promise<void> } => {
  const { pool, clock, log } = options
  const entries = options.modules.flatMap(({ every }) =>
    every.map(({ at, run, input }): Entry => ({ at: checked(at), run, input: input ?? {} })),
  )
  /** Slots known to be handed over: a minute is asked for once by each node, not sixty times. */
  const known = new Map<string, number>()
  let running: Promise<void> | null = null

  const tick = async (): Promise<void> => {
    const now = clock.now()
    const companies = await pool.plain(
      10_000,
      (sql) => sql<{ company: string; zone: string }[]>`select company_id as company, zone from company`,
    )
    const due = companies.flatMap(({ company, zone }) =>
      entries.flatMap((entry) => {
        const slot = latestSlot(entry.at, now, zone)
        return known.get(nameOf(company, entry)) === slot ? [] : [{ company, entry, slot }]
      }),
    )
    for (let at = 0; at < due.length; at += 500) {
      const some = due.slice(at, at + 500)
      await ownerTransaction(pool, 30_000, (sql) => handOver(sql, some, options.maxTries ?? MAX_TRIES))
      for (const { company, entry, slot } of some) known.set(nameOf(company, entry), slot)
    }
  }
  const timer = setInterval(() => {
    if (running || entries.length === 0) return
    running = tick()
      .catch((err: unknown) => log.warn({ err }, 'cron: tick failed, tried again in a second'))
      .finally(() => {
        running = null
      })
  }, TICK_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

const nameOf = (company: string, { at, run }: Entry): string => `${company} ${run} ${at}`

interface Due {
  readonly company: string
  readonly entry: Entry
  readonly slot: number
}

const handOver = async (sql: Sql, due: readonly Due[], maxTries: number): Promise<void> => {
  const moved = await sql<{ no: number }[]>`
    with due as (
      select no::int4, company_id, capability, at, slot
        from unnest(${due.map((d) => d.company)}::uuid[], ${due.map((d) => d.entry.run)}::text[], ${due.map((d) => d.entry.at)}::text[],
                    ${due.map((d) => new Date(d.slot).toISOString())}::timestamptz[]) with ordinality as given (company_id, capability, at, slot, no)
    ), begun as (
      insert into cron_tick (company_id, capability, at, slot)
      select company_id, capability, at, slot from due
      on conflict do nothing
      returning company_id, capability, at
    ), moved as (
      update cron_tick
         set slot = due.slot
        from due
       where cron_tick.company_id = due.company_id
         and cron_tick.capability = due.capability
         and cron_tick.at = due.at
         and cron_tick.slot < due.slot
      returning due.no
    )
    select no from moved order by no`
  const jobs = moved.map(({ no }): Job => {
    const { company, entry, slot } = due[no - 1]!
    const job = `job:${new Date(slot).toISOString()}:${entry.run}`
    return { company, capability: entry.run, ref: null, job, key: job, input: entry.input }
  })
  await addJobs(sql, jobs, maxTries)
}

const checked = (at: string): string => {
  if (at === 'hourly' || at === 'minutely' || /^([01]\d|2[0-3]):[0-5]\d$/.test(at)) return at
  throw new Error(`every: '${at}' is not hourly, minutely or a time like 02:00`)
}

const MINUTE = 60_000
const DAY = 86_400_000

/** Start of the latest slot that is not after `now`, in milliseconds UTC. */
export const latestSlot = (at: string, now: Date, zone: string): number => {
  const ms = now.getTime()
  if (at === 'minutely') return ms - (ms % MINUTE)
  if (at === 'hourly') {
    // On the zone's own full hour: India and Newfoundland are half an hour off.
    const local = ms + offsetOf(zone, ms)
    return ms - (((local % (60 * MINUTE)) + 60 * MINUTE) % (60 * MINUTE))
  }
  const local = ms + offsetOf(zone, ms)
  const [hours, minutes] = at.split(':').map(Number) as [number, number]
  const wall = local - (((local % DAY) + DAY) % DAY) + (hours * 60 + minutes) * MINUTE
  const today = instantOf(wall, zone)
  return today <= ms ? today : instantOf(wall - DAY, zone)
}

/**
 * The instant at which a zone's clocks show `wall`. Shown twice (clocks go back): the first. Never shown (they go
 * forward): as much later as they jumped, so that the day has its slot.
 */
const instantOf = (wall: number, zone: string): number => {
  const early = wall - offsetOf(zone, wall - DAY)
  const late = wall - offsetOf(zone, wall + DAY)
  const first = Math.min(early, late)
  return first + offsetOf(zone, first) === wall ? first : Math.max(early, late)
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsetOf = (zone: string, ms: number): number => {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value)
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second)
  return shown - (ms - (((ms % 1_000) + 1_000) % 1_000))
}
