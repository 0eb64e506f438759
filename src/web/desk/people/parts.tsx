import { useState } from 'react'
import { Link } from '../../kit/shell/route.tsx'
import '../../kit/css/people.css'
import { api } from '../../kit/data/api.ts'
import { instant } from '../../kit/data/format.ts'
import { useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMe } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Dialog } from '../../kit/parts/dialog.tsx'
import { Answer } from '../../kit/parts/states.tsx'
import { toast } from '../../kit/parts/toast.tsx'
import { linkTo } from '../../kit/shell/places.ts'
import { FindCustomer } from '../master/find.tsx'

export type Person = OutputOfCall<typeof api.people.user>
export type Role = OutputOfCall<typeof api.people.listRoles>['rows'][number]

/** The three lists of who may do what. */
export const AccessTabs = () => (
  <nav className="row tabs" aria-label="People and access">
    {[
      ['/people', 'People'],
      ['/people/roles', 'Roles'],
      ['/people/keys', 'API keys'],
    ].map(([to, title]) => (
      <Link key={to} className="button" {...linkTo(to!)} exact>
        {title}
      </Link>
    ))}
  </nav>
)

export function RolePicker({ chosen, set }: { chosen: readonly string[]; set: (ids: string[]) => void }) {
  const roles = useRead(api.people.listRoles, {})
  return (
    <fieldset className="choices">
      <legend>Roles</legend>
      <Answer query={roles}>
        {({ rows }) => (
          <>
            {rows.map((role) => (
              <label key={role.id}>
                <input
                  type="checkbox"
                  checked={chosen.includes(role.id)}
                  onChange={(event) =>
                    set(event.target.checked ? [...chosen, role.id] : chosen.filter((id) => id !== role.id))
                  }
                />
                {role.name}
                {role.needsSecondFactor && <span className="quiet small">second factor</span>}
              </label>
            ))}
          </>
        )}
      </Answer>
    </fieldset>
  )
}

export interface Reach {
  sites: string[] | null
  parties: string[] | null
}
/** Null is all; a list limits a person to those rows, whatever their roles permit. */
export function ReachPicker({ reach, set }: { reach: Reach; set: (reach: Reach) => void }) {
  const { sites } = useMe()
  const only = reach.sites
  return (
    <fieldset className="choices">
      <legend>What they see</legend>
      <label>
        <input
          type="checkbox"
          checked={only === null}
          onChange={(e) => set({ ...reach, sites: e.target.checked ? null : [] })}
        />
        All sites
      </label>
      {only !== null &&
        sites.map((site) => (
          <label key={site.id}>
            <input
              type="checkbox"
              checked={only.includes(site.id)}
              onChange={(e) =>
                set({ ...reach, sites: e.target.checked ? [...only, site.id] : only.filter((id) => id !== site.id) })
              }
            />
            {site.name}
          </label>
        ))}
      <label>
        <input
          type="checkbox"
          checked={reach.parties === null}
          onChange={(e) => set({ ...reach, parties: e.target.checked ? null : [] })}
        />
        All customers and suppliers
      </label>
      {reach.parties !== null && <PartiesPicker ids={reach.parties} set={(parties) => set({ ...reach, parties })} />}
    </fieldset>
  )
}

function PartiesPicker({ ids, set }: { ids: readonly string[]; set: (ids: string[]) => void }) {
  return (
    <div className="stack wide">
      <FindCustomer
        label="Add a customer they see"
        value={null}
        onChange={(row) => row && !ids.includes(row.id) && set([...ids, row.id])}
      />
      {ids.map((id) => (
        <span key={id} className="row">
          <PartyName id={id} />
          <Button small look="bare" onClick={() => set(ids.filter((other) => other !== id))}>
            Remove
          </Button>
        </span>
      ))}
    </div>
  )
}
const PartyName = ({ id }: { id: string }) => {
  const party = useRead(api.parties.party, { id })
  return <span>{party.data?.name ?? '…'}</span>
}

/** Told once: the server keeps only its hash. */
export function ToldOnce({
  title,
  text,
  note,
  close,
}: {
  title: string
  text: string
  note: string
  close: () => void
}) {
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast('The browser does not let it be copied: select it by hand.', { tone: 'bad' }),
    )
  return (
    <Dialog label={title} close={close}>
      <div className="dialog-body">
        <h2>{title}</h2>
        <p className="told mono">{text}</p>
        <p className="quiet">{note}</p>
        <div className="row">
          <Button look="primary" onClick={() => void copy()}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
          <Button onClick={close}>Close; it is not shown again</Button>
        </div>
      </div>
    </Dialog>
  )
}

interface Given {
  purpose: 'invitation' | 'reset'
  code: string
  expiresAt: string
}
/** The code stands behind the # of the address, which browsers send to nobody. */
export const CodeGiven = ({ name, given, close }: { name: string; given: Given; close: () => void }) => (
  <ToldOnce
    title={given.purpose === 'invitation' ? `Invitation for ${name}` : `New password for ${name}`}
    text={`${location.origin}/app/#${given.purpose}=${given.code}`}
    note={`Send this link to ${name} in a way you trust. It works once, until ${instant(given.expiresAt)}; with it they set their password.`}
    close={close}
  />
)
