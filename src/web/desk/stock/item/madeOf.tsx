import { useState } from 'react'
import { api } from '../../../kit/data/api.ts'
import { count } from '../../../kit/data/format.ts'
import { useRead } from '../../../kit/data/query.ts'
import { useMay, useSite } from '../../../kit/data/session.ts'
import { Button } from '../../../kit/parts/button.tsx'
import { Wide } from '../../../kit/parts/wide.tsx'
import { linkTo } from '../../../kit/shell/places.ts'
import { Link } from '../../../kit/shell/route.tsx'
import { OpenDialog } from '../../assembly/openDialog.tsx'
import { LinksDialog } from './linksDialog.tsx'

const per = (num: number, den: number): string => (den === 1 ? count(num) : `${count(num)}/${count(den)}`)

/**
 * A kit's components, how many can be made of what is free at this site, and which one holds it down; what stands for the
 * item, and what it is part of or stands for. Where an item has no such ties, only for who may give it some.
 */
export function MadeOf({ itemId, sku }: { itemId: string; sku: string }) {
  const may = useMay()
  const site = useSite()
  const [opening, open] = useState(false)
  const [changing, change] = useState(false)
  const ties = useRead(api.catalog.itemLinks, { itemId })
  const links = ties.data?.links ?? []
  const parts = links.filter((one) => one.direction === 'to' && (one.kind === 'kit' || one.kind === 'assembly'))
  const free = useRead(
    api.promise.availability,
    { itemIds: [itemId, ...new Set(parts.map((one) => one.otherId))], siteId: site?.id ?? '' },
    { enabled: parts.length > 0 && site !== null && may('promise.read') },
  )
  const writes = may('catalog.write') && ties.data !== undefined
  if (links.length === 0 && !writes) return null
  const rows = free.data?.rows ?? []
  const kit = rows[0]?.kit ?? null
  const made = parts.map((part) => {
    const now =
      kit?.components.find((one) => one.itemId === part.otherId) ?? rows.find((row) => row.itemId === part.otherId)
    const there = Math.max(0, now?.availableNow ?? 0)
    return { part, there, makes: Math.floor((there * part.den) / part.num) }
  })
  const most =
    made.length > 0 && rows.length > 0
      ? kit
        ? (rows[0]?.availableNow ?? 0)
        : Math.min(...made.map((one) => one.makes))
      : null
  const limit =
    kit?.limitedBy ??
    made.reduce<(typeof made)[number] | null>((a, b) => (!a || b.makes < a.makes ? b : a), null)?.part.sku
  const assembled = parts.some((one) => one.kind === 'assembly')
  const standIns = links.filter((one) => one.kind === 'substitute' || one.kind === 'successor')
  const partOf = links.filter((one) => one.direction === 'from' && (one.kind === 'kit' || one.kind === 'assembly'))
  return (
    <section className="card" aria-label="Kits and substitutes">
      <div className="card-head">
        <h2>{parts.length > 0 ? (assembled ? 'Assembled from' : 'Sold as a kit of') : 'Kits and substitutes'}</h2>
        {most !== null && site && (
          <span className="quiet">
            <strong>{count(Math.max(0, most))}</strong> can be made at {site.code}
            {limit && (
              <>
                , held down by <span className="mono">{limit}</span>
              </>
            )}
          </span>
        )}
        {assembled && site && may('warehouse.assemble') && (
          <Button small onClick={() => open(true)}>
            Assemble
          </Button>
        )}
        {writes && (
          <Button small aria-label="Change kits and substitutes" onClick={() => change(true)}>
            Change
          </Button>
        )}
      </div>
      <Wide label="Kits and substitutes">
        {links.length === 0 && <p className="quiet">No kit, part of none; nothing stands for it.</p>}
        {parts.length > 0 && (
          <table className="table tight">
            <thead>
              <tr>
                <th>Component</th>
                <th className="num">In one</th>
                {rows.length > 0 && <th className="num">Can be promised</th>}
                {rows.length > 0 && <th className="num">Enough for</th>}
              </tr>
            </thead>
            <tbody>
              {made.map(({ part, there, makes }) => (
                <tr key={part.id}>
                  <td>
                    <Tie link={part} />
                  </td>
                  <td className="num">
                    {per(part.num, part.den)} <span className="quiet">{part.uom}</span>
                  </td>
                  {rows.length > 0 && <td className="num">{count(there)}</td>}
                  {rows.length > 0 && (
                    <td className="num">
                      <span className={part.sku === limit ? 'warn strong' : ''}>{count(makes)}</span>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {(standIns.length > 0 || partOf.length > 0) && (
          <ul className="documents">
            {standIns.map((one) => (
              <li key={one.id}>
                <span>
                  <span className="quiet">{said(one)} </span>
                  <Tie link={one} />
                </span>
                <span className="num quiet">
                  {one.num === one.den ? 'one for one' : `${per(one.num, one.den)} for one`}
                  {one.mutual && ', both ways'}
                  {one.validFrom && one.validFrom > '2000-01-01' && `, from ${one.validFrom}`}
                </span>
              </li>
            ))}
            {partOf.map((one) => (
              <li key={one.id}>
                <span>
                  <span className="quiet">Part of </span>
                  <Tie link={one} />
                </span>
                <span className="num quiet">{per(one.num, one.den)} in one</span>
              </li>
            ))}
          </ul>
        )}
      </Wide>
      {changing && <LinksDialog item={{ id: itemId, sku }} links={links} close={() => change(false)} />}
      {opening && site && <OpenDialog item={{ id: itemId, sku }} site={site} close={() => open(false)} />}
    </section>
  )
}

const said = ({ kind, direction }: { kind: string; direction: string }): string =>
  kind === 'successor'
    ? direction === 'to'
      ? 'Replaced by'
      : 'Replaces'
    : direction === 'to'
      ? 'Substitute'
      : 'Stands for'

const Tie = ({ link }: { link: { otherId: string; sku: string; description: string } }) => (
  <>
    <Link {...linkTo(`/stock/${link.otherId}`)} className="mono link-hover">
      {link.sku}
    </Link>{' '}
    {link.description}
  </>
)
