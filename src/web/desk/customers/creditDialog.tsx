import { amountText } from '../../kit/data/amount.ts'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'

interface Props {
  partyId: string
  name: string
  currency: string
  credit: OutputOfCall<typeof api.credit.account>
  close: () => void
}

/** The limit, and a hold on everything of this customer; what is over or held stays at release until someone allows it. */
export function CreditDialog({ partyId, name, currency, credit, close }: Props) {
  const save = useCommand(api.credit.saveAccounts, { quiet: true, done: close, said: `Credit of ${name} saved` })
  return (
    <Dialog label={`Credit of ${name}`} close={close}>
      <div className="dialog-body">
        <h2>Credit of {name}</h2>
        <Form
          schema={{
            properties: {
              limit: {
                title: `Limit in ${currency}`,
                description: 'Empty: no limit',
                type: 'integer',
                minimum: 0,
                'x-unit': 'minor',
              },
              held: { title: 'Hold', enum: ['no', 'yes'], 'x-words': { no: 'Not held', yes: 'Hold all their orders' } },
              reason: { title: 'Why it is held', maxLength: 200 },
            },
            required: ['held'],
          }}
          currency={currency}
          initial={{
            limit: credit.limitMinor === null ? '' : amountText(credit.limitMinor, currency),
            held: credit.held ? 'yes' : 'no',
            reason: credit.holdReason ?? '',
          }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ limit, held, reason }) =>
            save.run({
              accounts: [
                {
                  partyId,
                  limitAmount: limit === undefined ? null : Number(limit),
                  held: held === 'yes',
                  holdReason: held === 'yes' && reason ? String(reason) : null,
                },
              ],
            })
          }
        />
      </div>
    </Dialog>
  )
}
