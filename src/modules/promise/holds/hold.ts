import { command } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { priceLines } from '../../pricing/index.ts'
import { addDays, localDay, shipDay, siteCalendars } from '../../sites/index.ts'
import { promisable, shelfOf } from '../freeStock.ts'
import { lockOffers } from '../offers.ts'
import { offerKey } from '../plan.ts'
import { limitsOf, refuseBeyond } from './limits.ts'

/**
 * A rep keeps units of stock on hand for a customer, until an order of theirs takes them, the rep lets them go, or the time
 * is over. It names no lot: lots are chosen when an order is released. What is kept counts as promised, to everybody.
 */
export const hold = command({
  title: 'Keep stock for a customer',
  route: 'POST /promise/holds',
  permission: 'promise.hold',
  admits: { siteId: 'site', itemId: 'item', partyId: 'party' },
  emits: ['hold.made'],
  input: t.object({
    siteId: t.id('site'),
    itemId: t.id('item'),
    partyId: t.id('party'),
    qty: t.qty({ min: 1 }),
    /** How long; left out: as long as the role allows. */
    hours: t.optional(t.int({ min: 1, max: 8_760 })),
    note: t.optional(t.text({ max: 200 })),
  }),
  output: t.object({
    id: t.id('stock_hold'),
    qty: t.qty(),
    expiresAt: t.moment(),
    valueMinor: t.nullable(t.amount()),
    currency: t.currency(),
  }),
  async run({ siteId, itemId, partyId, qty, hours, note }, ctx, call) {
    const { sql, company, now } = ctx
    const [[facts], calendars] = await Promise.all([factsOf(ctx, itemId, partyId), siteCalendars(ctx, [siteId])])
    if (!facts!.isCustomer) throw new Refusal('not_a_customer', 'Stock is kept for customers.', 422)
    if (facts!.kind !== 'goods') throw new Refusal('not_goods', `${facts!.sku} is not kept in stock.`, 422)
    const calendar = calendars.get(siteId)!
    const { currency, uom, sku } = facts!
    const [price] = await priceLines(ctx, [
      {
        no: 0,
        partyId,
        siteId,
        shipToCountry: null,
        date: localDay(calendar.zone, now),
        currency,
        itemId,
        uom,
        uomQty: qty,
      },
    ])
    const valueMinor = price?.ok ? price.net : null
    const limits = await limitsOf(ctx, call.actor)
    const expiresAt = new Date(now.getTime() + (hours ?? limits.maxHours) * 3_600_000)
    refuseBeyond(limits, { hours: hours ?? limits.maxHours, qty, valueMinor: valueMinor ?? 0, currency })

    const offers = await lockOffers(ctx, [{ siteId, itemId }], [{ partyId, itemId }])
    const offer = offers.get(offerKey(siteId, itemId))!
    const terms = offer.rules(partyId, itemId)
    const shelf = shelfOf(addDays(shipDay(calendar, now), facts!.routeDays), facts!.minShelfDays, terms)
    // What is kept for the customer already is not kept twice: asked for as by nobody, of the customer's channel.
    const free = promisable(offer, { partyId: null, channelId: facts!.channelId }, terms, shelf)
    if (free < qty)
      throw new Refusal(
        'not_available',
        `${free === 0 ? 'Nothing' : `Only ${free} ${uom}`} of ${sku} can be kept for this customer now; ${qty} were asked for.`,
      )
    const id = ctx.id()
    await Promise.all([
      sql`
        insert into stock_hold (company_id, id, site_id, item_id, party_id, user_id, user_name, qty, left_qty, taken_qty, value_minor, currency, note, made_at, expires_at, fenced, told, version)
        values (${company}, ${id}, ${siteId}, ${itemId}, ${partyId}, ${call.actor.id}, ${call.actor.name}, ${qty}, ${qty}, 0, ${valueMinor}, ${currency}, ${note ?? null}, ${now}, ${expiresAt}, ${offer.fence.size > 0}, false, 1)`,
      sql`
        update promise_position
           set promised = promised + ${qty}, holds = holds + 1
         where company_id = ${company} and site_id = ${siteId} and item_id = ${itemId}`,
    ])
    ctx.emit(call, 'hold.made', { id, siteId, partyId })
    return { id, qty, expiresAt: expiresAt.toISOString(), valueMinor, currency }
  },
})

const factsOf = ({ sql, company }: Ctx, itemId: string, partyId: string) => sql<
  {
    sku: string
    kind: string
    uom: string
    isCustomer: boolean
    currency: string
    channelId: string | null
    minShelfDays: number
    routeDays: number
  }[]
>`
  select item.sku, item.kind, item.base_uom as uom, party.is_customer and party.active as is_customer, party.currency, party.channel_id, party.min_shelf_days,
         coalesce((select ship_to.route_days
                     from address ship_to
                    where ship_to.company_id = party.company_id and ship_to.party_id = party.id and ship_to.kind in ('ship_to', 'both') and ship_to.active
                    order by ship_to.id
                    limit 1), 0)::int as route_days
    from item
    join party on party.company_id = item.company_id and party.id = ${partyId}
   where item.company_id = ${company} and item.id = ${itemId}`
