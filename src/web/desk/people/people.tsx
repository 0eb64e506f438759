import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { countTo, instant, plural } from '../../kit/data/format.ts'
import type { Call } from '../../kit/data/rpc.ts'
import { useMay, useMe } from '../../kit/data/session.ts'
import { type Column, Grid, type ListInput, type ListPage } from '../../kit/grid/grid.tsx'
import { FilterBox } from '../../kit/grid/tools.tsx'
import { useView } from '../../kit/grid/view.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { Status } from '../../kit/parts/status.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { Invite } from './invite.tsx'
import { AccessTabs, CodeGiven, type Person } from './parts.tsx'

/** People are few: they are found by a part of a name, in the order of their e-mails. */
const found: Call<ListInput, ListPage<Person>> = Object.assign(
  ({ filter, cursor, limit }: ListInput, options?: object) =>
    api.people.listUsers({ ...(filter && { text: filter }), ...(cursor && { cursor }), limit }, options),
  { at: api.people.listUsers.at },
)

/** What keeps a person from working, or nothing. */
export function PersonStatus({ person }: { person: Person }) {
  if (!person.active) return <Status tone="warn" word="Disabled" />
  if (person.resetAskedAt) return <Status tone="warn" word="Asks for a new password" />
  if (!person.hasPassword) return <Status tone="info" word="Invited" />
  return <Status tone="quiet" word="Active" plain />
}

export function People() {
  const [view, change] = useView()
  const [total, setTotal] = useState<number | null>(null)
  const [inviting, invite] = useState(false)
  const [given, give] = useState<React.ComponentProps<typeof CodeGiven> | null>(null)
  const { sites } = useMe()
  const managing = useMay()('people.manage')
  useCommands(managing ? [{ id: 'invite', title: 'Invite a person', keys: 'n', run: () => invite(true) }] : [])
  const reach = (p: Person) =>
    [
      p.sites && (p.sites.map((id) => sites.find((s) => s.id === id)?.code ?? '?').join(', ') || 'no site'),
      p.parties && plural(p.parties.length, 'customer'),
    ]
      .filter(Boolean)
      .join(' · ') || 'all'
  const columns: readonly Column<Person>[] = [
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(140px, 1fr)',
      phone: 'first',
      cell: (p) => p.name,
      text: (p) => p.name,
    },
    {
      key: 'email',
      title: 'E-mail',
      width: 'minmax(180px, 1.2fr)',
      phone: 'second',
      cell: (p) => p.email,
      text: (p) => p.email,
    },
    {
      key: 'roles',
      title: 'Roles',
      width: 'minmax(120px, 1fr)',
      phone: 'second-end',
      cell: (p) => p.roles.map((r) => r.name).join(', ') || <span className="warn">none</span>,
      text: (p) => p.roles.map((r) => r.name).join(', '),
    },
    { key: 'reach', title: 'Sees', width: '110px', cell: reach, text: reach },
    {
      key: 'factor',
      title: 'Second factor',
      width: '92px',
      cell: (p) => (p.hasSecondFactor ? 'yes' : <span className="quiet">no</span>),
      text: (p) => (p.hasSecondFactor ? 'yes' : 'no'),
    },
    {
      key: 'seen',
      title: 'Last seen',
      width: '112px',
      cell: (p) => <span className="quiet">{instant(p.seenAt)}</span>,
      text: (p) => p.seenAt ?? '',
    },
    {
      key: 'status',
      title: 'Status',
      width: '172px',
      phone: 'end',
      cell: (p) => <PersonStatus person={p} />,
      text: (p) => (p.active ? 'active' : 'disabled'),
    },
  ]
  return (
    <Page
      full
      title="People & access"
      beside={countTo(total)}
      actions={
        <>
          <AccessTabs />
          <FilterBox view={view} change={change} example="part of a name or e-mail" />
          {managing && (
            <Button look="primary" hotkey="N" onClick={() => invite(true)}>
              Invite
            </Button>
          )}
        </>
      }
    >
      <Grid
        label="People"
        call={found}
        columns={columns}
        view={view}
        change={change}
        open={(p) => `/people/${p.id}`}
        onTotal={setTotal}
        empty={<Empty>{view.filter ? `Nobody is called “${view.filter}”.` : 'Nobody is here yet.'}</Empty>}
      />
      {inviting && (
        <Invite
          close={() => invite(false)}
          done={(name, code) => {
            invite(false)
            give({ name, given: code, close: () => give(null) })
          }}
        />
      )}
      {given && <CodeGiven {...given} />}
    </Page>
  )
}
