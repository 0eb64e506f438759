import { Refusal } from '../../../core/refusal.ts'
import { onlineRetailProfile } from './onlineRetailProfile.ts'
import type { Profile } from './profile.ts'

export const profiles: readonly Profile[] = [onlineRetailProfile]

export function profileOf(name: string): Profile {
  const profile = profiles.find((p) => p.name === name)
  if (!profile) throw new Refusal('unknown_profile', `There is no import called ${name}.`, 422)
  return profile
}
