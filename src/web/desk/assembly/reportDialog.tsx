import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useCommand } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { type FieldSchema, Form } from '../../kit/parts/form.tsx'
import type { Assembly } from './types.ts'

const listed = (text: unknown): string[] =>
  String(text ?? '')
    .split(/[\s,;]+/)
    .filter(Boolean)

/**
 * So many are done. Lots and bins of components are those set aside; pieces are named by their numbers, and so are the kits'
 * own lot or numbers.
 */
export function ReportDialog({ assembly, close }: { assembly: Assembly; close: () => void }) {
  const { id: assemblyId, number, makes, multiple, tracking, shelfLifeDays, parts } = assembly
  const numbered = parts.filter((part) => part.tracking === 'serial')
  const report = useCommand(api.warehouse.reportAssembly, {
    quiet: true,
    said: ({ done, open }) => `${number}: ${count(done)} done, ${count(open)} open`,
    done: close,
  })
  const properties: Record<string, FieldSchema> = {
    qty: {
      title: 'Done',
      description: `${count(makes)} can be made now${multiple > 1 ? `, in multiples of ${count(multiple)}` : ''}`,
      type: 'integer',
      minimum: 1,
      maximum: assembly.open,
      default: makes,
    },
  }
  if (tracking === 'lot') properties.lotCode = { title: 'Lot of the kits', minLength: 1, maxLength: 60 }
  if (tracking === 'lot' && shelfLifeDays !== null)
    properties.expiresOn = {
      title: 'Good until',
      description: 'Left empty: as its first component',
      format: 'date',
    }
  if (tracking === 'serial')
    properties.serials = {
      title: 'Numbers of the kits',
      description: 'One for each',
      multiline: true,
      maxLength: 4_000,
    }
  for (const part of numbered)
    properties[`used ${part.itemId}`] = {
      title: `Numbers of ${part.sku} used`,
      description: `${part.den === 1 ? count(part.num) : `${count(part.num)}/${count(part.den)}`} in each`,
      multiline: true,
      maxLength: 4_000,
    }
  return (
    <Dialog label={`Report ${number} done`} close={close}>
      <div className="dialog-body">
        <h2>Report {number} done</h2>
        <p className="quiet">
          The components set aside leave their bins, first-expiring first, and the kits come onto the shelf; who was
          promised them gets them.
        </p>
        <Form
          schema={{
            properties,
            required: [
              'qty',
              ...(tracking === 'lot' ? ['lotCode'] : []),
              ...(tracking === 'serial' ? ['serials'] : []),
              ...numbered.map((part) => `used ${part.itemId}`),
            ],
          }}
          initial={{ qty: makes } as never}
          action="Report done"
          busy={report.busy}
          error={report.error}
          onSubmit={(values) => {
            const used = numbered.map((part) => {
              const serials = listed(values[`used ${part.itemId}`])
              return { itemId: part.itemId, qty: Math.max(1, serials.length), serials }
            })
            report.run({
              assemblyId,
              qty: Number(values.qty),
              ...(values.lotCode && { lotCode: String(values.lotCode) }),
              ...(values.expiresOn && { expiresOn: String(values.expiresOn) }),
              ...(values.serials && { serials: listed(values.serials) }),
              ...(used.length > 0 && { used }),
            })
          }}
        />
      </div>
    </Dialog>
  )
}
