import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { Call, OutputOfCall } from '../../kit/data/rpc.ts'
import { type Column, Grid, type ListInput, type ListPage } from '../../kit/grid/grid.tsx'
import { wholeList } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status, type Tone } from '../../kit/parts/status.tsx'

type Row = OutputOfCall<typeof api.exchange.importRows>['rows'][number] & { id: string }

/** Rows of a file are known by their number. */
const numbered = (call: typeof api.exchange.importRows): Call<ListInput & { importId: string }, ListPage<Row>> =>
  Object.assign(
    async (input: ListInput & { importId: string }, options?: object) => {
      const page = await call(input, options)
      return { ...page, rows: page.rows.map((row) => ({ ...row, id: String(row.row) })) }
    },
    { at: call.at },
  )
const allRows = numbered(api.exchange.importRows)
const errorRows = numbered(api.exchange.importErrors)

const tones: Record<string, Tone> = { refused: 'bad', set_aside: 'warn', create: 'quiet', change: 'info' }
const plain = (value: Record<string, unknown>) =>
  Object.values(value)
    .filter((v) => v !== null && v !== '')
    .join(' · ')

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
    key: 'action',
    title: 'What happens',
    width: '112px',
    phone: 'end',
    cell: (r) => (
      <Status state={r.applied ? 'applied' : r.action} tone={tones[r.action]} plain={r.action !== 'refused'} />
    ),
    text: (r) => r.action,
  },
  {
    key: 'message',
    title: 'Why',
    width: 'minmax(220px, 1fr)',
    phone: 'first',
    cell: (r) => r.message ?? r.fate,
    text: (r) => r.message ?? r.fate,
  },
  {
    key: 'document',
    title: 'Document',
    width: '110px',
    cell: (r) => <span className="mono">{r.document}</span>,
    text: (r) => r.document ?? '',
  },
  {
    key: 'value',
    title: 'The row',
    width: 'minmax(260px, 1.6fr)',
    cell: (r) => <span className="quiet">{plain(r.value)}</span>,
    text: (r) => plain(r.value),
  },
]

/** All errors at once, or all rows; copied to a spreadsheet by Ctrl C to be put right there. */
export function ImportRows({ importId, errors }: { importId: string; errors: number }) {
  const [all, showAll] = useState(errors === 0)
  return (
    <section aria-label="Rows">
      <div className="page-head">
        <h2 className="grow">{all ? 'All rows' : `Errors ${count(errors)}`}</h2>
        <Button small onClick={() => showAll(!all)}>
          {all ? 'Show errors only' : 'Show all rows'}
        </Button>
      </div>
      <div className="moves-box">
        <Grid
          key={String(all)}
          label="Rows of the file"
          call={all ? allRows : errorRows}
          input={{ importId }}
          columns={columns}
          view={wholeList}
          change={() => undefined}
          empty={<Empty>{all ? 'No row is read yet.' : 'No row is in error.'}</Empty>}
        />
      </div>
    </section>
  )
}
