import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { asWords, useCommand } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { Combobox } from '../../../kit/parts/combobox.tsx'
import { Dialog } from '../../../kit/parts/dialog.tsx'
import { Field } from '../../../kit/parts/field.tsx'
import { Form } from '../../../kit/parts/form.tsx'
import type { CatalogItem } from './itemCodes.tsx'

const kinds = [
  { value: 'gtin', label: 'A former or second GTIN' },
  { value: 'party', label: 'A supplier’s or customer’s own code' },
  { value: 'embedded', label: 'The item reference inside a label with weight or price' },
] as const
type Kind = (typeof kinds)[number]['value']
const hints: Record<Kind, string> = {
  gtin: '8, 12, 13 or 14 digits',
  party: 'As it stands on their papers and goods',
  embedded: 'Prefix and item reference: 28 and 00017 are 2800017',
}
type Party = OutputOfCall<typeof api.parties.listParties>['rows'][number]

/** Another code of the item. What the server finds wrong stands at the field. */
export function CodeDialog({ item, close }: { item: CatalogItem; close: () => void }) {
  const [kind, choose] = useState<Kind>('gtin')
  const [party, own] = useState<Party | null>(null)
  const [tried, setTried] = useState(false)
  const save = useCommand(api.catalog.saveAliases, { quiet: true, done: close, said: 'Code saved' })
  return (
    <Dialog label="Add a code" close={close}>
      <div className="dialog-body">
        <h2>
          Another code of <span className="mono">{item.sku}</span>
        </h2>
        <Field label="What it is" value={kind} onChange={(value) => choose(value as Kind)} options={kinds} />
        {kind === 'party' && (
          <Combobox
            label="Whose code"
            call={api.parties.listParties}
            input={(text) => ({ filter: asWords(text), limit: 8 })}
            rows={(found) => found.rows}
            idOf={(row) => row.id}
            titleOf={(row) => row.name}
            detailOf={(row) => row.code}
            value={party}
            onChange={own}
            error={tried && !party ? 'Choose whose code it is.' : null}
          />
        )}
        <Form
          key={kind}
          schema={{
            properties: {
              code: { title: 'Code', description: hints[kind], maxLength: 60 },
              uom: { title: 'Unit', enum: item.uoms.map((unit) => unit.uom) },
            },
            required: ['code', 'uom'],
          }}
          initial={{ uom: item.baseUom }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={({ code, uom }) => {
            setTried(true)
            if (kind === 'party' && !party) return
            save.run({
              aliases: [
                {
                  itemId: item.id,
                  kind,
                  code: String(code).trim(),
                  uom: String(uom),
                  ...(kind === 'party' && party && { partyId: party.id }),
                },
              ],
            })
          }}
        />
      </div>
    </Dialog>
  )
}
