import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { FindCustomer, FindItem, type FoundCustomer, type FoundItem } from '../master/find.tsx'
import type { LotRule } from './lotRules.tsx'

export const orderWords = { fefo: 'first expired', fifo: 'first in', lifo: 'last in' } as const
const SILENT = 'says nothing'
const schema = {
  properties: {
    lotOrder: { title: 'Leaves first', enum: ['', 'fefo', 'fifo', 'lifo'], 'x-words': { '': SILENT, ...orderWords } },
    minShelfDays: {
      type: 'integer' as const,
      title: 'Shelf life on arrival, days',
      description: 'Left empty: says nothing',
      minimum: 0,
      maximum: 20_000,
    },
    maxLots: {
      type: 'integer' as const,
      title: 'Lots on a line at most',
      description: '0: any number. Left empty: says nothing',
      minimum: 0,
      maximum: 1_000,
    },
    neverOlder: {
      title: 'Never older than they had',
      enum: ['', 'yes', 'no'],
      'x-words': { '': SILENT },
    },
  },
}

export function LotRuleDialog({ rule, close }: { rule: LotRule | null; close: () => void }) {
  const [item, setItem] = useState<FoundItem | null>(null)
  const [customer, setCustomer] = useState<FoundCustomer | null>(null)
  const save = useCommand(api.promise.saveLotRules, { quiet: true, said: 'Rule saved', done: close })
  const partyId = rule ? rule.partyId : customer?.id
  const itemId = rule ? rule.itemId : item?.id
  return (
    <Dialog label="Rule about lots" close={close}>
      <div className="dialog-body">
        <h2>{rule ? `Lots: ${rule.party ?? 'any customer'}, ${rule.sku ?? 'any item'}` : 'New rule about lots'}</h2>
        {!rule && (
          <div className="form-grid">
            <FindCustomer hint="Left empty: any" value={customer} onChange={setCustomer} autoFocus />
            <FindItem hint="Left empty: any" value={item} onChange={setItem} />
          </div>
        )}
        <Form
          schema={schema}
          initial={
            rule
              ? {
                  lotOrder: rule.lotOrder ?? '',
                  neverOlder: rule.neverOlder === null ? '' : rule.neverOlder ? 'yes' : 'no',
                  ...(rule.minShelfDays !== null && { minShelfDays: rule.minShelfDays }),
                  ...(rule.maxLots !== null && { maxLots: rule.maxLots }),
                }
              : {}
          }
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ lotOrder, minShelfDays, maxLots, neverOlder }) =>
            save.run({
              rules: [
                {
                  ...(partyId && { partyId }),
                  ...(itemId && { itemId }),
                  lotOrder: (lotOrder as LotRule['lotOrder'] | undefined) ?? null,
                  minShelfDays: minShelfDays === undefined ? null : Number(minShelfDays),
                  maxLots: maxLots === undefined ? null : Number(maxLots),
                  neverOlder: neverOlder === undefined ? null : neverOlder === 'yes',
                },
              ],
            })
          }
        />
      </div>
    </Dialog>
  )
}
