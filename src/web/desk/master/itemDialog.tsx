import { api } from '../../kit/data/api.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { Answer } from '../../kit/parts/states.tsx'

/** What of an item may change once it is booked; its number, base unit and tracking stay. */
export function ItemDialog({ itemId, close }: { itemId: string; close: () => void }) {
  const item = useRead(api.catalog.item, { id: itemId })
  const save = useCommand(api.catalog.saveItems, { quiet: true, done: close, said: 'Item saved' })
  return (
    <Dialog label="Change the item" close={close}>
      <div className="dialog-body">
        <Answer query={item}>
          {(item) => (
            <>
              <h2>
                Change <span className="mono">{item.sku}</span>
              </h2>
              <Form
                schema={{
                  properties: {
                    name: { title: 'Name', maxLength: 200 },
                    category: { title: 'Category', maxLength: 60 },
                    taxClass: { title: 'Tax class', maxLength: 30 },
                    weightG: { title: `Weight of one ${item.baseUom}, g`, type: 'integer', minimum: 0 },
                    ...(item.tracking === 'none'
                      ? {}
                      : {
                          shelfLifeDays: {
                            title: 'Shelf life, days',
                            description: 'Empty: does not expire',
                            type: 'integer' as const,
                            minimum: 1,
                            maximum: 20_000,
                          },
                        }),
                    ...(item.catchWeight
                      ? {
                          weightTolerancePpm: {
                            title: 'Tolerance in weight, %',
                            description: `What a ${item.baseUom} may weigh more or less without a reason. Empty: any weight passes`,
                            'x-unit': 'ppm' as const,
                          },
                        }
                      : {}),
                    active: { title: 'Sold', enum: ['yes', 'no'], 'x-words': { yes: 'Yes', no: 'No longer' } },
                  },
                  required: ['name', 'taxClass', 'weightG', 'active'],
                }}
                initial={{
                  name: item.name,
                  category: item.category,
                  taxClass: item.taxClass,
                  weightG: item.weightG,
                  shelfLifeDays: item.shelfLifeDays ?? '',
                  weightTolerancePpm: item.weightTolerancePpm === null ? '' : String(item.weightTolerancePpm / 10_000),
                  active: item.active ? 'yes' : 'no',
                }}
                action="Save"
                busy={save.busy}
                error={save.error}
                onSubmit={({ name, category, taxClass, weightG, shelfLifeDays, weightTolerancePpm, active }) =>
                  save.run({
                    items: [
                      {
                        sku: item.sku,
                        version: item.version,
                        name: String(name),
                        category: String(category ?? ''),
                        taxClass: String(taxClass),
                        weightG: Number(weightG),
                        ...(item.tracking === 'none'
                          ? {}
                          : { shelfLifeDays: shelfLifeDays === undefined ? null : Number(shelfLifeDays) }),
                        ...(item.catchWeight && {
                          weightTolerancePpm: weightTolerancePpm === undefined ? null : Number(weightTolerancePpm),
                        }),
                        active: active === 'yes',
                      },
                    ],
                  })
                }
              />
            </>
          )}
        </Answer>
      </div>
    </Dialog>
  )
}
