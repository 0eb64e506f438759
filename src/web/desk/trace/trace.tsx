import { useDeferredValue, useState } from 'react'
import '../../kit/css/asof.css'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { instant, plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { Status, wordOf } from '../../kit/parts/status.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { Link } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { NewRecall } from './newRecall.tsx'

const pathOf: Record<string, (id: string) => string> = {
  lot: (id) => `/trace/lot/${id}`,
  serial: (id) => `/trace/serial/${id}`,
  plate: (id) => `/trace/plate/${id}`,
  recall: (id) => `/recalls/${id}`,
}

/** A code off the goods leads to their whole story; below, the recalls. */
export function Trace() {
  const may = useMay()
  const [text, type] = useState('')
  const [opening, open] = useState(false)
  const asked = useDeferredValue(text.trim())
  const found = useRead(api.trace.find, { text: asked }, { enabled: asked.length > 0, keep: true })
  const recalls = useRead(api.trace.recalls, { limit: 100 })
  useCommands(may('trace.recall') ? [{ id: 'recall', title: 'Open a recall', keys: 'n', run: () => open(true) }] : [])
  return (
    <Page
      title="Trace & recall"
      actions={
        may('trace.recall') && (
          <Button look="primary" hotkey="N" onClick={() => open(true)}>
            Open a recall
          </Button>
        )
      }
    >
      <div className="stack">
        <div className="trace-find">
          <Field
            label="Lot, serial number, plate or item number"
            value={text}
            onChange={type}
            autoFocus
            hint="As it stands on the goods: type or scan it."
          />
        </div>
        {asked.length > 0 && (
          <section className="card" aria-label="Found">
            <div className="card-body">
              <Answer query={found}>
                {({ rows }) =>
                  rows.length === 0 ? (
                    <Empty>Nothing begins with “{asked}”. Codes are told apart by capitals.</Empty>
                  ) : (
                    <table className="table">
                      <tbody>
                        {rows.map((row) => (
                          <tr key={row.kind + row.id}>
                            <td className="quiet">{wordOf(row.kind)}</td>
                            <td>
                              <Link className="link mono" {...linkTo(pathOf[row.kind]!(row.id))}>
                                {row.code}
                              </Link>
                            </td>
                            <td>{row.title}</td>
                            <td className="quiet">{row.detail}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  )
                }
              </Answer>
            </div>
          </section>
        )}
        <section className="card" aria-label="Recalls">
          <div className="card-head">
            <h2>Recalls</h2>
          </div>
          <Wide label="Recalls">
            <Answer query={recalls}>
              {({ rows }) =>
                rows.length === 0 ? (
                  <Empty>No lot was ever recalled.</Empty>
                ) : (
                  <table className="table tight">
                    <thead>
                      <tr>
                        <th>Recall</th>
                        <th>Why</th>
                        <th className="num">Lots or pieces</th>
                        <th>Opened</th>
                        <th>State</th>
                      </tr>
                    </thead>
                    <tbody>
                      {rows.map((row) => (
                        <tr key={row.id}>
                          <td>
                            <Link className="link mono" {...linkTo(`/recalls/${row.id}`)}>
                              {row.number}
                            </Link>
                          </td>
                          <td>
                            {row.reason} {row.supplier && <span className="quiet">{row.supplier}</span>}
                          </td>
                          <td className="num">{row.pieces > 0 ? plural(row.pieces, 'piece') : row.lots}</td>
                          <td>{instant(row.openedAt)}</td>
                          <td>{row.outcome ? <Status state={row.outcome} /> : <Status tone="bad" word="Open" />}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )
              }
            </Answer>
          </Wide>
        </section>
      </div>
      {opening && <NewRecall lots={[]} close={() => open(false)} />}
    </Page>
  )
}
