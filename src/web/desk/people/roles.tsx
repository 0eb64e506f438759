import { useState } from 'react'
import '../../kit/css/detail.css'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Field } from '../../kit/parts/field.tsx'
import { Answer, Empty, ProblemPanel } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { AccessTabs, type Role } from './parts.tsx'
import { PermissionPicker } from './permissionPicker.tsx'
import { useProven } from './prove.tsx'

const limits = {
  company: 'whole company',
  site: 'only the sites of each person',
  party: 'only the customers of each person',
} as const
const fresh: Omit<Role, 'id' | 'people'> = {
  code: '',
  name: '',
  permissions: [],
  needsSecondFactor: false,
  limitedBy: 'company',
}

/** What each role permits, as the server decides by it. */
export function Roles() {
  const roles = useRead(api.people.listRoles, {})
  const managing = useMay()('people.manage')
  const [editing, edit] = useState<(Omit<Role, 'id' | 'people'> & { id?: string; people?: number }) | null>(null)
  useCommands(managing ? [{ id: 'new-role', title: 'New role', keys: 'n', run: () => edit(fresh) }] : [])
  return (
    <Page
      title="Roles"
      beside={roles.data?.rows.length}
      actions={
        <>
          <AccessTabs />
          {managing && (
            <Button look="primary" hotkey="N" onClick={() => edit(fresh)}>
              New role
            </Button>
          )}
        </>
      }
    >
      <Answer query={roles}>
        {({ rows }) => (
          <div className="role-cards">
            {rows.length === 0 && <Empty>There is no role yet.</Empty>}
            {rows.map((role) => (
              <section key={role.id} className="card" aria-label={role.name}>
                <div className="card-head">
                  <h2>{role.name}</h2>
                  <span className="quiet">{plural(role.people, 'person', 'people')}</span>
                  {managing && (
                    <span className="push">
                      <Button small aria-label={`Change ${role.name}`} onClick={() => edit(role)}>
                        Change
                      </Button>
                    </span>
                  )}
                </div>
                <div className="card-body stack">
                  <p className="quiet small">
                    {limits[role.limitedBy]}
                    {role.needsSecondFactor && ' · second factor needed'}
                  </p>
                  <ul className="permissions">
                    {role.permissions.map((p) => (
                      <li key={p} className="mono small">
                        {p === '*' ? 'everything' : p}
                      </li>
                    ))}
                    {role.permissions.length === 0 && <Status tone="warn" word="Permits nothing" />}
                  </ul>
                </div>
              </section>
            ))}
          </div>
        )}
      </Answer>
      {editing && <Editor role={editing} close={() => edit(null)} />}
    </Page>
  )
}

function Editor({
  role,
  close,
}: {
  role: Omit<Role, 'id' | 'people'> & { id?: string; people?: number }
  close: () => void
}) {
  const [name, setName] = useState(role.name)
  const [code, setCode] = useState(role.code)
  const [limitedBy, limit] = useState(role.limitedBy)
  const [needsSecondFactor, need] = useState(role.needsSecondFactor)
  const [permissions, setPermissions] = useState([...role.permissions])
  const save = useProven(api.people.saveRole, { quiet: true, done: close, said: `Role ${name} saved` })
  const wrongCode =
    code !== '' && !/^[a-z][a-z0-9_]*$/.test(code) ? 'Small letters, digits and _, a letter first.' : null
  return (
    <>
      <Dialog label={role.id ? `Role ${role.name}` : 'New role'} close={close}>
        <form
          className="dialog-body"
          onSubmit={(event) => {
            event.preventDefault()
            if (wrongCode || !code || !name.trim()) return
            save.run({ id: role.id ?? null, code, name: name.trim(), permissions, needsSecondFactor, limitedBy })
          }}
        >
          <h2>{role.id ? role.name : 'New role'}</h2>
          {role.people ? (
            <p className="quiet">What you change here counts for {plural(role.people, 'person', 'people')} at once.</p>
          ) : null}
          <div className="form-grid">
            <Field label="Name" required maxLength={100} value={name} onChange={setName} />
            <Field label="Code" required maxLength={40} value={code} error={wrongCode} onChange={setCode} />
            <Field
              label="Sees"
              value={limitedBy}
              onChange={(value) => limit(value as typeof limitedBy)}
              options={Object.entries(limits).map(([value, label]) => ({ value, label }))}
            />
          </div>
          <label className="row">
            <input type="checkbox" checked={needsSecondFactor} onChange={(e) => need(e.target.checked)} /> Works only
            with a second factor
          </label>
          <PermissionPicker chosen={permissions} set={setPermissions} />
          {save.error && <ProblemPanel error={save.error} />}
          <div className="row">
            <Button look="primary" type="submit" disabled={save.busy}>
              Save role
            </Button>
            <Button onClick={close}>Leave as it was</Button>
          </div>
        </form>
      </Dialog>
      {save.proof}
    </>
  )
}
