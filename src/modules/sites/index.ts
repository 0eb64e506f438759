import { module } from '../../core/capability.ts'
import { invariants } from './invariants.ts'
import { lanes, saveLanes } from './lanes.ts'
import { saveLocations } from './saveLocations.ts'
import { saveSites } from './saveSites.ts'
import { listLocations, listSites, site } from './sites.ts'

export { createFirstSite } from './firstSite.ts'
export { type Lane, lanesTo } from './lanes.ts'
export { type SiteFacts, siteCalendars } from './siteCalendars.ts'
export * from './workingDays.ts'

export const sites = module({
  name: 'sites',
  capabilities: { saveSites, saveLocations, site, listSites, listLocations, saveLanes, lanes },
  events: {
    'site.saved': { kind: 'site', permission: 'sites.read', version: 1 },
    'location.saved': { kind: 'location', permission: 'sites.read', version: 1 },
    'lane.saved': { kind: 'lane', permission: 'sites.read', version: 1 },
  },
  invariants,
})
