import type { MapStop, RouteMapProps } from '../../kit/map/routeMap.tsx'
import { clock, colourOf } from './figures.ts'
import { type Board, idOf, type Stop } from './types.ts'

const degrees = (e7: number): number => e7 / 1e7

/** The board as the map takes it. */
export const mapOf = ({ site, lanes, loose }: Board): Pick<RouteMapProps, 'depots' | 'routes' | 'loose'> => {
  const depot = { id: site.id, name: site.name, lat: degrees(site.latE7), lon: degrees(site.lonE7) }
  const home = [depot.lon, depot.lat] as const
  return {
    depots: [depot],
    routes: lanes.flatMap(({ vehicleId, code, route }, at) => {
      const stops = (route?.stops ?? []).flatMap(markOf)
      if (stops.length === 0) return []
      const line = [home, ...stops.map(({ lon, lat }) => [lon, lat] as const), home]
      return [{ id: vehicleId, name: code, colour: colourOf(at), stops, line }]
    }),
    loose: loose.flatMap(({ addressId, part, latE7, lonE7, customer, reason }) =>
      addressId === null || latE7 === null || lonE7 === null
        ? []
        : [
            {
              id: idOf({ addressId, part }),
              lat: degrees(latE7),
              lon: degrees(lonE7),
              seq: null,
              label: `${customer}: ${reason}`,
              tone: 'loose' as const,
            },
          ],
    ),
  }
}

const markOf = (stop: Stop): MapStop[] =>
  stop.latE7 === null || stop.lonE7 === null
    ? []
    : [
        {
          id: stop.id,
          lat: degrees(stop.latE7),
          lon: degrees(stop.lonE7),
          seq: stop.seq,
          label: `Stop ${stop.seq}, ${stop.customer}, ${clock(stop.beginS)}`,
          tone: stop.late || stop.tight ? 'late' : 'normal',
        },
      ]
