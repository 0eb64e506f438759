import { module } from '../../core/capability.ts'
import { invariants } from './invariants.ts'
import { accept } from './proposals/accept.ts'
import { dismiss } from './proposals/dismiss.ts'
import { proposals } from './proposals/list.ts'
import { played } from './proposals/played.ts'
import { forecast, proposal } from './proposals/proposal.ts'
import { rules, saveRules } from './rules/rules.ts'
import { advance } from './run/advance.ts'
import { latest } from './run/latest.ts'
import { start } from './run/start.ts'

const ofRun = { kind: 'plan_run', permission: 'planning.read', version: 1 }
const ofProposal = { kind: 'proposal', permission: 'planning.read', version: 1 }
const next = (event: string) => ({ event, run: 'planning.advance', input: ({ id }: { id: string }) => ({ runId: id }) })

export const planning = module({
  name: 'planning',
  capabilities: { start, advance, latest, proposals, proposal, forecast, played, accept, dismiss, rules, saveRules },
  events: {
    'plan.started': ofRun,
    'plan.step': ofRun,
    'plan.done': ofRun,
    'proposal.accepted': ofProposal,
    'proposal.dismissed': ofProposal,
  },
  on: [next('plan.started'), next('plan.step')],
  every: [{ at: '02:00', run: 'planning.start', input: {} }],
  invariants,
})
