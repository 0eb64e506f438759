import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { type Column, Grid } from '../../kit/grid/grid.tsx'
import type { View } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'

type Row = OutputOfCall<typeof api.imports.rows>['rows'][number]
const columns: readonly Column<Row>[] = [
  {
    key: 'row',
    title: 'Row',
    width: '72px',
    number: true,
    phone: 'second',
    cell: (r) => count(r.row),
    text: (r) => String(r.row),
  },
  {
    key: 'state',
    title: 'State',
    width: '110px',
    phone: 'end',
    cell: (r) => <Status state={r.state} tone={r.state === 'error' ? 'bad' : undefined} plain={r.state !== 'error'} />,
    text: (r) => r.state,
  },
  {
    key: 'message',
    title: 'What is wrong, or what it became',
    width: 'minmax(220px, 1fr)',
    phone: 'first',
    cell: (r) => r.message ?? r.ref ?? '',
    text: (r) => r.message ?? r.ref ?? '',
  },
  {
    key: 'path',
    title: 'Field',
    width: '120px',
    cell: (r) => <span className="mono">{r.path}</span>,
    text: (r) => r.path ?? '',
  },
  {
    key: 'text',
    title: 'The row',
    width: 'minmax(240px, 1.4fr)',
    cell: (r) => <span className="quiet">{r.text}</span>,
    text: (r) => r.text,
  },
]

/** All errors at once, or all rows; copied to a spreadsheet by Ctrl C to be put right there. */
export function ImportRows({ importId, errors }: { importId: string; errors: number }) {
  const [onlyErrors, setOnlyErrors] = useState(true)
  const filter = onlyErrors ? 'state:error' : ''
  const view: View = { filter, sort: '', columns: [] }
  return (
    <section aria-label="Rows">
      <div className="page-head">
        <h2 style={{ marginRight: 'auto' }}>{onlyErrors ? `Errors ${count(errors)}` : 'All rows'}</h2>
        <Button small onClick={() => setOnlyErrors(!onlyErrors)}>
          {onlyErrors ? 'Show all rows' : 'Show errors only'}
        </Button>
      </div>
      <div className="moves-box">
        <Grid
          label="Rows of the file"
          call={api.imports.rows}
          input={{ importId }}
          columns={columns}
          view={view}
          change={() => undefined}
          empty={<Empty>{onlyErrors ? 'No row is in error.' : 'No row is read yet.'}</Empty>}
        />
      </div>
    </section>
  )
}
