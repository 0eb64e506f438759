import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useRead } from '../../kit/data/query.ts'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { FindItem, type FoundItem } from '../master/find.tsx'
import { OpenDialog } from './openDialog.tsx'

/** Which kit first; one without a list of components says so before anything is asked of it. */
export function NewAssembly({ site, close }: { site: { id: string; code: string }; close: () => void }) {
  const [item, setItem] = useState<FoundItem | null>(null)
  const ties = useRead(api.catalog.itemLinks, { itemId: item?.id ?? '' }, { enabled: item !== null })
  const hasList = ties.data?.links.some((one) => one.kind === 'assembly' && one.direction === 'to')
  if (item && hasList) return <OpenDialog item={item} site={site} close={close} />
  return (
    <Dialog label="New assembly" close={close}>
      <div className="dialog-body">
        <h2>New assembly at {site.code}</h2>
        <p className="quiet">Choose the kit to be made.</p>
        <FindItem label="Kit" value={item} onChange={setItem} autoFocus />
        {item && ties.data && !hasList && (
          <p className="bad small" role="status">
            {item.sku} has no list of components to assemble from: save one for it first.
          </p>
        )}
      </div>
    </Dialog>
  )
}
