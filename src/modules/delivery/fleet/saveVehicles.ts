import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { factorNames, ownFactors } from './factors.ts'

const VehicleInput = t.object({
  code: t.code({ max: 20, title: 'Code' }),
  name: t.text({ min: 1, max: 80, title: 'Name' }),
  siteId: t.id('site'),
  capacityG: t.int({ min: 1_000, max: 100_000_000, title: 'Load, grams' }),
  capacityMl: t.optional(t.nullable(t.int({ min: 1_000, max: 1_000_000_000, title: 'Load, millilitres' }))),
  mostStops: t.optional(t.nullable(t.int({ min: 1, max: 500, title: 'Stops a day at most' }))),
  /** Minutes after midnight of the site's zone; beyond 1440: the next day. */
  shiftFrom: t.int({ min: 0, max: 1440, title: 'Shift begins' }),
  shiftTo: t.int({ min: 1, max: 2160, title: 'Shift ends' }),
  mostKm: t.optional(t.nullable(t.int({ min: 1, max: 3_000, title: 'Kilometres a day at most' }))),
  driverRests: t.optional(t.bool()),
  dayCostMinor: t.optional(t.amount({ min: 0, title: 'Cost of a day' })),
  hourCostMinor: t.optional(t.amount({ min: 0, title: 'Cost of an hour' })),
  kmCostMinor: t.optional(t.amount({ min: 0, title: 'Cost of a kilometre' })),
  emissionFactor: t.optional(t.nullable(t.text({ max: 120, title: 'Emission factor' }))),
  active: t.optional(t.bool()),
})
type Input = Static<typeof VehicleInput>

/** Our own vehicles by code: what they hold, when they drive, what they cost and emit. */
export const saveVehicles = command({
  title: 'Save vehicles',
  route: 'POST /delivery/vehicles',
  permission: 'delivery.fleet',
  admits: { 'vehicles.siteId': 'site' },
  input: t.object({ vehicles: t.list(VehicleInput, { min: 1, max: 500 }) }),
  output: t.object({ vehicles: t.list(t.object({ id: t.id('vehicle'), code: t.text() }), { max: 500 }) }),
  emits: ['vehicle.saved'],
  lines: ({ vehicles }) => vehicles.length,
  async run({ vehicles }, ctx, call) {
    refuseTwice(
      'vehicles',
      vehicles.map(({ code }) => code),
    )
    const names = factorNames(await ownFactors(ctx))
    const errors = vehicles.flatMap((vehicle, at) => problems(vehicle, at, names))
    if (errors.length > 0) throw new Refusal('vehicle_errors', errors[0]!.message, 422, errors.slice(0, 100))
    const known = await ctx.sql<VehicleRecord[]>`
      select *
        from vehicle
       where company_id = ${ctx.company} and code = any (${vehicles.map(({ code }) => code)}::text[])
       order by id
         for update`
    const byCode = new Map(known.map((row) => [row.code, row]))
    const rows = vehicles.map((vehicle) => record(ctx, vehicle, byCode.get(vehicle.code)))
    const saved = await ctx.sql<{ id: string; code: string; siteId: string }[]>`
      insert into vehicle as old
      select * from json_populate_recordset(null::vehicle, ${rowsJson(rows)}::text::json) as given
       order by given.code
      on conflict (company_id, code) do update
         set name = excluded.name, capacity_g = excluded.capacity_g, capacity_ml = excluded.capacity_ml,
             most_stops = excluded.most_stops, shift_from = excluded.shift_from, shift_to = excluded.shift_to, most_km = excluded.most_km,
             driver_rests = excluded.driver_rests, day_cost = excluded.day_cost, hour_cost = excluded.hour_cost, km_cost = excluded.km_cost,
             emission_factor = excluded.emission_factor, active = excluded.active, version = old.version + 1
       where old.site_id = excluded.site_id
      returning old.id, old.code, old.site_id`
    // A vehicle stays with its site: its routes are of it, and whoever works at one site alone must not take another's.
    const kept = new Set(saved.map(({ code }) => code))
    const other = vehicles.findIndex(({ code }) => !kept.has(code))
    if (other >= 0)
      throw new Refusal(
        'code_taken',
        `${vehicles[other]!.code} is the code of a vehicle of another site: give this one a code of its own.`,
        409,
        [{ path: `vehicles.${other}.code`, message: 'the code is taken' }],
      )
    for (const { id, siteId } of saved) ctx.emit(call, 'vehicle.saved', { id, siteId })
    return { vehicles: saved.map(({ id, code }) => ({ id, code })) }
  },
})

const problems = (
  { shiftFrom, shiftTo, emissionFactor }: Input,
  at: number,
  names: readonly string[],
): { path: string; message: string }[] => {
  const out: { path: string; message: string }[] = []
  if (shiftTo <= shiftFrom)
    out.push({ path: `vehicles.${at}.shiftTo`, message: 'The shift ends before it begins: later than its start.' })
  if (emissionFactor != null && !names.includes(emissionFactor))
    out.push({
      path: `vehicles.${at}.emissionFactor`,
      message: `There is no factor per vehicle-kilometre named “${emissionFactor}”: see GET /delivery/vehicles, factors.`,
    })
  return out
}

interface VehicleRecord {
  companyId: string
  id: string
  code: string
  name: string
  siteId: string
  capacityG: number
  capacityMl: number | null
  mostStops: number | null
  shiftFrom: number
  shiftTo: number
  mostKm: number | null
  driverRests: boolean
  dayCost: number
  hourCost: number
  kmCost: number
  emissionFactor: string | null
  active: boolean
  version: number
  recordedAt: string
}
const FRESH = {
  capacityMl: null,
  mostStops: null,
  mostKm: null,
  driverRests: false,
  dayCost: 0,
  hourCost: 0,
  kmCost: 0,
  emissionFactor: null,
  active: true,
}

/** What is left out keeps its value, or takes its default on a new vehicle. */
const record = (ctx: Ctx, vehicle: Input, old: VehicleRecord | undefined) => {
  const { dayCostMinor: dayCost, hourCostMinor: hourCost, kmCostMinor: kmCost, ...fields } = vehicle
  const said = Object.entries({ ...fields, dayCost, hourCost, kmCost }).filter(([, value]) => value !== undefined)
  const base = old ?? { ...FRESH, companyId: ctx.company, id: ctx.id(), recordedAt: ctx.now, version: 1 }
  return { ...base, ...Object.fromEntries(said) }
}
