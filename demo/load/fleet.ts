/** What the demo delivers with, and when its customers' doors are open: all assumed. */
import { type Sql, wholeCompany } from '../../src/core/database/pool.ts'
import { dice } from '../dice.ts'
import { SEED } from '../master.ts'
import { chunks, each, type Hands } from './hands.ts'

const hour = (h: number): number => h * 60
const VAN = {
  capacityG: 1_200_000,
  capacityMl: 9_000_000,
  shiftFrom: hour(6),
  shiftTo: hour(16.5),
  dayCostMinor: 4_500,
  hourCostMinor: 1_750,
  kmCostMinor: 24,
  emissionFactor: 'vans diesel, class iii (1.74 to 3.5 tonnes)',
}
/** Shorter ways, and cheaper ones. */
const ELECTRIC = {
  ...VAN,
  capacityG: 900_000,
  mostKm: 240,
  kmCostMinor: 11,
  dayCostMinor: 5_500,
  emissionFactor: 'vans battery electric vehicle, class iii (1.74 to 3.5 tonnes)',
}
const TRUCK = {
  ...VAN,
  capacityG: 2_600_000,
  capacityMl: 28_000_000,
  driverRests: true,
  dayCostMinor: 9_000,
  hourCostMinor: 1_950,
  kmCostMinor: 46,
  emissionFactor: 'hgv, rigid (>3.5 - 7.5 tonnes)',
}

export async function writeFleet(h: Hands, siteId: string, depotId: string): Promise<void> {
  const vehicles = [
    ...['Amber', 'Birch', 'Cedar', 'Damson'].map((name, n) => ({ code: `VAN-${n + 1}`, name, siteId, ...VAN })),
    ...['Elder', 'Fern'].map((name, n) => ({ code: `EV-${n + 1}`, name, siteId, ...ELECTRIC })),
    ...['Gorse', 'Hazel'].map((name, n) => ({ code: `TRUCK-${n + 1}`, name, siteId, ...TRUCK })),
    { code: 'VAN-M1', name: 'Ivy', siteId: depotId, ...VAN },
  ]
  await h.as('warehouse_lead', 'delivery.saveVehicles', { vehicles }, 'vehicles')
  const rule = { opens: hour(8), closes: hour(17), serviceMinutes: 8 }
  for (const at of [siteId, depotId])
    await h.as('warehouse_lead', 'delivery.saveRule', { siteId: at, ...rule }, `doors:${at}`)
  await each(chunks(await doors(h), 1_000), 1, (part, i) =>
    h.as('warehouse_lead', 'delivery.saveHours', { doors: part }, `hours:${i}`),
  )
}

/** Three customers in ten take goods in the morning only, one in ten not over noon. */
const doors = async (h: Hands) => {
  const rows = await h.kernel.pool.transaction(
    wholeCompany(h.company),
    30_000,
    (sql: Sql) => sql<{ id: string; code: string }[]>`
      select address.id, party.code
        from address
        join party on party.company_id = ${h.company} and party.id = address.party_id and party.is_customer
       where address.company_id = ${h.company} and address.lat_e7 is not null
       order by party.code, address.id`,
  )
  return rows.flatMap(({ id, code }) => {
    const roll = dice(SEED, 'door', code)
    const serviceMinutes = roll.int(5, 15)
    if (roll.chance(0.3)) return [{ addressId: id, windows: [hour(8), hour(12)], serviceMinutes }]
    if (roll.chance(0.15))
      return [{ addressId: id, windows: [hour(8), hour(11.5), hour(13.5), hour(17)], serviceMinutes }]
    return []
  })
}
