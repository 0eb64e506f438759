import type { api } from '../../kit/data/api.ts'
import { moneyShort } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { callOf, type OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../kit/shell/places.ts'
import { Link, useNavigate } from '../../kit/shell/route.tsx'

type Decision = OutputOfCall<typeof api.insight.today>['decisions'][number]

/** Where a capability's permission is not its own name. */
const permissionOf: Record<string, string> = { 'finance.invoiceShipments': 'finance.invoice' }

/** One exception: what it is, what it may cost, and the one action that fixes it. */
export function DecisionRow({ decision, currency }: { decision: Decision; currency: string }) {
  const { action } = decision
  const may = useMay()
  const navigate = useNavigate()
  const page = action.to ?? pathOf(decision.kind, decision.refId) ?? '/'
  const command = useCommand(callOf(action.capability ?? 'auth.me'), {
    said: `${decision.ref}: ${action.label.toLowerCase()} done`,
  })
  const acts = action.capability !== null && may(permissionOf[action.capability] ?? action.capability)
  return (
    <div className="decision">
      <span>
        <Status tone={decision.tone} word={decision.label} />
      </span>
      <Link {...linkTo(page)} className="mono link-hover">
        {decision.ref}
      </Link>
      <span className="what">
        <span className="strong cut">{decision.party}</span>
        <span className="quiet small cut" title={decision.detail}>
          {decision.detail}
        </span>
      </span>
      <span className={`num ${decision.tone === 'bad' ? 'bad strong' : ''}`}>
        {decision.riskMinor === null ? '' : moneyShort(decision.riskMinor, currency)}
      </span>
      <Button
        small
        disabled={command.busy}
        onClick={() => (acts ? command.run(action.input ?? {}) : navigate(linkTo(page)))}
      >
        {acts || action.capability === null ? action.label : 'Open'}
      </Button>
    </div>
  )
}
