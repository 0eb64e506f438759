import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { useCommands } from '../../kit/shell/keys.ts'
import { linkTo } from '../../kit/shell/places.ts'
import { useNavigate } from '../../kit/shell/route.tsx'
import { AllowDialog, CancelDialog } from './orderDialogs.tsx'
import type { Order } from './types.ts'

interface Step {
  id: string
  title: string
  keys?: string
  permission: string
  /** Why not now: shown on the button. `hidden`: the order has nothing for this step. */
  why: string | null | 'hidden'
  busy: boolean
  run: () => void
}

/** Sites at which goods of the order stand picked and not packed; of an order that one site sends, that one. */
const packableAt = (order: Order): { siteId: string; site: string }[] => {
  const sites = new Map<string, { siteId: string; site: string }>()
  for (const line of order.lines) {
    if (line.parts.length === 0 && line.picked > line.packed)
      sites.set(order.site.id, { siteId: order.site.id, site: order.site.code })
    for (const { siteId, site, picked, packed } of line.parts) if (picked > packed) sites.set(siteId, { siteId, site })
  }
  return [...sites.values()]
}

/** The steps of an order in their order; the first that can be done now is the blue one. */
function useSteps(order: Order, allow: () => void): Step[] {
  const { number, id: orderId } = order
  const navigate = useNavigate()
  const confirm = useCommand(api.sales.confirm, { said: `${number} confirmed` })
  const release = useCommand(api.sales.release, {
    said: ({ outcome, holdReason }) =>
      outcome === 'held' ? `${number} is held: ${holdReason ?? 'credit'}` : `${number} released to the warehouse`,
  })
  const pack = useCommand(api.warehouse.pack, { said: (packed) => `${packed.number} packed` })
  const ship = useCommand(api.warehouse.ship, { said: (shipped) => `${shipped.number} shipped` })
  const toPack = packableAt(order)
  const packed = order.documents.find((d) => d.kind === 'shipment' && d.status === 'packed')
  return [
    {
      id: 'amend',
      title: 'Amend',
      keys: 'e',
      permission: 'sales.order',
      why:
        order.status === 'draft'
          ? null
          : order.can.cancel === null
            ? 'It is binding: cancel what is open and enter it again.'
            : 'hidden',
      busy: false,
      run: () => navigate(linkTo(`/orders/${orderId}/amend`)),
    },
    {
      id: 'confirm',
      title: 'Confirm',
      keys: 'c',
      permission: 'sales.confirm',
      why: order.status === 'draft' ? order.can.confirm : 'hidden',
      busy: confirm.busy,
      run: () => confirm.run({ orderId }),
    },
    {
      id: 'allow',
      title: 'Allow over the limit',
      permission: 'credit.allow',
      why: order.status === 'held' ? null : 'hidden',
      busy: false,
      run: allow,
    },
    {
      id: 'release',
      title: 'Release',
      keys: 'r',
      permission: 'sales.release',
      why: order.status === 'draft' ? 'hidden' : order.can.release,
      busy: release.busy,
      run: () => release.run({ orderId }),
    },
    ...toPack.map(({ siteId, site }) => ({
      id: `pack ${siteId}`,
      title: toPack.length > 1 ? `Pack at ${site}` : 'Pack',
      permission: 'warehouse.pack',
      why: null,
      busy: pack.busy,
      run: () => pack.run({ orderId, siteId }),
    })),
    {
      id: 'ship',
      title: `Ship ${packed?.number ?? ''}`,
      permission: 'warehouse.ship',
      why: packed ? null : 'hidden',
      busy: ship.busy,
      run: () => packed && ship.run({ shipmentId: packed.id }),
    },
  ]
}

/** What may be done to the order now. Not permitted: not shown. Not possible in this state: shown with the reason. */
export function OrderActions({ order }: { order: Order }) {
  const may = useMay()
  const [open, setOpen] = useState<'cancel' | 'allow' | null>(null)
  const close = () => setOpen(null)
  const steps = useSteps(order, () => setOpen('allow')).filter((s) => s.why !== 'hidden' && may(s.permission))
  const next = steps.find((s) => s.why === null && s.id !== 'amend')
  useCommands([
    ...steps.flatMap(({ why, id, title, keys, run }) =>
      why === null ? [{ id, title: `${title} ${order.number}`, keys, run }] : [],
    ),
    { id: 'print', title: 'Print this order', keys: 'p', run: () => window.print() },
  ])
  return (
    <>
      {may('sales.cancel') && order.can.cancel === null && (
        <Button look="danger" onClick={() => setOpen('cancel')}>
          Cancel
        </Button>
      )}
      <Button onClick={() => window.print()}>Print</Button>
      {steps.map((step) => (
        <Button
          key={step.id}
          look={step === next ? 'primary' : 'plain'}
          hotkey={step.why === null ? step.keys?.toUpperCase() : undefined}
          blocked={step.why}
          disabled={step.busy}
          onClick={step.run}
        >
          {step.title}
        </Button>
      ))}
      {open === 'cancel' && <CancelDialog order={order} close={close} />}
      {open === 'allow' && <AllowDialog order={order} close={close} />}
    </>
  )
}
