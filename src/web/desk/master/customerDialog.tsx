import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { invoicedWhen, partials, takes } from '../customers/terms.ts'

type Party = OutputOfCall<typeof api.parties.party>

const taxStatuses = { business: 'Business', consumer: 'Consumer', exempt: 'Exempt', reverse_charge: 'Reverse charge' }

/** Terms, tax and policies of a customer; orders already confirmed keep theirs. */
export function CustomerDialog({ party, close }: { party: Party; close: () => void }) {
  const save = useCommand(api.parties.saveParties, { quiet: true, done: close, said: `${party.name} saved` })
  return (
    <Dialog label={`Change ${party.name}`} close={close}>
      <div className="dialog-body">
        <h2>Change {party.name}</h2>
        <Form
          schema={{
            properties: {
              name: { title: 'Name', maxLength: 200 },
              email: { title: 'E-mail', format: 'email' },
              termsDays: { title: 'Terms, days', type: 'integer', minimum: 0, maximum: 365 },
              taxStatus: { title: 'Tax', enum: Object.keys(taxStatuses), 'x-words': taxStatuses },
              taxNumber: { title: 'Tax number', maxLength: 40 },
              gln: { title: 'GLN', description: '13 digits', minLength: 13, maxLength: 13 },
              invoiceTrigger: { title: 'Invoiced', enum: Object.keys(invoicedWhen), 'x-words': invoicedWhen },
              partialPolicy: { title: 'Deliveries', enum: Object.keys(partials), 'x-words': partials },
              serviceClass: {
                title: 'Service class',
                description: '0 is the best',
                type: 'integer',
                minimum: 0,
                maximum: 9,
              },
              minShelfDays: {
                title: 'Least shelf life on arrival, days',
                type: 'integer',
                minimum: 0,
                maximum: 20_000,
              },
              substitutes: { title: 'Substitutes', enum: Object.keys(takes), 'x-words': takes },
              successors: { title: 'Successors of items', enum: Object.keys(takes), 'x-words': takes },
              active: { title: 'Customer is', enum: ['yes', 'no'], 'x-words': { yes: 'Active', no: 'Closed' } },
            },
            required: [
              'name',
              'termsDays',
              'taxStatus',
              'invoiceTrigger',
              'partialPolicy',
              'serviceClass',
              'minShelfDays',
              'substitutes',
              'successors',
              'active',
            ],
          }}
          initial={
            {
              ...party,
              email: party.email ?? '',
              taxNumber: party.taxNumber ?? '',
              gln: party.gln ?? '',
              active: party.active ? 'yes' : 'no',
            } as never
          }
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={(v) =>
            save.run({
              parties: [
                {
                  code: party.code,
                  version: party.version,
                  name: String(v.name),
                  email: v.email ? String(v.email) : null,
                  termsDays: Number(v.termsDays),
                  taxStatus: v.taxStatus as Party['taxStatus'],
                  taxNumber: v.taxNumber ? String(v.taxNumber) : null,
                  gln: v.gln ? String(v.gln) : null,
                  invoiceTrigger: v.invoiceTrigger as Party['invoiceTrigger'],
                  partialPolicy: v.partialPolicy as Party['partialPolicy'],
                  serviceClass: Number(v.serviceClass),
                  minShelfDays: Number(v.minShelfDays),
                  substitutes: v.substitutes as Party['substitutes'],
                  successors: v.successors as Party['successors'],
                  active: v.active === 'yes',
                },
              ],
            })
          }
        />
      </div>
    </Dialog>
  )
}

const kinds = { both: 'Ship and bill to', ship_to: 'Ship to', bill_to: 'Bill to' }

/** An address of a customer, changed or new; one that is no longer used is closed, since documents name it. */
export function AddressDialog({
  party,
  address,
  close,
}: {
  party: Party
  address: Party['addresses'][number] | null
  close: () => void
}) {
  const save = useCommand(api.parties.saveParties, { quiet: true, done: close, said: 'Address saved' })
  const title = address ? `Change the address ${address.name}` : `New address of ${party.name}`
  return (
    <Dialog label={title} close={close}>
      <div className="dialog-body">
        <h2>{title}</h2>
        <Form
          schema={{
            properties: {
              name: { title: 'Name at the address', maxLength: 200 },
              kind: { title: 'Used to', enum: Object.keys(kinds), 'x-words': kinds },
              line1: { title: 'Street', maxLength: 200 },
              line2: { title: 'Further line', maxLength: 200 },
              postcode: { title: 'Postcode', maxLength: 20 },
              city: { title: 'City', maxLength: 100 },
              country: { title: 'Country', description: 'Two letters', minLength: 2, maxLength: 2 },
              routeDays: { title: 'Days on the way', type: 'integer', minimum: 0, maximum: 60 },
              active: { title: 'Address is', enum: ['yes', 'no'], 'x-words': { yes: 'In use', no: 'Closed' } },
            },
            required: ['name', 'kind', 'line1', 'postcode', 'city', 'country', 'routeDays', 'active'],
          }}
          initial={{
            name: address?.name ?? party.name,
            kind: address?.kind ?? 'ship_to',
            line1: address?.line1 ?? '',
            line2: address?.line2 ?? '',
            postcode: address?.postcode ?? '',
            city: address?.city ?? '',
            country: address?.country ?? party.country,
            routeDays: address?.routeDays ?? 0,
            active: address?.active === false ? 'no' : 'yes',
          }}
          action="Save"
          busy={save.busy}
          error={save.error}
          onSubmit={(v) =>
            save.run({
              parties: [
                {
                  code: party.code,
                  addresses: [
                    {
                      ...(address ? { id: address.id } : {}),
                      name: String(v.name),
                      kind: v.kind as 'both',
                      line1: String(v.line1),
                      line2: v.line2 ? String(v.line2) : null,
                      postcode: String(v.postcode),
                      city: String(v.city),
                      country: String(v.country).toUpperCase(),
                      routeDays: Number(v.routeDays),
                      active: v.active === 'yes',
                    },
                  ],
                },
              ],
            })
          }
        />
      </div>
    </Dialog>
  )
}
