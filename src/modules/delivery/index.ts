import { module } from '../../core/capability.ts'
import { board } from './day/board.ts'
import { saveFactors } from './fleet/factors.ts'
import { hours, saveHours, saveRule } from './fleet/hours.ts'
import { saveVehicles } from './fleet/saveVehicles.ts'
import { vehicles } from './fleet/vehicles.ts'
import { invariants } from './invariants.ts'
import { plan } from './plan/plan.ts'
import { move } from './routes/move.ts'
import { places } from './routes/places.ts'
import { release, reopen } from './routes/release.ts'
import { route } from './routes/route.ts'
import { lackingWays, saveWays } from './ways/ways.ts'

export { fetchWays } from './ways/fetchWays.ts'

const ofRoute = { kind: 'route', permission: 'delivery.read', version: 1 }

export const delivery = module({
  name: 'delivery',
  capabilities: {
    vehicles,
    saveVehicles,
    saveFactors,
    hours,
    saveHours,
    saveRule,
    board,
    plan,
    places,
    move,
    release,
    reopen,
    route,
    saveWays,
    lackingWays,
  },
  events: {
    'vehicle.saved': { kind: 'vehicle', permission: 'delivery.read', version: 1 },
    'route.planned': ofRoute,
    'route.released': ofRoute,
  },
  invariants,
})
