import { Refusal } from '../../../core/refusal.ts'
import { customersProfile, itemsProfile, suppliersProfile } from './masters.ts'
import { onlineRetailProfile } from './onlineRetailProfile.ts'
import { pricesProfile } from './prices.ts'
import type { Profile } from './profile.ts'
import { stockProfile } from './stock.ts'

export const profiles: readonly Profile[] = [
  onlineRetailProfile,
  itemsProfile,
  customersProfile,
  suppliersProfile,
  pricesProfile,
  stockProfile,
]

export function profileOf(name: string): Profile {
  const profile = profiles.find((p) => p.name === name)
  if (!profile) throw new Refusal('unknown_profile', `There is no import called ${name}.`, 422)
  return profile
}
