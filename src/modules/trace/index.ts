import { module } from '../../core/capability.ts'
import { find } from './find.ts'
import { invariants } from './invariants.ts'
import { lot } from './lot.ts'
import { plate } from './plate.ts'
import { closeRecall, recordOutcome } from './recall/closeRecall.ts'
import { recallCustomers, recalls } from './recall/lists.ts'
import { openRecall } from './recall/openRecall.ts'
import { recall } from './recall/recall.ts'
import { serial } from './serial.ts'
import { why } from './why/why.ts'

const heard = { kind: 'recall', permission: 'trace.read', version: 1 }

export const trace = module({
  name: 'trace',
  capabilities: {
    find,
    lot,
    serial,
    plate,
    why,
    openRecall,
    recalls,
    recall,
    recallCustomers,
    recordOutcome,
    closeRecall,
  },
  events: { 'recall.opened': heard, 'recall.recorded': heard, 'recall.closed': heard },
  invariants,
})
