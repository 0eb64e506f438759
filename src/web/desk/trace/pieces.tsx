import { Status, wordOf } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import type { RecallTold } from './recall.tsx'

type Piece = RecallTold['pieces'][number]

const whereOf = ({ inStock, site, location, locationKind }: Piece): string =>
  inStock
    ? `${site} ${location}`
    : locationKind === 'customer'
      ? 'With a customer'
      : `Gone: ${wordOf(locationKind).toLowerCase()}`

/** The pieces of a recall, those in the house first: where each is and in what state. */
export const Pieces = ({ pieces }: { pieces: readonly Piece[] }) => (
  <section className="card" aria-label="Pieces">
    <div className="card-head">
      <h2>Pieces</h2>
    </div>
    <Wide label="Pieces">
      <table className="table tight">
        <thead>
          <tr>
            <th>Number</th>
            <th>Item</th>
            <th>Where</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {pieces.map((piece) => (
            <tr key={piece.serialId}>
              <td>
                <Link className="link mono" {...linkTo(`/trace/serial/${piece.serialId}`)}>
                  {piece.serial}
                </Link>{' '}
                {piece.lot && <span className="quiet">lot {piece.lot}</span>}
              </td>
              <td>
                <span className="mono">{piece.sku}</span> <span className="quiet">{piece.description}</span>
              </td>
              <td>{whereOf(piece)}</td>
              <td>
                {piece.picked ? (
                  <Status tone="bad" word="Picked: put it back" />
                ) : piece.inStock ? (
                  <Status tone="warn" word={piece.status === 'hold' ? 'On hold' : wordOf(piece.status)} />
                ) : piece.open > 0 ? (
                  <Status tone="bad" word="Nothing known" />
                ) : (
                  <Status tone="quiet" word="Accounted for" />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  </section>
)
