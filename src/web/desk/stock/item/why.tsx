import '../../../kit/css/asof.css'
import { api } from '../../../kit/data/api.ts'
import { count, day, instant } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { InputOfCall } from '../../../kit/data/rpc.ts'
import { Explain } from '../../../kit/parts/explain.tsx'
import { Answer } from '../../../kit/parts/states.tsx'
import { wordOf } from '../../../kit/parts/status.tsx'
import { linkTo, pathOf } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'

type Asked = InputOfCall<typeof api.trace.why>
const names: Record<Asked['of'], string> = {
  onHand: 'stock on hand',
  allocated: 'what is allocated',
  held: 'what is held',
  promised: 'what is promised',
  inbound: 'what is due in',
}

/** A number that says why it is what it is: every piece with its document, and their sum. */
export const Why = ({ asked, value, words }: { asked: Asked; value: number; words?: string }) => (
  <Explain what={words ? `${names[asked.of]} · ${words}` : names[asked.of]} value={count(value)}>
    {() => <Pieces asked={asked} />}
  </Explain>
)

const when = (at: string | null): string => (at === null ? '' : at.length === 10 ? day(at) : instant(at))

function Pieces({ asked }: { asked: Asked }) {
  const why = useRead(api.trace.why, asked)
  return (
    <Answer query={why}>
      {({ pieces, number, difference }) => (
        <div className="why">
          <table className="table tight">
            <tbody>
              {pieces.map((piece, n) => {
                const page = piece.document && pathOf(piece.document.kind, piece.document.id)
                const number = piece.document?.number ?? ''
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a list that is read whole and never changed
                  <tr key={n}>
                    <td className="quiet small">
                      {piece.kind === 'before' ? `until ${when(piece.at)}` : when(piece.at)}
                    </td>
                    <td>
                      {piece.kind === 'before' ? 'On hand before' : wordOf(piece.word)}{' '}
                      {page ? (
                        <Link className="link mono" {...linkTo(page)}>
                          {number || 'open'}
                        </Link>
                      ) : (
                        <span className="mono">{number}</span>
                      )}
                      {piece.party && <span className="quiet small"> {piece.party}</span>}
                    </td>
                    <td className="num">
                      {piece.kind !== 'before' && asked.of === 'onHand' && piece.qty > 0 ? '+' : ''}
                      {count(piece.qty)}
                    </td>
                  </tr>
                )
              })}
              <tr>
                <td />
                <td className="strong">{difference === 0 ? 'Together' : 'Does not add up: run the check'}</td>
                <td className={`num strong${difference === 0 ? '' : ' bad'}`}>{count(number)}</td>
              </tr>
            </tbody>
          </table>
        </div>
      )}
    </Answer>
  )
}
