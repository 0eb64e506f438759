import { useState } from 'react'
import '../../kit/css/detail.css'
import '../../kit/css/floor.css'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import type { OutputOfCall } from '../../kit/data/rpc.ts'
import { useMay, useSite } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Answer, Empty } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { Accuracy } from './accuracy.tsx'
import { NextCount, Walk } from './nextCount.tsx'
import { ProgramDialog } from './program.tsx'
import { ToApprove } from './toApprove.tsx'

export type OpenCount = OutputOfCall<typeof api.warehouse.counts>['counts'][number]

/** One bin after the other, blind; what differs too much, for those who approve; and how right the books have been. */
export function Counts() {
  const site = useSite()
  const may = useMay()
  const lead = may('warehouse.adjust')
  const [setting, set] = useState(false)
  const open = useRead(api.warehouse.counts, { siteId: site?.id ?? '' }, { enabled: site !== null })
  const propose = useCommand(api.warehouse.proposeCounts, {
    said: ({ counts }) =>
      counts === 0 ? 'Nothing more is due today' : `${plural(counts, 'bin')} added, the most doubtful money first`,
  })
  const ask = () => {
    if (site && !propose.busy) propose.run({ siteId: site.id })
  }
  useCommands(lead ? [{ id: 'propose-counts', title: 'Ask for the counts that are due', keys: 'n', run: ask }] : [])
  const rows = open.data?.counts ?? []
  const blind = rows.filter((row) => row.counted === null)
  const waiting = rows.filter((row) => row.counted !== null)
  return (
    <Page
      title="Counts"
      beside={[open.data && plural(open.data.total, 'open count'), site?.name].filter(Boolean).join(' · ')}
      actions={
        lead && (
          <>
            <Button onClick={() => set(true)} blocked={site ? null : 'You see no site.'}>
              Programme
            </Button>
            <Button
              look="primary"
              hotkey="N"
              disabled={propose.busy}
              blocked={site ? null : 'You see no site.'}
              onClick={ask}
            >
              What is due?
            </Button>
          </>
        )
      }
    >
      {setting && site && <ProgramDialog site={site} close={() => set(false)} />}
      <Answer query={open}>
        {({ currency }) => (
          <div className="cols flow">
            <section className="card" aria-label="To count">
              {blind[0] && may('warehouse.pick') ? (
                <NextCount key={`${blind[0].id} ${blind[0].tries}`} task={blind[0]} />
              ) : (
                <Empty>
                  {blind.length > 0
                    ? 'You may look, not count.'
                    : 'Nothing to count. Short picks bring their bins here; the programme brings the rest each morning.'}
                </Empty>
              )}
              {blind.length > 1 && <Walk tasks={blind.slice(1)} />}
            </section>
            <div className="stack">
              {lead && <ToApprove rows={waiting} currency={currency} />}
              {site && <Accuracy siteId={site.id} />}
            </div>
          </div>
        )}
      </Answer>
    </Page>
  )
}
