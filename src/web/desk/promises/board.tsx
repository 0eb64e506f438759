import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { plural } from '../../kit/data/format.ts'
import { useMay, useMe, useSite } from '../../kit/data/session.ts'
import { ListPage } from '../../kit/grid/listPage.tsx'
import { Button } from '../../kit/parts/button.tsx'
import { Empty } from '../../kit/parts/states.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { boardColumns } from './boardColumns.tsx'
import { Chips } from './chips.tsx'
import { Kept } from './kept.tsx'
import { PlanDialog } from './planDialog.tsx'
import type { BoardRow } from './types.ts'

/** What waits for what at a site, item by item, the most money at risk first. */
export function PromiseBoard() {
  const site = useSite()
  const { company } = useMe()
  const may = useMay()
  const [picked, setPicked] = useState<ReadonlyMap<string, BoardRow>>(new Map())
  const [planning, plan] = useState(false)
  const mayPlan = may('promise.replan')
  const start = () => picked.size > 0 && plan(true)
  useCommands(mayPlan ? [{ id: 'replan', title: 'Plan the picked items anew', keys: 'r', run: start }] : [])
  if (!site)
    return (
      <Page title="Promise board">
        <Empty>You see no site.</Empty>
      </Page>
    )
  return (
    <>
      <ListPage
        title="Promise board"
        label={`What waits at ${site.code}, by item`}
        screen="promises"
        call={api.promise.board}
        input={() => ({ siteId: site.id })}
        columns={boardColumns(company.currency)}
        example="riskMinor>1000…"
        codes="sku"
        open={(row) => `/promises/${row.id}?site=${site.id}`}
        tools={(view, change) => <Chips view={view} change={change} />}
        picks={mayPlan ? { picked, set: setPicked, nameOf: (row) => row.sku } : undefined}
        actions={
          <>
            <Kept />
            {mayPlan && (
              <Button hotkey="R" blocked={picked.size === 0 ? 'Pick the items to plan anew.' : null} onClick={start}>
                {picked.size === 0 ? 'Re-plan' : `Re-plan ${plural(picked.size, 'item')}`}
              </Button>
            )}
          </>
        }
        empty={(filter) => (
          <Empty>
            {filter
              ? `Nothing that waits fits “${filter}”.`
              : `Nothing waits at ${site.code}: all that is ordered is set aside or gone.`}
          </Empty>
        )}
      />
      {planning && (
        <PlanDialog
          atOnce
          title={`Plan ${plural(picked.size, 'item')} anew`}
          note="What waits is laid by class and order date over all supply. What is set aside, and what is due in the frozen zone, stays."
          call={api.promise.replan}
          input={{ siteId: site.id, itemIds: [...picked.keys()] }}
          moves={(answer) => answer}
          action="Re-plan"
          said="Planned anew"
          close={() => {
            plan(false)
            setPicked(new Map())
          }}
        />
      )}
    </>
  )
}
