import { query } from '../../../core/capability.ts'
import { t } from '../../../core/t.ts'
import { factorNames, ownFactors } from './factors.ts'

export const vehicles = query({
  title: 'Vehicles',
  route: 'GET /delivery/vehicles',
  permission: 'delivery.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.optional(t.id('site')) }),
  output: t.object({
    vehicles: t.list(
      t.object({
        id: t.id('vehicle'),
        code: t.text(),
        name: t.text(),
        siteId: t.id('site'),
        site: t.text(),
        capacityG: t.int(),
        capacityMl: t.nullable(t.int()),
        mostStops: t.nullable(t.int()),
        shiftFrom: t.int(),
        shiftTo: t.int(),
        mostKm: t.nullable(t.int()),
        driverRests: t.bool(),
        dayCostMinor: t.needs('cost.read', t.int()),
        hourCostMinor: t.needs('cost.read', t.int()),
        kmCostMinor: t.needs('cost.read', t.int()),
        emissionFactor: t.nullable(t.text()),
        active: t.bool(),
      }),
      { max: 2_000 },
    ),
    /** What a vehicle may name as its emission factor. */
    factors: t.list(t.text(), { max: 11_000 }),
  }),
  async run({ siteId }, ctx) {
    const { sql, company } = ctx
    const rows = await sql<never[]>`
      select vehicle.id, vehicle.code, vehicle.name, vehicle.site_id, site.code as site, capacity_g, capacity_ml, most_stops, shift_from, shift_to,
             most_km, driver_rests, day_cost as day_cost_minor, hour_cost as hour_cost_minor, km_cost as km_cost_minor, emission_factor, active
        from vehicle
        join site on site.company_id = ${company} and site.id = vehicle.site_id
       where vehicle.company_id = ${company} and (${siteId ?? null}::uuid is null or vehicle.site_id = ${siteId ?? null})
       order by vehicle.code
       limit 2000`
    return { vehicles: rows, factors: factorNames(await ownFactors(ctx)) }
  },
})
