import { command } from '../../../core/capability.ts'
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
    const rows = vehicles.map((vehicle) => record(ctx.company, ctx.id(), ctx.now, vehicle))
    const saved = await ctx.sql<{ id: string; code: string; siteId: string }[]>`
      insert into vehicle as old
      select * from json_populate_recordset(null::vehicle, ${rowsJson(rows)}::text::json) as given
       order by given.code
      on conflict (company_id, code) do update
         set name = excluded.name, site_id = excluded.site_id, capacity_g = excluded.capacity_g, capacity_ml = excluded.capacity_ml,
             most_stops = excluded.most_stops, shift_from = excluded.shift_from, shift_to = excluded.shift_to, most_km = excluded.most_km,
             driver_rests = excluded.driver_rests, day_cost = excluded.day_cost, hour_cost = excluded.hour_cost, km_cost = excluded.km_cost,
             emission_factor = excluded.emission_factor, active = excluded.active, version = old.version + 1
      returning old.id, old.code, old.site_id`
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

const record = (companyId: string, id: string, now: Date, vehicle: Input) => ({
  companyId,
  id,
  code: vehicle.code,
  name: vehicle.name,
  siteId: vehicle.siteId,
  capacityG: vehicle.capacityG,
  capacityMl: vehicle.capacityMl ?? null,
  mostStops: vehicle.mostStops ?? null,
  shiftFrom: vehicle.shiftFrom,
  shiftTo: vehicle.shiftTo,
  mostKm: vehicle.mostKm ?? null,
  driverRests: vehicle.driverRests ?? false,
  dayCost: vehicle.dayCostMinor ?? 0,
  hourCost: vehicle.hourCostMinor ?? 0,
  kmCost: vehicle.kmCostMinor ?? 0,
  emissionFactor: vehicle.emissionFactor ?? null,
  active: vehicle.active ?? true,
  version: 1,
  recordedAt: now,
})
