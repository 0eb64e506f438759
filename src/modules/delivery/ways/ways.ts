import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { estimateTravel, fillTravel } from '../../../math/route/travel/estimate.ts'
import { openGoods } from '../day/openGoods.ts'

export interface Spot {
  readonly latE7: number
  readonly lonE7: number
}
interface WayRow {
  readonly fromAt: number
  readonly toAt: number
  readonly metres: number | null
  readonly seconds: number | null
}

/** Known ways between places, by their numbers in the list; a pair that is not there is not known. */
export const knownWays = async ({ sql, company }: Ctx, spots: readonly Spot[]): Promise<WayRow[]> => {
  const [lats, lons] = [spots.map(({ latE7 }) => latE7), spots.map(({ lonE7 }) => lonE7)]
  return await sql<WayRow[]>`
    with spot as (
      select lat, lon, (at - 1)::int4 as at
        from unnest(${lats}::int4[], ${lons}::int4[]) with ordinality as spot (lat, lon, at)
    )
    select source.at as from_at, target.at as to_at, way.metres, way.seconds
      from spot source
      join travel_way way on way.company_id = ${company} and way.from_lat_e7 = source.lat and way.from_lon_e7 = source.lon
      join spot target on target.lat = way.to_lat_e7 and target.lon = way.to_lon_e7
     limit 4000000`
}

/** The matrix of the search: known ways, and where none is known an estimate, marked as one. −1: there is no way. */
export const travelBetween = (spots: readonly Spot[], ways: readonly WayRow[]) => {
  const size = spots.length
  const points = spots.map(({ latE7, lonE7 }) => ({ lat: latE7 / 1e7, lon: lonE7 / 1e7 }))
  const blank = { distances: new Int32Array(size * size).fill(-1), durations: new Int32Array(size * size).fill(-1) }
  // One place is no way, of one door or of two.
  const same = Map.groupBy(spots.keys(), (at) => `${spots[at]!.latE7} ${spots[at]!.lonE7}`)
  for (const numbers of same.values())
    for (const a of numbers) for (const b of numbers) blank.distances[a * size + b] = blank.durations[a * size + b] = 0
  for (const { fromAt, toAt, metres, seconds } of ways) {
    blank.distances[fromAt * size + toAt] = metres ?? -1
    blank.durations[fromAt * size + toAt] = seconds ?? -1
  }
  const { travel, estimated } = fillTravel(blank, estimateTravel(points))
  for (const { fromAt, toAt, metres } of ways) {
    if (metres !== null) continue
    const at = fromAt * size + toAt
    travel.distances[at] = travel.durations[at] = -1
    estimated[at] = 0
  }
  return { travel, estimated }
}

const e7 = (most: number, title: string) => t.int({ min: -most, max: most, title })
const Way = t.object({
  fromLatE7: e7(900_000_000, 'Latitude × 10⁷'),
  fromLonE7: e7(1_800_000_000, 'Longitude × 10⁷'),
  toLatE7: e7(900_000_000, 'Latitude × 10⁷'),
  toLonE7: e7(1_800_000_000, 'Longitude × 10⁷'),
  /** Both null: there is no way. */
  metres: t.nullable(t.int({ min: 0, max: 100_000_000 })),
  seconds: t.nullable(t.int({ min: 0, max: 100_000_000 })),
})

/** Ways by road, each in its own direction: from a road service, or measured. Routes planned from then on go by them. */
export const saveWays = command({
  title: 'Save ways by road',
  route: 'POST /delivery/ways',
  permission: 'delivery.fleet',
  input: t.object({
    /** Where they are from: `osrm`, `valhalla`, `own measurement`. */
    source: t.text({ min: 1, max: 60 }),
    ways: t.list(Way, { min: 1, max: 20_000 }),
  }),
  output: t.object({ saved: t.int() }),
  lines: ({ ways }) => Math.ceil(ways.length / 20),
  async run({ source, ways }, { sql, company, now }) {
    const half = ways.findIndex(({ metres, seconds }) => (metres === null) !== (seconds === null))
    if (half >= 0)
      throw new Refusal('half_a_way', 'A way has metres and seconds, or neither: then there is none.', 422, [
        { path: `ways.${half}`, message: 'metres and seconds belong together' },
      ])
    // The last word on a pair counts.
    const rows = [
      ...new Map(
        ways.map((way) => [
          `${way.fromLatE7} ${way.fromLonE7} ${way.toLatE7} ${way.toLonE7}`,
          { companyId: company, ...way, source, recordedAt: now },
        ]),
      ).values(),
    ]
    await sql`
      insert into travel_way
      select * from json_populate_recordset(null::travel_way, ${rowsJson(rows)}::text::json) as given
       order by given.from_lat_e7, given.from_lon_e7, given.to_lat_e7, given.to_lon_e7
      on conflict (company_id, from_lat_e7, from_lon_e7, to_lat_e7, to_lon_e7) do update
         set metres = excluded.metres, seconds = excluded.seconds, source = excluded.source, recorded_at = excluded.recorded_at`
    return { saved: rows.length }
  },
})

/** Places of which no way is known yet are asked for at once by whoever fetches them. */
const MOST_SPOTS = 1_000

export const lackingWays = query({
  title: 'Doors of open goods whose ways by road are not known',
  route: 'GET /delivery/lacking-ways',
  permission: 'delivery.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site') }),
  output: t.object({
    /** The site first. */
    spots: t.list(t.object({ latE7: t.int(), lonE7: t.int() }), { max: MOST_SPOTS }),
    /** Numbers of those that lack a way to or from one of the others. */
    lacking: t.list(t.int(), { max: MOST_SPOTS }),
  }),
  async run({ siteId }, ctx) {
    const { sql, company } = ctx
    const goods = await openGoods(ctx, siteId)
    // What must leave first comes first: of more doors than are taken at a time the others wait.
    const ids = [...new Set(goods.flatMap(({ addressId }) => addressId ?? []))]
    const [[site], doors] = await Promise.all([
      sql<Spot[]>`
        select lat_e7, lon_e7
          from site
         where company_id = ${company} and id = ${siteId} and lat_e7 is not null and lon_e7 is not null`,
      sql<Spot[]>`
        select lat_e7, lon_e7
          from unnest(${ids}::uuid[]) with ordinality as wanted (id, at)
          join address on address.company_id = ${company} and address.id = wanted.id
         where lat_e7 is not null and lon_e7 is not null
         group by lat_e7, lon_e7
         order by min(wanted.at)
         limit ${MOST_SPOTS - 1}`,
    ])
    if (!site) return { spots: [], lacking: [] }
    const spots = [site, ...doors.filter(({ latE7, lonE7 }) => latE7 !== site.latE7 || lonE7 !== site.lonE7)]
    const known = new Array<number>(spots.length).fill(0)
    for (const { fromAt, toAt } of await knownWays(ctx, spots)) {
      if (fromAt === toAt) continue
      known[fromAt]! += 1
      known[toAt]! += 1
    }
    const whole = 2 * (spots.length - 1)
    return { spots: spots.slice(0, MOST_SPOTS), lacking: known.flatMap((count, at) => (count < whole ? [at] : [])) }
  },
})
