import { module } from '../../core/capability.ts'
import { channels, saveChannels } from './channels.ts'
import { saveParties } from './saveParties.ts'

export { type PartyToSave, storeParties } from './saveParties.ts'

export const parties = module({
  name: 'parties',
  capabilities: { saveParties, channels, saveChannels },
  events: { 'party.saved': { kind: 'party', permission: 'parties.read', version: 1 } },
})
