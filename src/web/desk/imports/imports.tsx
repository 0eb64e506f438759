import '../../kit/css/detail.css'
import { type DragEvent, useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { count, instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { type Column, Grid } from '../../kit/grid/grid.tsx'
import { useView } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { Page } from '../../kit/shell/shell.tsx'
import { upload } from './upload.ts'
import '../../kit/css/import.css'

type Row = OutputOfCall<typeof api.exchange.listImports>['rows'][number]
const columns: readonly Column<Row>[] = [
  {
    key: 'file',
    title: 'File',
    width: 'minmax(180px, 1fr)',
    phone: 'first',
    cell: (r) => r.fileName,
    text: (r) => r.fileName,
  },
  { key: 'profile', title: 'Profile', width: '140px', phone: 'second', cell: (r) => r.profile, text: (r) => r.profile },
  {
    key: 'state',
    title: 'Status',
    width: '140px',
    phone: 'end',
    cell: (r) => <Status state={r.state} />,
    text: (r) => r.state,
  },
  {
    key: 'rows',
    title: 'Rows',
    width: '92px',
    number: true,
    cell: (r) => count(r.rowsTotal),
    text: (r) => String(r.rowsTotal),
  },
  {
    key: 'errors',
    title: 'Errors',
    width: '84px',
    number: true,
    cell: (r) => <span className={r.errors ? 'bad strong' : 'quiet'}>{count(r.errors)}</span>,
    text: (r) => String(r.errors),
  },
  {
    key: 'at',
    title: 'Started',
    width: '130px',
    phone: 'second',
    cell: (r) => instant(r.startedAt),
    text: (r) => r.startedAt,
  },
  { key: 'by', title: 'By', width: '130px', cell: (r) => r.by ?? '', text: (r) => r.by ?? '' },
]

/** Choose what the file is, drop it, see what it would do. Nothing is written before that is accepted. */
export function Imports() {
  const profiles = useRead(api.exchange.importProfiles, {})
  const [view, change] = useView()
  return (
    <Page title="Import">
      <div className="stack">
        <Answer query={profiles}>{({ profiles }) => <Start profiles={profiles} />}</Answer>
        <div className="moves-box">
          <Grid
            label="Earlier imports"
            call={api.exchange.listImports}
            columns={columns}
            view={view}
            change={change}
            open={(row) => `/import/${row.id}`}
            empty={<Empty>No file was imported yet.</Empty>}
          />
        </div>
      </div>
    </Page>
  )
}

function Start({ profiles }: { profiles: OutputOfCall<typeof api.exchange.importProfiles>['profiles'] }) {
  const navigate = useNavigate()
  const [name, setName] = useState(profiles[0]?.name ?? '')
  const [state, setState] = useState<{ share: number } | { error: unknown } | null>(null)
  const profile = profiles.find((p) => p.name === name)
  const busy = state !== null && 'share' in state

  const take = async (file: File | undefined) => {
    if (!file || !profile || busy) return
    setState({ share: 0 })
    try {
      const importId = await upload(file, profile.name, (share) => setState({ share }))
      navigate(linkTo(`/import/${importId}`))
    } catch (error) {
      setState({ error })
    }
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    void take(event.dataTransfer.files[0])
  }
  return (
    <section
      className="card import-start"
      aria-label="New import"
      onDragOver={(e) => e.preventDefault()}
      onDrop={onDrop}
    >
      <Field
        label="What is in the file"
        value={name}
        onChange={setName}
        hint={profile?.hint}
        options={profiles.map((p) => ({ value: p.name, label: p.title }))}
      />
      <div className="row wrap">
        <label className={`button primary${busy ? ' disabled' : ''}`}>
          {busy ? `Uploading ${Math.round(state.share * 100)} %` : 'Choose a file and check it'}
          <input
            className="hidden"
            type="file"
            accept={profile?.accept}
            disabled={busy || !profile}
            onChange={(event) => void take(event.target.files?.[0])}
          />
        </label>
        <span className="quiet">or drop it here. Checking writes nothing.</span>
      </div>
      {state && 'error' in state && <ProblemPanel error={state.error} />}
      {profiles.length === 0 && <Button disabled>No profile is installed</Button>}
    </section>
  )
}
