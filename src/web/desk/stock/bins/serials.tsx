import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import { Popover } from '../../../kit/parts/popover.tsx'
import { Answer } from '../../../kit/parts/states.tsx'
import { type Bin, type ItemFacts, wordsOf } from './types.ts'

/** The number of pieces in a row of a bin; a click names them. */
export const Serials = ({ item, bin }: { item: ItemFacts; bin: Bin }) => (
  <Popover label={count(bin.onHand)} className="explain" title={`Serial numbers in ${wordsOf(bin)}`}>
    {() => <Pieces item={item} bin={bin} />}
  </Popover>
)

const MOST = 200

function Pieces({ item, bin }: { item: ItemFacts; bin: Bin }) {
  const words = [
    'inStock:yes',
    `status:${bin.status}`,
    bin.plate ? `plate:${bin.plate}` : 'plate:none',
    bin.lot ? `lot:${JSON.stringify(bin.lot)}` : 'lot:none',
  ]
  const pieces = useRead(api.stock.serials, {
    itemId: item.id,
    locationId: bin.locationId,
    filter: words.join(' '),
    limit: MOST,
  })
  return (
    <Answer query={pieces}>
      {({ rows, total }) => (
        <div className="stack">
          <ul className="mono">
            {rows.map((piece) => (
              <li key={piece.id}>
                {piece.code} {piece.picked && <span className="quiet">picked</span>}
              </li>
            ))}
          </ul>
          {total > rows.length && <p className="quiet small">and {count(total - rows.length)} more</p>}
        </div>
      )}
    </Answer>
  )
}
