import { type Static, t } from '../../../core/t.ts'
import { addDays, addWorkDays, type SiteFacts, shipDay } from '../../sites/index.ts'

/** The words of an explained promise. Pure: rows in, dated steps out. */
export const Step = t.object({
  /** Null: nobody can say when. */
  on: t.nullable(t.date()),
  source: t.oneOf(['requested', 'shipped', 'allocated', 'on hand', 'supply', 'backordered', 'moved']),
  ref: t.nullable(t.text()),
  qty: t.qty(),
  text: t.text({ max: 500 }),
  /** The arithmetic of a supply's date, in days; null where it plays no part. */
  dueOn: t.nullable(t.date()),
  dockToStockDays: t.nullable(t.int()),
  shipsOn: t.nullable(t.date()),
  routeDays: t.nullable(t.int()),
})
type Step = Static<typeof Step>

export interface LineRow {
  readonly siteId: string
  readonly qty: number
  readonly uom: string
  readonly requestedOn: string
  readonly originalPromiseOn: string | null
  readonly latestPromiseOn: string | null
  readonly routeDays: number
  readonly partialPolicy: string
  readonly allocated: number
  readonly backordered: number
  readonly shipped: number
  /** Of the customer's own goods, which we store. */
  readonly own: boolean
}
export interface PromiseRow {
  readonly qty: number
  readonly dueOn: string
  readonly madeAt: string
  readonly supplyId: string | null
  readonly kind: string | null
  readonly reference: string | null
  readonly supplyDueOn: string | null
}

const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)
const later = (a: string, b: string): string => (a > b ? a : b)
const plain = { ref: null, dueOn: null, dockToStockDays: null, shipsOn: null, routeDays: null }

export const stepsOf = (line: LineRow, promises: readonly PromiseRow[], site: SiteFacts): Step[] => {
  const { uom } = line
  const steps: Step[] = [
    {
      ...plain,
      on: line.requestedOn,
      source: 'requested',
      qty: line.qty,
      text: `${line.qty} ${uom} asked for by ${line.requestedOn}`,
    },
  ]
  if (line.shipped > 0)
    steps.push({
      ...plain,
      on: null,
      source: 'shipped',
      qty: line.shipped,
      text: `${line.shipped} ${uom} have left already`,
    })
  if (line.allocated > 0)
    steps.push({
      ...plain,
      on: line.latestPromiseOn,
      source: 'allocated',
      qty: line.allocated,
      text: `${line.allocated} ${uom} ${line.own ? 'of the customer’s own goods ' : ''}are set aside in the warehouse at ${site.code}`,
    })
  for (const promise of promises) steps.push(promiseStep(line, promise, site))
  if (line.backordered > 0)
    steps.push({
      ...plain,
      on: null,
      source: 'backordered',
      qty: line.backordered,
      text: line.own
        ? `${line.backordered} ${uom} of the customer’s own goods are not here: they go to this order when they come`
        : `${line.backordered} ${uom} have no supply in sight: a purchase or a transfer gives them a date`,
    })
  if (line.originalPromiseOn !== null && line.latestPromiseOn !== line.originalPromiseOn)
    steps.push({
      ...plain,
      on: line.originalPromiseOn,
      source: 'moved',
      qty: 0,
      text: `first promised for ${line.originalPromiseOn}; supply has changed since`,
    })
  return steps
}

/**
 * The planner's own arithmetic (../plan.ts), done again from the moment the promise was made. Where the stored date differs,
 * the reason is said instead: the order ships complete, or the supply's date has been changed since.
 */
const promiseStep = (line: LineRow, promise: PromiseRow, site: SiteFacts): Step => {
  const { routeDays, requestedOn, uom } = line
  const today = shipDay(site, new Date(promise.madeAt))
  const fromSupply = promise.supplyDueOn === null ? null : addWorkDays(site, promise.supplyDueOn, site.dockToStockDays)
  const shipsOn = fromSupply === null ? today : later(fromSupply, today)
  const arrives = addDays(shipsOn, routeDays)
  const reasons = [
    promise.supplyId === null
      ? `${promise.qty} ${uom} on hand at ${site.code}`
      : `${promise.qty} ${uom} from ${promise.kind} ${promise.reference}, due ${promise.supplyDueOn} and in stock ${days(site.dockToStockDays)} later (working days)`,
    `ships ${shipsOn}, ${days(routeDays)} on the way`,
  ]
  const expected = later(arrives, requestedOn)
  if (expected === promise.dueOn && arrives < requestedOn) reasons.push('delivered when asked for, not before')
  if (expected !== promise.dueOn)
    reasons.push(
      line.partialPolicy === 'complete'
        ? 'waits for the rest of the order: it is delivered complete'
        : `planned for ${promise.dueOn} before the supply's date was changed`,
    )
  return {
    on: promise.dueOn,
    source: promise.supplyId === null ? 'on hand' : 'supply',
    ref: promise.reference,
    qty: promise.qty,
    text: reasons.join('; '),
    dueOn: promise.supplyDueOn,
    dockToStockDays: promise.supplyId === null ? null : site.dockToStockDays,
    shipsOn,
    routeDays,
  }
}

export const summaryOf = ({ latestPromiseOn, requestedOn, backordered, uom, qty, shipped }: LineRow): string => {
  if (backordered > 0) return `No date for the whole line: ${backordered} of ${qty} ${uom} have no supply.`
  if (latestPromiseOn === null) return shipped > 0 ? 'All of it has left.' : 'Nothing is promised.'
  return latestPromiseOn > requestedOn
    ? `Promised for ${latestPromiseOn}, later than asked for (${requestedOn}).`
    : `Promised for ${latestPromiseOn}, in time.`
}
