import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { money, plural } from '../../kit/data/format.ts'
import { useCommand, useRead } from '../../kit/data/query.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { PlanDialog } from '../promises/planDialog.tsx'
import { AcceptSteps } from './accept.tsx'
import { AimsDialog } from './aims.tsx'
import { proposalColumns } from './proposalColumns.tsx'
import { RunStrip } from './runStrip.tsx'
import type { ProposalRow } from './types.ts'

/** What to buy and to move, what is most at risk first; accepted it is a purchase order or a transfer. */
export function Replenish() {
  const may = useMay()
  const { company } = useMe()
  const site = useSite()
  const [picked, setPicked] = useState<ReadonlyMap<string, ProposalRow>>(new Map())
  const [aiming, setAiming] = useState(false)
  const latest = useRead(api.planning.latest, {}, { keep: true })
  const running = latest.data?.run?.state === 'running'
  const start = useCommand(api.planning.start, {
    said: ({ already, itemSites }) =>
      already ? 'A run is under way already' : `Planning ${itemSites} items at their sites`,
  })
  const plan = () => start.run({})
  useCommands(may('planning.run') ? [{ id: 'plan-anew', title: 'Plan replenishment anew', keys: 'n', run: plan }] : [])
  return (
    <ListPage
      title="Replenish"
      label="Proposals to buy and to move"
      screen="replenish"
      call={api.planning.proposals}
      input={() => (site ? { siteId: site.id } : {})}
      columns={proposalColumns(company.currency)}
      codes="sku"
      example="from:S004 cautions:0 atRisk>100…"
      open={(row) => `/replenish/${row.id}`}
      picks={may('planning.accept') ? { picked, set: setPicked, nameOf: (r) => r.sku } : undefined}
      above={latest.data && <RunStrip latest={latest.data} />}
      actions={
        picked.size > 0 ? (
          <AcceptSteps picked={picked} set={setPicked} />
        ) : (
          <>
            {may('planning.rules') && <Button onClick={() => setAiming(true)}>Aims</Button>}
            {may('planning.accept') && <AcceptPlain />}
            {may('planning.run') && (
              <Button hotkey="N" disabled={start.busy || running} onClick={plan}>
                Plan anew
              </Button>
            )}
            {aiming && <AimsDialog close={() => setAiming(false)} />}
          </>
        )
      }
      empty={(filter) => (
        <Empty action={may('planning.run') && !filter && <Button onClick={plan}>Plan now</Button>}>
          {filter
            ? `No proposal fits “${filter}”.`
            : latest.data?.run
              ? 'Everything that is kept has enough: nothing is to be bought or moved.'
              : 'Nothing has been planned yet. It is done every night at two, or now.'}
        </Empty>
      )}
    />
  )
}

/** All that nobody need look at twice: what it comes to, and whose dates it moves, is seen before it is done. */
function AcceptPlain() {
  const { company } = useMe()
  const site = useSite()
  const [rows, setRows] = useState<readonly ProposalRow[] | null>(null)
  const plain = useRead(api.planning.proposals, { filter: 'cautions:0', limit: 500, ...(site && { siteId: site.id }) })
  const all = (plain.data?.rows ?? []).filter((row) => row.from !== null)
  const cost = (rows ?? []).reduce((sum, row) => sum + (row.cost ?? 0), 0)
  return (
    <>
      <Button
        look="primary"
        blocked={all.length > 0 ? null : 'No open proposal is without a caution.'}
        onClick={() => setRows(all)}
      >
        Accept {all.length || ''} plain
      </Button>
      {rows && (
        <PlanDialog
          title={`Accept ${plural(rows.length, 'proposal')}`}
          note={`${money(cost, company.currency)} in all. Purchase orders are placed by supplier, transfers confirmed by way.`}
          call={api.planning.accept}
          input={{ proposalIds: rows.map((row) => row.id) }}
          moves={({ affected }) => affected}
          action="Accept"
          said={`${plural(rows.length, 'proposal')} accepted`}
          close={() => setRows(null)}
          atOnce
        />
      )}
    </>
  )
}
