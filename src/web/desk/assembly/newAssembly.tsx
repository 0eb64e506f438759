import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { Combobox } from '../../kit/parts/combobox.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { OpenDialog } from './openDialog.tsx'

type Item = OutputOfCall<typeof api.catalog.findItem>['rows'][number]

/** Which kit first; one without a list of components says so before anything is asked of it. */
export function NewAssembly({ site, close }: { site: { id: string; code: string }; close: () => void }) {
  const [item, setItem] = useState<Item | null>(null)
  const ties = useRead(api.catalog.itemLinks, { itemId: item?.id ?? '' }, { enabled: item !== null })
  const hasList = ties.data?.links.some((one) => one.kind === 'assembly' && one.direction === 'to')
  if (item && hasList) return <OpenDialog item={item} site={site} close={close} />
  return (
    <Dialog label="New assembly" close={close}>
      <div className="dialog-body">
        <h2>New assembly at {site.code}</h2>
        <p className="quiet">Choose the kit to be made.</p>
        <Combobox
          label="Kit"
          call={api.catalog.findItem}
          input={(text) => ({ text, limit: 8 })}
          rows={({ rows }) => rows}
          idOf={(row) => row.id}
          titleOf={(row) => `${row.sku} · ${row.description}`}
          detailOf={(row) => row.uom}
          value={item}
          onChange={setItem}
          autoFocus
        />
        {item && ties.data && !hasList && (
          <p className="bad small" role="status">
            {item.sku} has no list of components to assemble from: save one for it first.
          </p>
        )}
      </div>
    </Dialog>
  )
}
