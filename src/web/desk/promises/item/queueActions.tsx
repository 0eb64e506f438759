import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count, plural } from '../../../kit/data/format.ts'
import { useCommand } from '../../../kit/data/query.ts'
import { useMay } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { useCommands } from '../../../kit/shell/keys.ts'
import type { WaitingRow } from '../types.ts'
import { CancelLines, ChangeTerms, SplitLine } from './lineDialogs.tsx'
import { SendInstead } from './sendInstead.tsx'

/** What may be done with the picked lines; what takes one line says so. */
export function QueueActions({ picked, clear }: { picked: ReadonlyMap<string, WaitingRow>; clear: () => void }) {
  const may = useMay()
  const [open, setOpen] = useState<'terms' | 'split' | 'cancel' | 'instead' | null>(null)
  const rows = [...picked.values()]
  const [row] = rows
  const released = rows.filter((one) => one.released)
  const allocate = useCommand(api.promise.allocate, {
    said: ({ lines }) =>
      `${count(lines.reduce((sum, line) => sum + line.allocated, 0))} set aside for ${plural(lines.length, 'line')}`,
    done: clear,
  })
  const sales = rows.filter((one) => one.kind === 'sales')
  const one =
    rows.length === 0
      ? 'Pick a line first.'
      : rows.length > 1
        ? 'Pick one line only.'
        : sales.length === 0
          ? 'Only lines of orders: a transfer or an assembly is changed on its own page.'
          : null
  useCommands(
    may('sales.confirm') && one === null
      ? [{ id: 'send-instead', title: 'Send another item instead', keys: 'i', run: () => setOpen('instead') }]
      : [],
  )
  const sameOrder =
    rows.length === 0
      ? 'Pick the lines first.'
      : sales.length < rows.length
        ? 'A transfer is changed on its own page.'
        : new Set(rows.map((r) => r.orderId)).size > 1
          ? 'Pick lines of one order.'
          : null
  const close = () => {
    setOpen(null)
    clear()
  }
  return (
    <>
      {may('sales.confirm') && (
        <>
          <Button small blocked={one} onClick={() => setOpen('terms')}>
            Date or class
          </Button>
          <Button small blocked={one} onClick={() => setOpen('split')}>
            Split
          </Button>
          <Button small blocked={one} hotkey={one === null ? 'I' : undefined} onClick={() => setOpen('instead')}>
            Send another
          </Button>
        </>
      )}
      {may('promise.allocate') && (
        <Button
          small
          blocked={
            rows.length === 0
              ? 'Pick the lines first.'
              : released.length < rows.length
                ? 'Only lines of released orders are set aside.'
                : null
          }
          disabled={allocate.busy}
          onClick={() => allocate.run({ lineIds: released.map((r) => r.id) })}
        >
          Set aside
        </Button>
      )}
      {may('sales.cancel') && (
        <Button small look="danger" blocked={sameOrder} onClick={() => setOpen('cancel')}>
          Cancel
        </Button>
      )}
      {open === 'terms' && row && <ChangeTerms row={row} close={close} />}
      {open === 'instead' && row && <SendInstead row={row} close={close} />}
      {open === 'split' && row && <SplitLine row={row} close={close} />}
      {open === 'cancel' && row && <CancelLines rows={rows} close={close} />}
    </>
  )
}
