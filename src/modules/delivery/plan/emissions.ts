import { activityDistance } from '../../../math/carbon/distance.ts'
import { emissionsOf, type OperationEmissions } from '../../../math/carbon/operation.ts'
import type { Day, VehicleRow } from '../day/readDay.ts'
import { drivenFactors } from '../fleet/factors.ts'
import type { PlanStop } from './dayStops.ts'

/**
 * Greenhouse gas of a route and each order's part of it: vehicle-kilometres, the empty way back too, shared by weight × great
 * circle from the site (ISO 14083). Null: no factor says, or nothing is on it.
 */
export const routeEmissions = (
  day: Day,
  vehicle: VehicleRow,
  metres: number,
  stops: readonly PlanStop[],
): OperationEmissions | null => {
  const factors = drivenFactors(day.factors, vehicle.emissionFactor)
  if (factors === null) return null
  return emissionsOf({
    kind: 'transport',
    id: vehicle.id,
    mode: 'Road',
    energy: [],
    driven: { metres, factors },
    standard: null,
    elements: stops.flatMap(({ door, goods }) =>
      goods.map(({ orderId, weightG }) => ({
        id: orderId,
        shipmentId: orderId,
        mass_g: weightG,
        distance: activityDistance({ from: day.site, to: { lat: door.lat!, lon: door.lon! } }),
      })),
    ),
  })
}
