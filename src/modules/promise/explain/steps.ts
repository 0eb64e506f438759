import { type Static, t } from '../../../core/t.ts'
import { addDays, addWorkDays, daysBetween, localDay, type SiteFacts, shipDay } from '../../sites/index.ts'
import type { PromiseRule } from '../rules/rules.ts'

/** The words of an explained promise. Pure: rows in, dated steps out. */
export const Step = t.object({
  /** Null: nobody can say when. */
  on: t.nullable(t.date()),
  source: t.oneOf([
    'requested',
    'sent from',
    'shipped',
    'allocated',
    'on hand',
    'supply',
    'backordered',
    'cancelled',
    'queue',
    'rule',
    'risk',
    'moved',
  ]),
  ref: t.nullable(t.text()),
  qty: t.qty(),
  text: t.text({ max: 500 }),
  /** The arithmetic of a supply's date, in days; null where it plays no part. */
  dueOn: t.nullable(t.date()),
  dockToStockDays: t.nullable(t.int()),
  shipsOn: t.nullable(t.date()),
  routeDays: t.nullable(t.int()),
})
export type Step = Static<typeof Step>

export interface LineRow {
  readonly siteId: string
  readonly qty: number
  readonly uom: string
  readonly priority: number
  readonly orderedOn: string
  readonly requestedOn: string
  readonly originalPromiseOn: string | null
  readonly latestPromiseOn: string | null
  readonly routeDays: number
  readonly partialPolicy: string
  readonly allocated: number
  readonly backordered: number
  readonly shipped: number
  readonly cancelled: number
  readonly released: boolean
  readonly cancelBy: string | null
  readonly fillOrKill: boolean
  /** Another line of its ship-complete order has no supply. */
  readonly waitsForMate: boolean
  /** Of the customer's own goods, which we store. */
  readonly own: boolean
}
export interface PromiseRow {
  readonly qty: number
  readonly dueOn: string
  readonly aloneOn: string
  readonly madeAt: string
  readonly supplyId: string | null
  readonly kind: string | null
  readonly reference: string | null
  readonly supplyDueOn: string | null
}
export interface World {
  readonly site: SiteFacts
  readonly rule: PromiseRule
  readonly now: Date
}

export const days = (n: number): string => (n === 1 ? '1 day' : `${n} days`)
const later = (a: string, b: string): string => (a > b ? a : b)
export const plain = { ref: null, dueOn: null, dockToStockDays: null, shipsOn: null, routeDays: null }
export const said = (source: Step['source'], on: string | null, text: string, qty = 0): Step => ({
  ...plain,
  on,
  source,
  qty,
  text: text.slice(0, 500),
})

export const stepsOf = (line: LineRow, promises: readonly PromiseRow[], world: World): Step[] => {
  const { uom } = line
  const { site } = world
  const steps = [said('requested', line.requestedOn, `${line.qty} ${uom} asked for by ${line.requestedOn}`, line.qty)]
  if (line.shipped > 0) steps.push(said('shipped', null, `${line.shipped} ${uom} have left already`, line.shipped))
  if (line.cancelled > 0)
    steps.push(
      said(
        'cancelled',
        null,
        line.fillOrKill && line.cancelled === line.qty
          ? `All or nothing: ${line.qty} ${uom} were not in stock when the order was confirmed, so the line was cancelled`
          : `${line.cancelled} ${uom} are cancelled`,
        line.cancelled,
      ),
    )
  if (line.allocated > 0)
    steps.push(
      said(
        'allocated',
        line.latestPromiseOn,
        `${line.allocated} ${uom} ${line.own ? 'of the customer’s own goods ' : ''}are set aside in the warehouse at ${site.code}`,
        line.allocated,
      ),
    )
  for (const promise of promises) steps.push(promiseStep(line, promise, world), ...riskSteps(line, promise, world))
  if (line.backordered > 0)
    steps.push(
      said(
        'backordered',
        null,
        line.own
          ? `${line.backordered} ${uom} of the customer’s own goods are not here: they go to this order when they come`
          : `${line.backordered} ${uom} have no supply in sight: a purchase or a transfer gives them a date`,
        line.backordered,
      ),
    )
  else if (line.waitsForMate)
    steps.push(
      said('backordered', null, 'delivered complete: another line of the order has no supply, so nobody can say when'),
    )
  return [...steps, ...ruleSteps(line, promises, world)]
}

/**
 * The planner's own arithmetic (../plan.ts), done again from the moment the promise was made; then why the day promised is a
 * later one, and whether it is fixed.
 */
const promiseStep = (line: LineRow, promise: PromiseRow, { site, rule, now }: World): Step => {
  const { routeDays, requestedOn, uom } = line
  const ships = shipDay(site, new Date(promise.madeAt))
  const fromSupply = promise.supplyDueOn === null ? null : addWorkDays(site, promise.supplyDueOn, site.dockToStockDays)
  const shipsOn = fromSupply === null ? ships : later(fromSupply, ships)
  const reasons = [
    promise.supplyId === null
      ? `${promise.qty} ${uom} on hand at ${site.code}`
      : `${promise.qty} ${uom} from ${promise.kind} ${promise.reference}, due ${promise.supplyDueOn} and in stock ${days(site.dockToStockDays)} later (working days)`,
    `ships ${shipsOn}, ${days(routeDays)} on the way`,
  ]
  if (promise.dueOn > promise.aloneOn)
    reasons.push(
      promise.dueOn === requestedOn
        ? 'delivered when asked for, not before'
        : line.partialPolicy === 'complete'
          ? 'waits for the rest of the order: it is delivered complete'
          : 'waits for the rest of the line: it is not split',
    )
  reasons.push(
    promise.dueOn <= addDays(localDay(site.zone, now), rule.frozenDays)
      ? `fixed: what is due within ${days(rule.frozenDays)} is given to nobody else`
      : 'may move when promises are planned anew',
  )
  return {
    on: promise.dueOn,
    source: promise.supplyId === null ? 'on hand' : 'supply',
    ref: promise.reference,
    qty: promise.qty,
    text: reasons.join('; ').slice(0, 500),
    dueOn: promise.supplyDueOn,
    dockToStockDays: promise.supplyId === null ? null : site.dockToStockDays,
    shipsOn,
    routeDays,
  }
}

/** A date that the supply behind it, as things stand, does not make. */
const riskSteps = (line: LineRow, promise: PromiseRow, { site, now }: World): Step[] => {
  if (promise.supplyDueOn === null) return []
  const today = localDay(site.zone, now)
  if (promise.supplyDueOn < today)
    return [
      said(
        'risk',
        null,
        `at risk: ${promise.kind} ${promise.reference} was due ${days(daysBetween(promise.supplyDueOn, today))} ago and has not come`,
        promise.qty,
      ),
    ]
  const makes = addDays(
    later(addWorkDays(site, promise.supplyDueOn, site.dockToStockDays), shipDay(site, now)),
    line.routeDays,
  )
  return makes > promise.dueOn
    ? [
        said(
          'risk',
          makes,
          `at risk: from ${promise.kind} ${promise.reference} it can be there on ${makes} at the soonest`,
          promise.qty,
        ),
      ]
    : []
}

const ruleSteps = (line: LineRow, promises: readonly PromiseRow[], { site, rule, now }: World): Step[] => {
  const steps: Step[] = []
  const today = localDay(site.zone, now)
  const waited = daysBetween(line.orderedOn, today)
  const open = line.qty - line.shipped - line.cancelled
  if (open === 0) return steps
  if (waited > rule.maxAgeDays)
    steps.push(
      said(
        'rule',
        null,
        `waits for ${days(waited)}, more than ${rule.maxAgeDays}: it goes before better service classes`,
      ),
    )
  const first = promises.find((promise) => promise.supplyId === null)
  if (first && !line.released) steps.push(said('rule', null, 'set aside in the warehouse when the order is released'))
  if (first && line.released && rule.horizonDays !== null) {
    const shipsOn = addDays(first.dueOn, -line.routeDays)
    if (shipsOn > addDays(today, rule.horizonDays))
      steps.push(
        said(
          'rule',
          addDays(shipsOn, -rule.horizonDays),
          `set aside in the warehouse ${days(rule.horizonDays)} before it ships, on ${addDays(shipsOn, -rule.horizonDays)}`,
        ),
      )
  }
  if (line.cancelBy !== null)
    steps.push(said('rule', line.cancelBy, `what has not left by the end of ${line.cancelBy} is cancelled`))
  return steps
}

export const summaryOf = (line: LineRow): string => {
  const { latestPromiseOn, requestedOn, backordered, uom, qty, shipped, cancelled } = line
  if (cancelled === qty) return 'All of it is cancelled.'
  if (backordered > 0) return `No date for the whole line: ${backordered} of ${qty} ${uom} have no supply.`
  if (line.waitsForMate) return 'No date: the order is delivered complete, and another line of it has no supply.'
  if (shipped + cancelled === qty) return 'All of it has left.'
  if (latestPromiseOn === null) return 'Nothing is promised.'
  return latestPromiseOn > requestedOn
    ? `Promised for ${latestPromiseOn}, later than asked for (${requestedOn}).`
    : `Promised for ${latestPromiseOn}, in time.`
}
