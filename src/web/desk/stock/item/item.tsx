import { useState } from 'react'
import { useParams } from '../../../kit/shell/route.tsx'
import '../../../kit/css/detail.css'
import { api } from '../../../kit/data/api.ts'
import { count, plural } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { useMay } from '../../../kit/data/session.ts'
import { kilograms } from '../../../kit/data/weight.ts'
import { FactStrip } from '../../../kit/document/factStrip.tsx'
import { Button } from '../../../kit/parts/button.tsx'
import { Answer } from '../../../kit/parts/states.tsx'
import { useCommands } from '../../../kit/shell/keys.ts'
import { Page } from '../../../kit/shell/shell.tsx'
import { ItemDialog } from '../../master/itemDialog.tsx'
import { Prices } from '../../master/prices.tsx'
import { AsOf, useMoment } from '../asOf.tsx'
import { Bins } from '../bins/bins.tsx'
import { Claims } from './claims.tsx'
import { Projected } from './curve.tsx'
import { ItemCodes } from './itemCodes.tsx'
import { Inbound, OnRoad, Pools } from './itemTables.tsx'
import { ItemThen } from './itemThen.tsx'
import { MadeOf } from './madeOf.tsx'
import { Moves, type MovesOf } from './moves.tsx'
import { Why } from './why.tsx'

export type ItemStock = OutputOfCall<typeof api.stock.item>

/** One item: every unit of it, where it is, what holds it, and every move that made the number. */
export function Item() {
  const { id } = useParams() as { id: string }
  const stock = useRead(api.stock.item, { itemId: id })
  const data = stock.data
  const may = useMay()
  const [editing, edit] = useState(false)
  useCommands(may('catalog.write') ? [{ id: 'edit', title: 'Change the item', keys: 'e', run: () => edit(true) }] : [])
  return (
    <Page
      title={data ? <span className="mono">{data.item.sku}</span> : 'Item'}
      beside={data?.item.description}
      actions={
        may('catalog.write') && (
          <Button hotkey="E" onClick={() => edit(true)}>
            Change
          </Button>
        )
      }
    >
      <Answer query={stock}>{(data) => <Body stock={data} />}</Answer>
      {editing && <ItemDialog itemId={id} close={() => edit(false)} />}
    </Page>
  )
}

const sum = <T,>(rows: readonly T[], of: (row: T) => number) => rows.reduce((total, row) => total + of(row), 0)

function Body({ stock }: { stock: ItemStock }) {
  const { item, pools, inbound, onRoad } = stock
  const may = useMay()
  const [moment] = useMoment()
  const [of, show] = useState<MovesOf>({ words: '' })
  const why = (of: 'onHand' | 'allocated' | 'held' | 'promised' | 'inbound', value: number) => (
    <Why key={of} asked={{ itemId: item.id, of }} value={value} />
  )
  const ofPools = (of: 'onHand' | 'allocated' | 'held' | 'promised') =>
    why(
      of,
      sum(pools, (p) => p[of]),
    )
  const inboundQty = sum(inbound, (s) => s.qty)
  const unit = <span className="quiet">{item.uom}</span>
  const facts: [string, React.ReactNode][] = [
    [
      'On hand',
      <span key="o">
        {ofPools('onHand')} {unit}
      </span>,
    ],
    ['Allocated', ofPools('allocated')],
    ['Held', ofPools('held')],
    ['Available', <strong key="a">{count(sum(pools, (p) => p.available))}</strong>],
    ['Promised', ofPools('promised')],
    ['Inbound', why('inbound', inboundQty)],
    ['On the road', count(sum(onRoad, (r) => r.qty))],
    ['Tracking', item.tracking === 'none' ? 'by quantity' : `by ${item.tracking}`],
    ['Shelf life', item.shelfLifeDays === null ? '–' : plural(item.shelfLifeDays, 'day')],
  ]
  if (item.catchWeight) facts.splice(1, 0, ['Weight', kilograms(sum(pools, (p) => p.weightG))])
  if (moment)
    return (
      <div className="stack">
        <AsOf />
        <ItemThen itemId={item.id} moment={moment} />
        <Moves itemId={item.id} uom={item.uom} weighed={item.catchWeight} of={of} clear={() => show({ words: '' })} />
      </div>
    )
  return (
    <div className="stack">
      <AsOf />
      <FactStrip facts={facts} />
      <div className="cols flow">
        {/* what is broad, so that no figure of it is out of sight, then what is slim */}
        <div className="stack">
          <Pools itemId={item.id} pools={pools} weighed={item.catchWeight} show={show} />
          <Claims
            item={item}
            sites={[...new Map(pools.map((p) => [p.siteId, { id: p.siteId, code: p.site }])).values()]}
          />
          {may('catalog.read') && <MadeOf itemId={item.id} sku={item.sku} />}
          <Bins itemId={item.id} />
          {may('pricing.read') && <Prices itemId={item.id} />}
        </div>
        <div className="stack">
          <Projected itemId={item.id} uom={item.uom} />
          <Inbound inbound={inbound} uom={item.uom} />
          {onRoad.length > 0 && <OnRoad onRoad={onRoad} uom={item.uom} />}
          {may('catalog.read') && <ItemCodes itemId={item.id} />}
        </div>
      </div>
      <Moves itemId={item.id} uom={item.uom} weighed={item.catchWeight} of={of} clear={() => show({ words: '' })} />
    </div>
  )
}
