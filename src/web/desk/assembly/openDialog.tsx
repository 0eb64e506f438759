import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Form } from '../../kit/parts/form.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'

/** How many, and by when; components are set aside at once. */
export function OpenDialog({
  item,
  site,
  close,
}: {
  item: { id: string; sku: string }
  site: { id: string; code: string }
  close: () => void
}) {
  const navigate = useNavigate()
  const open = useCommand(api.warehouse.openAssembly, {
    quiet: true,
    said: ({ number, expected }) => `${number} opened: components are there for ${count(expected)}`,
    done: ({ id }) => navigate(linkTo(`/assemblies/${id}`)),
  })
  return (
    <Dialog label={`Assemble ${item.sku}`} close={close}>
      <div className="dialog-body">
        <h2>
          Assemble {item.sku} at {site.code}
        </h2>
        <p className="quiet">
          Its components are set aside at once, first-expiring first; what can be made of them is promised to who waits.
        </p>
        <Form
          schema={{
            properties: {
              qty: { title: 'How many', type: 'integer', minimum: 1, maximum: 1_000_000_000 },
              dueOn: { title: 'Wanted on the shelf on', format: 'date' },
              reference: { title: 'Reference', maxLength: 60 },
            },
            required: ['qty'],
          }}
          action="Open the assembly"
          busy={open.busy}
          error={open.error}
          onSubmit={({ qty, dueOn, reference }) =>
            open.run({
              siteId: site.id,
              itemId: item.id,
              qty: Number(qty),
              ...(dueOn && { dueOn: String(dueOn) }),
              ...(reference && { reference: String(reference) }),
            })
          }
        />
      </div>
    </Dialog>
  )
}
