import { useState } from 'react'
import '../../kit/css/detail.css'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { Page } from '../../kit/shell/shell.tsx'
import { Fences } from './fences.tsx'
import { Holds } from './holds.tsx'
import { KeepDialog } from './keepDialog.tsx'
import { Limits } from './limits.tsx'
import { LotRules } from './lotRules.tsx'
import { Shares } from './shares.tsx'

/** What of the free stock is not free to everybody: kept by reps for customers, and by fences for channels. */
export function Kept() {
  const may = useMay()
  const [keeping, keep] = useState(false)
  useCommands(
    may('promise.hold') ? [{ id: 'keep', title: 'Keep stock for a customer', keys: 'n', run: () => keep(true) }] : [],
  )
  return (
    <Page
      title="Kept stock"
      actions={
        may('promise.hold') && (
          <Button look="primary" hotkey="N" onClick={() => keep(true)}>
            Keep for a customer
          </Button>
        )
      }
    >
      <div className="stack">
        <Holds />
        <Fences />
        <div className="cols even">
          <Shares />
          {may('promise.manageHolds') && <Limits />}
        </div>
        {may('promise.read') && <LotRules />}
      </div>
      {keeping && <KeepDialog close={() => keep(false)} />}
    </Page>
  )
}
