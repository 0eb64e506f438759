import { count, day } from '../../kit/data/format.ts'
import { Explain } from '../../kit/parts/explain.tsx'
import { Wide } from '../../kit/parts/wide.tsx'
import { Why } from './explain.tsx'
import type { Order, OrderLine } from './types.ts'

type Part = OrderLine['parts'][number]

/** The order's own site, and how many it may be sent from when that is more than one. */
export const sitesOf = ({ site, sources }: Order): string =>
  sources.maxSplits > 1
    ? `${site.name}, up to ${sources.maxSplits} sites${sources.sites ? ` (${sources.sites.join(', ')})` : ''}`
    : site.name

const sum = (parts: readonly Part[], of: (part: Part) => number): number =>
  parts.reduce((all, part) => all + of(part), 0)

/** What each site sends of an order that not only its own sends, and how far it is there. Units of each item. */
export function SentFrom({ order }: { order: Order }) {
  const parts = order.lines.flatMap((line) => line.parts.map((part) => ({ ...part, no: line.no })))
  const elsewhere = order.lines.reduce((all, line) => all + line.elsewhere, 0)
  if (elsewhere === 0 && parts.every((part) => part.siteId === order.site.id)) return null
  const alone = order.lines
    .filter((line) => line.parts.length === 0 && line.allocated + line.promised + line.backordered + line.shipped > 0)
    .map((line) => ({ ...line, id: line.id, siteId: order.site.id, site: order.site.code, sku: line.sku ?? '' }))
  const sites = Map.groupBy([...parts, ...alone] as (Part & { no: number })[], (part) => part.site)
  return (
    <section className="card" aria-label="Sent from">
      <div className="card-head">
        <h2>Sent from</h2>
        <span className="quiet">a part stays at its site</span>
      </div>
      <Wide label="Sent from">
        <table className="table tight">
          <thead>
            <tr>
              <th>Site</th>
              <th>Line</th>
              <th className="num">Sends</th>
              <th>Promise</th>
              <th className="num">Alloc.</th>
              <th className="num">Picked</th>
              <th className="num">Packed</th>
              <th className="num">Shipped</th>
            </tr>
          </thead>
          {[...sites].map(([site, own]) => (
            <tbody key={site}>
              {own.map((part, at) => (
                <tr key={part.id}>
                  <td>
                    {at === 0 && (
                      <>
                        {site} <span className="quiet">{count(sum(own, ({ qty }) => qty))}</span>
                      </>
                    )}
                  </td>
                  <td>
                    <span className="quiet">{part.no}</span> <span className="mono">{part.sku}</span>
                  </td>
                  <td className="num">
                    <Explain what={`why ${site} sends it`} value={`${count(part.qty)} ${part.baseUom ?? ''}`}>
                      {() => <Why lineId={part.id} />}
                    </Explain>
                  </td>
                  <td className={part.backordered > 0 ? 'bad' : ''}>
                    {part.promisedOn ? day(part.promisedOn) : 'no date'}
                  </td>
                  <td className="num">{count(part.allocated)}</td>
                  <td className="num">{count(part.picked)}</td>
                  <td className="num">{count(part.packed)}</td>
                  <td className="num">{count(part.shipped)}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
        {elsewhere > 0 && (
          <p className="quiet small">{count(elsewhere)} units are sent by sites that you do not see.</p>
        )}
      </Wide>
    </section>
  )
}
