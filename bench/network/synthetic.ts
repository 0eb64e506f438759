import { clusterCustomers } from '../../src/math/network/place/clusterCustomers.ts'
import type { NetworkProblem, Place, ServiceBand, Site } from '../../src/math/network/problem.ts'
import { seededRandom } from '../../src/math/numerics/random.ts'
import { greatCircle } from '../../src/math/route/travel/estimate.ts'

/** Straight on a map to road (Ballou et al. 2002, the middle of what they measured). */
const CIRCUITY = 1.3

export interface Made {
  readonly sites: number
  readonly customers: number
  readonly clusters: number
  readonly seed: number
  /** Of demand: what each site of own or leased kind holds; null: as much as is wanted. */
  readonly capacity: number | null
  readonly bands?: readonly ServiceBand[]
}

/**
 * A wholesaler of a country of 800 × 600 km: customers in towns, of very unequal size; candidates in the towns; each own, leased
 * or by a third party; a plant that all comes from; a price of CO2. All from a seed; nothing of it is measured.
 */
export const madeNetwork = ({ sites, customers: many, clusters, seed, capacity, bands }: Made): NetworkProblem => {
  const { uniform, normal, gamma } = seededRandom(seed, 91)
  const towns = Array.from({ length: 40 }, () => ({
    place: { lat: 46 + 5.4 * uniform(), lon: 5 + 10.5 * uniform() },
    size: gamma(1, 1.2) + 0.05,
  }))
  const all = towns.reduce((sum, { size }) => sum + size, 0)
  const town = (): (typeof towns)[number] => {
    let left = all * uniform()
    for (const one of towns) {
      left -= one.size
      if (left <= 0) return one
    }
    return towns[0]!
  }
  const near = (spread: number): Place => {
    const { place } = town()
    return { lat: place.lat + spread * normal(), lon: place.lon + 1.4 * spread * normal() }
  }
  const customers = Array.from({ length: many }, () => ({ place: near(0.25), demand: gamma(120, 1.5) }))
  const grouped = clusterCustomers(customers, clusters, seed)
  const demand = grouped.clusters.reduce((sum, one) => sum + one.demand, 0)
  const plant: Place = { lat: 50.5, lon: 6 }
  const places = Array.from({ length: sites }, () => near(0.1))
  return networkOf({
    seed,
    places,
    plant,
    demand,
    capacity,
    clusters: grouped.clusters,
    ...(bands ? { bands } : {}),
  })
}

interface Parts {
  readonly seed: number
  readonly places: readonly Place[]
  readonly plant: Place
  readonly demand: number
  readonly capacity: number | null
  readonly clusters: readonly { readonly place: Place; readonly demand: number }[]
  readonly bands?: readonly ServiceBand[]
}

const km = (a: Place, b: Place): number => (CIRCUITY * greatCircle(a, b)) / 1000

/** Euro and kg of CO2e a unit of 10 kg: trunk at 0.9 ct and 0.8 g a km, delivery at 0.25 € and 1.4 ct a km, 2 g a km. */
const networkOf = ({ seed, places, plant, demand, capacity, clusters, bands }: Parts): NetworkProblem => {
  const { uniform } = seededRandom(seed, 92)
  const held = (share: number) => (capacity === null ? {} : { capacity: share * capacity * demand })
  const rent = 0.045 * demand
  const sites = places.map((place, s): Site => {
    const dear = 0.7 + 0.6 * uniform()
    return {
      id: `S${s}`,
      place,
      inbound: 0.009 * km(plant, place),
      inbound_co2: 0.0008 * km(plant, place),
      ...(s < 3 ? { now: 'own', close: 0.2 * rent } : {}),
      variants: [
        { id: 'own', fixed: dear * 3 * rent, unit: 0.55, open: 0.3 * rent, ...held(1.5) },
        { id: 'leased', fixed: dear * 2 * rent, unit: 0.8, open: 0.1 * rent, ...held(1) },
        { id: '3pl', fixed: 0.25 * dear * rent, unit: 2.1, ...held(0.6) },
      ],
    }
  })
  const far = Float64Array.from({ length: sites.length * clusters.length }, (_, at) =>
    km(places[Math.floor(at / clusters.length)]!, clusters[at % clusters.length]!.place),
  )
  return {
    sites,
    clusters: clusters.map(({ place, demand: units }, c) => ({ id: `C${c}`, place, demand: units, sd: 0.3 * units })),
    ways: {
      cost: far.map((d) => 0.25 + 0.014 * d),
      // Picked overnight, driven at 45 km/h with stops, a night in between beyond 300 km.
      hours: far.map((d) => 10 + d / 45 + (d > 300 ? 11 : 0)),
      co2: far.map((d) => 0.002 * d),
    },
    co2_price: 0.1,
    stock: { safety: 0.03 * demand, cycle: 0.04 * demand, holding: 2.5 },
    ...(bands ? { bands } : {}),
  }
}
