import { module } from '../../core/capability.ts'
import { channels, saveChannels } from './channels.ts'
import { invariants } from './invariants.ts'
import { customer, findCustomer, listParties, party } from './parties.ts'
import { saveParties } from './saveParties.ts'

export { type PartyToSave, storeParties } from './saveParties.ts'

export const parties = module({
  name: 'parties',
  capabilities: { saveParties, party, listParties, findCustomer, customer, channels, saveChannels },
  events: {
    'party.saved': { kind: 'party', permission: 'parties.read', version: 1 },
    /** Of another service class than before: what they wait for takes another place. */
    'party.reclassed': { kind: 'party', permission: 'parties.read', version: 1 },
  },
  invariants,
})
