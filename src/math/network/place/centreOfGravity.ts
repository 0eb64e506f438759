import { greatCircle } from '../../route/travel/estimate.ts'
import type { NetworkProblem, Place } from '../problem.ts'
import { clusterCustomers } from './clusterCustomers.ts'

/**
 * The naive answer to "where": the centres of gravity of demand in `count` groups, and the candidate site nearest to each. It
 * looks at places alone, at no cost, capacity or road. What others are measured by.
 * @returns ids of sites, each once. @throws RangeError where sites or clusters have no place.
 */
export const nearCentresOfGravity = ({ sites, clusters }: NetworkProblem, count: number, seed = 1): string[] => {
  const lost = [...sites, ...clusters].find(({ place }) => place === undefined)
  if (lost) throw new RangeError(`${lost.id} has no place`)
  const customers = clusters.filter(({ demand }) => demand > 0).map(({ place, demand }) => ({ place: place!, demand }))
  if (customers.length === 0) return []
  const left = new Set(sites.filter(({ variants }) => variants.length > 0))
  return clusterCustomers(customers, count, seed).clusters.flatMap(({ place }) => {
    const near = nearest([...left], place)
    if (near === null) return []
    left.delete(near)
    return [near.id]
  })
}

const nearest = <S extends { readonly place?: Place }>(sites: readonly S[], to: Place): S | null => {
  let [best, least]: [S | null, number] = [null, Number.POSITIVE_INFINITY]
  for (const site of sites) {
    const d = greatCircle(site.place!, to)
    if (d < least) [best, least] = [site, d]
  }
  return best
}
