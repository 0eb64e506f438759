import { type Step, said } from './steps.ts'

export interface ChangeRow {
  readonly at: string
  readonly wasOn: string | null
  readonly nowOn: string | null
  readonly wasBackordered: number
  readonly nowBackordered: number
  readonly cause: string
  readonly causeRef: string | null
}
/** Lines of the same item at the same site that go before this one, by why. */
export interface AheadRow {
  readonly aged: number
  readonly better: number
  readonly older: number
}

const dated = (on: string | null, backordered: number, uom: string): string =>
  on ?? (backordered > 0 ? `no date (${backordered} ${uom} without supply)` : 'no date')

const causes: Readonly<Record<string, (ref: string) => string>> = {
  supply: (ref) => `the supply${ref} changed`,
  receipt: (ref) => `goods came in${ref}`,
  loss: () => 'stock was missing',
  found: () => 'stock was found',
  lot: (ref) => `lot${ref} was held or let go`,
  hold: () => 'stock that was kept became free',
  replan: () => 'promises were planned anew',
  priority: () => 'a service class was changed',
  date: () => 'another day was asked for',
  split: () => 'the line was split',
  cancellation: () => 'an order was cancelled',
}

/** Each step of the date, the first first. References name what is inside the house: left out for people of a customer. */
export const movedSteps = (changes: readonly ChangeRow[], uom: string, inside: boolean): Step[] =>
  changes.map(({ at, wasOn, nowOn, wasBackordered, nowBackordered, cause, causeRef }) => {
    const ref = inside && causeRef !== null && ['supply', 'receipt', 'lot'].includes(cause) ? ` ${causeRef}` : ''
    const why = causes[cause]?.(ref) ?? cause
    const [was, now] = [dated(wasOn, wasBackordered, uom), dated(nowOn, nowBackordered, uom)]
    return said(
      'moved',
      nowOn,
      was === now
        ? `${at.slice(0, 10)}: a part of it moved, since ${why}`
        : `${at.slice(0, 10)}: from ${was} to ${now}, since ${why}`,
    )
  })

const lines = (n: number): string => (n === 1 ? '1 line' : `${n} lines`)

/** Its place among those that wait. */
export const queueStep = ({ aged, better, older }: AheadRow, maxAgeDays: number): Step => {
  const parts = [
    ...(aged > 0 ? [`${lines(aged)} that waited longer than ${maxAgeDays} days`] : []),
    ...(better > 0 ? [`${lines(better)} of a better service class`] : []),
    ...(older > 0 ? [`${lines(older)} ordered before it`] : []),
  ]
  return said(
    'queue',
    null,
    parts.length === 0 ? 'first in the queue for what comes next' : `in the queue before it: ${parts.join(', ')}`,
  )
}
