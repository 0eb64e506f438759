import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useCommand, useRead } from '../../../kit/data/query.ts'
import type { OutputOfCall } from '../../../kit/data/rpc.ts'
import { useMay } from '../../../kit/data/session.ts'
import { kilograms } from '../../../kit/data/weight.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Answer, Empty } from '../../../kit/parts/states.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { CodeDialog } from './codeDialog.tsx'

export type CatalogItem = OutputOfCall<typeof api.catalog.item>
type Unit = CatalogItem['uoms'][number]

/** 12 EA; of a unit that is no whole number of base units both parts: 5/2 MTR. */
const sizeOf = (unit: Unit, base: string): string =>
  unit.uom === base ? 'base' : `${count(unit.num)}${unit.den === 1 ? '' : `/${count(unit.den)}`} ${base}`
const kindWords = { gtin: 'Former GTIN', party: 'Their own code', embedded: 'Inside labels' } as const

/** The units an item is handled in and all codes it is known by. */
export function ItemCodes({ itemId }: { itemId: string }) {
  const item = useRead(api.catalog.item, { id: itemId })
  const may = useMay()
  const [adding, add] = useState(false)
  return (
    <section className="card" aria-label="Units and codes">
      <div className="card-head">
        <h2>Units and codes</h2>
        {may('catalog.write') && item.data && (
          <Button small onClick={() => add(true)}>
            Add a code
          </Button>
        )}
      </div>
      <Wide label="Units and codes">
        <Answer query={item}>
          {(item) => (
            <>
              <Units item={item} />
              {item.catchWeight && (
                <p className="quiet small">
                  Sold by weight: one {item.baseUom} weighs {kilograms(item.weightG)} nominally
                  {item.weightTolerancePpm === null
                    ? ', no tolerance is set.'
                    : `, ${item.weightTolerancePpm / 10_000} % more or less pass without a reason.`}
                </p>
              )}
              <Codes item={item} />
            </>
          )}
        </Answer>
      </Wide>
      {adding && item.data && <CodeDialog item={item.data} close={() => add(false)} />}
    </section>
  )
}

const Units = ({ item }: { item: CatalogItem }) => (
  <table className="table tight">
    <thead>
      <tr>
        <th>Unit</th>
        <th className="num">Is</th>
        <th>GTIN</th>
        <th className="num">Weight</th>
      </tr>
    </thead>
    <tbody>
      {item.uoms.map((unit) => (
        <tr key={unit.uom}>
          <td>
            <span className="mono" title={`UN/ECE ${unit.recCode}`}>
              {unit.uom}
            </span>{' '}
            <span className="quiet">{unit.unitName}</span>
          </td>
          <td className="num">{sizeOf(unit, item.baseUom)}</td>
          <td className="mono">{unit.gtin ?? <span className="quiet">–</span>}</td>
          <td className="num">{unit.weightG === null ? '' : kilograms(unit.weightG)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

function Codes({ item }: { item: CatalogItem }) {
  const may = useMay()
  const remove = useCommand(api.catalog.removeAliases, { said: 'Code taken away' })
  if (item.aliases.length === 0) return <Empty>No other codes.</Empty>
  return (
    <table className="table tight">
      <thead>
        <tr>
          <th>Code</th>
          <th>What it is</th>
          <th>Unit</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {item.aliases.map((alias) => (
          <tr key={alias.id}>
            <td className="mono">{alias.code}</td>
            <td>
              {kindWords[alias.kind]}
              {alias.party && <div className="quiet small">{alias.party}</div>}
            </td>
            <td className="mono">{alias.uom}</td>
            <td className="num">
              {may('catalog.write') && (
                <Button
                  small
                  look="bare"
                  aria-label={`Take the code ${alias.code} away`}
                  disabled={remove.busy}
                  onClick={() => remove.run({ aliasIds: [alias.id] })}
                >
                  ×
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
