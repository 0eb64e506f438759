import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import type { Column } from '../../kit/grid/grid.tsx'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { TakeApart } from './apart.tsx'
import { NewAssembly } from './newAssembly.tsx'
import { stageWord } from './stageWord.ts'
import type { AssemblyRow } from './types.ts'

const columns: readonly Column<AssemblyRow>[] = [
  {
    key: 'number',
    phone: 'second',
    title: 'Assembly',
    width: '104px',
    sort: 'number',
    cell: (r) => <span className="mono">{r.number}</span>,
    text: (r) => r.number,
  },
  { key: 'site', title: 'Site', width: '64px', sort: 'site', cell: (r) => r.site, text: (r) => r.site },
  {
    key: 'sku',
    phone: 'first',
    title: 'Kit',
    width: 'minmax(160px, 1fr)',
    sort: 'sku',
    cell: (r) => (
      <>
        <span className="mono">{r.sku}</span> {r.description}
      </>
    ),
    text: (r) => `${r.sku} ${r.description}`,
  },
  {
    key: 'status',
    phone: 'second-end',
    title: 'Status',
    width: '140px',
    cell: (r) => <Status state={r.late ? 'late' : r.status} word={stageWord(r.status, r.late)} plain={!r.late} />,
    text: (r) => r.status,
  },
  {
    key: 'qty',
    title: 'Wanted',
    width: '80px',
    number: true,
    sort: 'qty',
    cell: (r) => (
      <>
        {count(r.qty)} <span className="quiet">{r.uom}</span>
      </>
    ),
    text: (r) => String(r.qty),
  },
  {
    key: 'done',
    title: 'Done',
    width: '72px',
    number: true,
    sort: 'done',
    cell: (r) => (r.done === 0 ? '' : count(r.done)),
    text: (r) => String(r.done),
  },
  {
    key: 'open',
    phone: 'end',
    title: 'Open',
    width: '72px',
    number: true,
    sort: 'open',
    cell: (r) => (r.open === 0 ? '' : <span className="strong">{count(r.open)}</span>),
    text: (r) => String(r.open),
  },
  {
    key: 'makes',
    title: 'Can be made',
    width: '92px',
    number: true,
    cell: (r) =>
      r.open === 0 ? (
        ''
      ) : (
        <span className={r.makes < r.open ? 'warn strong' : ''}>{count(Math.min(r.makes, r.open))}</span>
      ),
    text: (r) => String(r.makes),
  },
  { key: 'dueOn', title: 'Wanted on', width: '96px', sort: 'dueOn', cell: (r) => r.dueOn, text: (r) => r.dueOn },
  { key: 'comesOn', title: 'Comes', width: '96px', cell: (r) => r.comesOn ?? '', text: (r) => r.comesOn ?? '' },
]

/** Kits made to stock: what is wanted, what its components allow, what is done. */
export function Assemblies() {
  const may = useMay()
  const site = useSite()
  const [opening, open] = useState(false)
  const [apart, take] = useState(false)
  const mayOpen = may('warehouse.assemble') && site !== null
  useCommands(
    mayOpen
      ? [
          { id: 'new-assembly', title: 'New assembly', keys: 'n', run: () => open(true) },
          { id: 'take-apart', title: 'Take kits apart', keys: 't', run: () => take(true) },
        ]
      : [],
  )
  return (
    <>
      <ListPage
        title="Assembly"
        screen="assemblies"
        call={api.warehouse.assemblies}
        input={() => ({})}
        columns={columns}
        example="status:ready sku:GIFT open>0…"
        open={(row) => `/assemblies/${row.id}`}
        actions={
          mayOpen && (
            <>
              <Button hotkey="T" onClick={() => take(true)}>
                Take apart
              </Button>
              <Button look="primary" hotkey="N" onClick={() => open(true)}>
                New assembly
              </Button>
            </>
          )
        }
        empty={(filter) => (
          <Empty action={mayOpen && <Button onClick={() => open(true)}>New assembly</Button>}>
            {filter ? `No assembly fits “${filter}”.` : 'No kits have been made to stock yet.'}
          </Empty>
        )}
      />
      {opening && site && <NewAssembly site={site} close={() => open(false)} />}
      {apart && site && <TakeApart site={site} close={() => take(false)} />}
    </>
  )
}
