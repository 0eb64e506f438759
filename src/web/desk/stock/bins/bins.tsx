import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Popover } from '../../../kit/parts/popover.tsx'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { Status } from '../../../kit/parts/status.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'
import { AdjustDialog, MoveDialog, ScrapDialog, StatusDialog } from './dialogs.tsx'
import { OwnerDialog } from './ownerDialog.tsx'
import { PlateDialog } from './plateDialog.tsx'
import { Serials } from './serials.tsx'
import { type Bin, type ItemBins, statusWords, wordsOf } from './types.ts'

const dialogs = {
  move: { word: 'Move…', permission: 'warehouse.pick', Dialog: MoveDialog },
  plate: { word: 'Onto a plate…', permission: 'warehouse.pick', Dialog: PlateDialog },
  status: { word: 'Change status…', permission: 'warehouse.adjust', Dialog: StatusDialog },
  owner: { word: 'Change owner…', permission: 'warehouse.adjust', Dialog: OwnerDialog },
  adjust: { word: 'Correct…', permission: 'warehouse.adjust', Dialog: AdjustDialog },
  scrap: { word: 'Scrap…', permission: 'warehouse.adjust', Dialog: ScrapDialog },
} as const
type Doing = keyof typeof dialogs

/** Places where goods are handled by hand; what stands at a stage goes by its order, what is on the road by its transfer. */
const handled = new Set(['storage', 'pick', 'dock', 'quarantine'])

const ownerWords = (bin: Bin): string | null =>
  bin.ownership === 'own' ? null : `${bin.ownership === 'consigned' ? 'Consigned' : 'Stored for'} ${bin.owner ?? ''}`

/** Every unit of an item where it stands: bin, lot, plate, whose it is, its status; and what can be done with it there. */
export function Bins({ itemId }: { itemId: string }) {
  const bins = useRead(api.stock.bins, { itemId })
  return (
    <section className="card" aria-label="Bins">
      <div className="card-head">
        <h2>In the bins</h2>
      </div>
      <Wide label="In the bins">
        <Answer query={bins}>{(data) => <BinTable data={data} />}</Answer>
      </Wide>
    </section>
  )
}

function BinTable({ data }: { data: ItemBins }) {
  const { item, bins } = data
  const may = useMay()
  const [doing, start] = useState<{ bin: Bin; what: Doing } | null>(null)
  if (bins.length === 0) return <Empty>In no bin.</Empty>
  const has = {
    lot: bins.some((bin) => bin.lot),
    plate: bins.some((bin) => bin.plate),
    owner: bins.some((bin) => bin.ownership !== 'own'),
    status: bins.some((bin) => bin.status !== 'available'),
  }
  const allowed = (Object.keys(dialogs) as Doing[]).filter((what) => may(dialogs[what].permission))
  const Dialog = doing && dialogs[doing.what].Dialog
  return (
    <>
      <table className="table tight">
        <thead>
          <tr>
            <th>Bin</th>
            {has.lot && <th>Lot</th>}
            {has.plate && <th>Plate</th>}
            {has.owner && <th>Owner</th>}
            {has.status && <th>Status</th>}
            <th className="num">On hand</th>
            <th className="num">In tasks</th>
            {allowed.length > 0 && (
              <th>
                <span className="hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {bins.map((bin) => (
            <tr key={`${bin.locationId}${bin.lotId}${bin.plateId}${bin.ownerId}${bin.status}`}>
              <td>
                <span className="quiet">{bin.site}</span> <span className="mono">{bin.location}</span>
              </td>
              {has.lot && (
                <td className="mono">
                  {bin.lot} {bin.lotHeld && <Status tone="warn" word="Lot held" />}
                </td>
              )}
              {has.plate && (
                <td className="mono">
                  {bin.plateId && bin.plate && (
                    <Link className="link" {...linkTo(`/plates/${bin.plateId}`)} title={bin.plate}>
                      …{bin.plate.slice(-6)}
                    </Link>
                  )}
                </td>
              )}
              {has.owner && <td>{ownerWords(bin)}</td>}
              {has.status && (
                <td>{bin.status !== 'available' && <Status tone="warn" word={statusWords[bin.status]} />}</td>
              )}
              <td className="num">
                {item.tracking === 'serial' ? <Serials item={item} bin={bin} /> : count(bin.onHand)}
              </td>
              <td className={bin.tasked === 0 ? 'num quiet' : 'num'}>{count(bin.tasked)}</td>
              {allowed.length > 0 && (
                <td className="num">
                  {handled.has(bin.kind) && (
                    <Popover label="…" className="button small" title={`What to do with the goods in ${wordsOf(bin)}`}>
                      {(closeMenu) => (
                        <div className="stack">
                          {allowed.map((what) => (
                            <Button
                              key={what}
                              look="bare"
                              onClick={() => {
                                closeMenu()
                                start({ bin, what })
                              }}
                            >
                              {dialogs[what].word}
                            </Button>
                          ))}
                        </div>
                      )}
                    </Popover>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {doing && Dialog && <Dialog item={item} bin={doing.bin} close={() => start(null)} />}
    </>
  )
}
