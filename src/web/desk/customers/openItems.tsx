import { api } from '../../kit/data/api.ts'
import { count, countTo, day, money } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'

const shown = 6

/** What is owed, the longest due first. */
export function OpenItems({ customerId }: { customerId: string }) {
  const open = useRead(api.finance.invoices, { customerId, filter: 'open>0', sort: 'dueOn', limit: shown })
  return (
    <section className="card" aria-label="Open items">
      <div className="card-head">
        <h2>Open items</h2>
        {open.data && <span className="push quiet">{countTo(open.data.total)}</span>}
      </div>
      <div className="card-body">
        <Answer query={open}>
          {({ rows, total }) => (
            <>
              {rows.length === 0 && <Empty>Nothing is owed.</Empty>}
              <ul className="documents">
                {rows.map((r) => (
                  <li key={r.id}>
                    <Link className="link mono" {...linkTo(`/invoices/${r.id}`)}>
                      {r.number}
                    </Link>
                    <span className="num">{money(r.openMinor, r.currency)}</span>
                    <span className="quiet">due {day(r.dueOn)}</span>
                    <span className="num">
                      <Status
                        state={r.status}
                        plain={r.overdueDays === 0}
                        word={r.overdueDays > 0 ? `${count(r.overdueDays)} d overdue` : undefined}
                      />
                    </span>
                  </li>
                ))}
              </ul>
              {total > rows.length && (
                <p className="quiet small">
                  <Link className="link" {...linkTo(`/invoices?customer=${customerId}&filter=open>0&sort=dueOn`)}>
                    All {countTo(total)} open invoices
                  </Link>
                </p>
              )}
            </>
          )}
        </Answer>
      </div>
    </section>
  )
}
