import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { AccessTabs, type Reach, ReachPicker, ToldOnce } from './parts.tsx'
import { PermissionPicker } from './permissionPicker.tsx'
import { useProven } from './prove.tsx'

type Key = OutputOfCall<typeof api.people.listApiKeys>['rows'][number]

/** Keys of programs. A key works as far as it and its maker both reach. */
export function Keys() {
  const keys = useRead(api.people.listApiKeys, {})
  const managing = useMay()('people.manage')
  const [making, make] = useState(false)
  const [told, tell] = useState<{ name: string; key: string } | null>(null)
  useCommands(managing ? [{ id: 'new-key', title: 'New API key', keys: 'n', run: () => make(true) }] : [])
  return (
    <Page
      title="API keys"
      beside={keys.data?.rows.filter(alive).length}
      actions={
        <>
          <AccessTabs />
          {managing && (
            <Button look="primary" hotkey="N" onClick={() => make(true)}>
              New key
            </Button>
          )}
        </>
      }
    >
      <Answer query={keys}>
        {({ rows }) => (
          <section className="card" aria-label="API keys">
            {rows.length === 0 ? (
              <Empty action={managing && <Button onClick={() => make(true)}>Make the first one</Button>}>
                No program has a key yet. What a program can do is described at{' '}
                <a className="link" href="/docs">
                  /docs
                </a>
                .
              </Empty>
            ) : (
              <ul className="card-body documents keys">
                {[...rows]
                  .sort((a, b) => Number(alive(b)) - Number(alive(a)))
                  .map((key) => (
                    <KeyRow key={key.id} row={key} managing={managing} />
                  ))}
              </ul>
            )}
          </section>
        )}
      </Answer>
      {making && (
        <MakeKey
          close={() => make(false)}
          made={(name, key) => {
            make(false)
            tell({ name, key })
          }}
        />
      )}
      {told && (
        <ToldOnce
          title={`Key for ${told.name}`}
          text={told.key}
          note="Put it where the program keeps its secrets. It is sent as: Authorization: Bearer …"
          close={() => tell(null)}
        />
      )}
    </Page>
  )
}

const alive = (key: Key): boolean =>
  key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > Date.now())

function KeyRow({ row, managing }: { row: Key; managing: boolean }) {
  const revoke = useProven(api.people.revokeApiKey, { said: `Key ${row.name} is dead` })
  const limited = [row.sites && `${row.sites.length} sites`, row.parties && `${row.parties.length} customers`]
  return (
    <li>
      <span>
        <span className="strong">{row.name}</span>{' '}
        {row.revokedAt ? (
          <Status tone="quiet" word={`Revoked ${instant(row.revokedAt)}`} plain />
        ) : alive(row) ? null : (
          <Status tone="warn" word={`Expired ${instant(row.expiresAt)}`} />
        )}
      </span>
      {managing && alive(row) ? (
        <Button
          small
          look="danger"
          disabled={revoke.busy}
          aria-label={`Revoke ${row.name}`}
          onClick={() => revoke.run({ id: row.id })}
        >
          Revoke
        </Button>
      ) : (
        <span />
      )}
      <span className="quiet small whole">
        <span className="mono">{row.permissions.join(' ')}</span> {limited.filter(Boolean).join(' · ')}
      </span>
      <span className="quiet small whole">
        by {row.createdBy}, {instant(row.createdAt)}
        {row.expiresAt && alive(row) && `; until ${instant(row.expiresAt)}`}
      </span>
      {revoke.proof}
    </li>
  )
}

function MakeKey({ close, made }: { close: () => void; made: (name: string, key: string) => void }) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('365')
  const [permissions, setPermissions] = useState<string[]>([])
  const [reach, setReach] = useState<Reach>({ sites: null, parties: null })
  const [tried, setTried] = useState(false)
  const make = useProven(api.people.createApiKey, { quiet: true, done: ({ key }, input) => made(input.name, key) })
  const wrongDays =
    days !== '' && !/^[1-9]\d{0,3}$/.test(days) ? 'Days, from 1 to 3,650; empty: until it is revoked.' : null
  return (
    <>
      <Dialog label="New API key" close={close}>
        <form
          className="dialog-body"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setTried(true)
            if (!name.trim() || wrongDays || permissions.length === 0) return
            make.run({ name: name.trim(), permissions, ...reach, expiresInDays: days ? Number(days) : null })
          }}
        >
          <h2>New API key</h2>
          <div className="form-grid">
            <Field
              label="What is it for"
              maxLength={100}
              value={name}
              onChange={setName}
              error={tried && !name.trim() ? 'Needed.' : null}
            />
            <Field label="Good for days" inputMode="numeric" value={days} error={wrongDays} onChange={setDays} />
          </div>
          <PermissionPicker chosen={permissions} set={setPermissions} />
          {tried && permissions.length === 0 && (
            <p className="bad small" role="alert">
              Choose what it may do: a key without permissions opens nothing.
            </p>
          )}
          <ReachPicker reach={reach} set={setReach} />
          {make.error && <ProblemPanel error={make.error} />}
          <div className="row">
            <Button look="primary" type="submit" disabled={make.busy}>
              Make the key
            </Button>
            <Button onClick={close}>Cancel</Button>
          </div>
        </form>
      </Dialog>
      {make.proof}
    </>
  )
}
