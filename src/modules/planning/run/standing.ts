import { gammaDemand } from '../../../math/policy/demand/gamma.ts'
import { addDays } from '../../sites/index.ts'
import { said } from '../work/said.ts'
import type { Run } from './advance.ts'
import type { Level, PlannedItem } from './plannedItems.ts'

/** An item of a site with what it has and what it should have. */
export interface Standing extends PlannedItem {
  readonly free: number
  readonly due: number
  readonly owed: number
  /** Of what is free: promised or kept already. */
  readonly taken: number
  /** What sites that this one supplies need and it cannot send now. */
  readonly passedOn: number
  readonly position: number
  readonly level: Level
  /** Nothing ordered: the chance of running out before goods ordered at the next look are there, and units short by then. */
  readonly shortChance: number
  readonly shortUnits: number
}
/** Stock for so many times the days that one order may last is looked at twice. */
const LONG_COVER = 1.5
/** A level that has changed within so many days may not be known yet. */
const RECENT_DAYS = 42
export const stand = (
  item: PlannedItem,
  has: { free: number; due: number; owed: number; taken: number } | undefined,
  level: Level,
): Standing => {
  const { free = 0, due = 0, owed = 0, taken = 0 } = has ?? {}
  return standAt({ ...item, free, due, owed, taken, passedOn: 0, level }, free + due - owed)
}

/** The same at another position: less what it sends to sites that it supplies, and what those still need. */
export const standAt = (
  item: Omit<Standing, 'position' | 'shortChance' | 'shortUnits'>,
  position: number,
): Standing => {
  const { mean, sd } = item.facts.through
  const demand = mean > 0 && sd > 0 ? gammaDemand(mean, sd * sd) : null
  return {
    ...item,
    position,
    shortChance: demand ? 1 - demand.cdf(position) : position < 0 ? 1 : 0,
    shortUnits: demand ? demand.loss(position) : Math.max(0, -position),
  }
}

/** Whole lots that lift the position above the reorder point; of what is not kept, what is owed. */
export const needOf = ({ position, level: { r }, facts: { lot } }: Standing): number =>
  r < 0 ? Math.max(0, -position) : position > r ? 0 : (Math.floor((r - position) / lot) + 1) * lot

/** Sales that would be missed, in minor units. */
export const riskOf = ({ shortUnits, facts: { price }, costMicro }: Standing, digits: number): number =>
  Math.round(shortUnits * (price ?? costMicro / 1e6) * 10 ** digits)

/** From demand to need, one step a line. */
export const arithmetic = (item: Standing): string[] => {
  const { facts, level, free, due, owed, passedOn, position, uom } = item
  const { mean, sd, days } = facts.through
  return [
    `Asked for: ${said(facts.perDay)} ${uom} a day.`,
    `Lead time: ${facts.leadWhy}. The stock has to last ${said(days)} days: ${said(mean)} expected, give or take ${said(sd)}.`,
    level.why,
    `Position ${position} = ${free} free + ${due} on order − ${owed} promised or waiting${passedOn > 0 ? ` − ${passedOn} for sites that it supplies` : ''}.`,
    `Lot ${facts.lot}.`,
  ]
}

export const cautionsOf = (run: Run, { facts, position }: Standing, qty: number, more: readonly string[]): string[] => {
  const out = [...more]
  if (facts.kind === 'new') out.push('new item')
  if (facts.kind === 'dying') out.push('fading')
  if (facts.change && facts.change.daysAgo <= RECENT_DAYS)
    out.push(facts.change.to > facts.change.from ? 'demand rose' : 'demand fell')
  if (facts.perDay > 0 && (position + qty) / facts.perDay > LONG_COVER * run.mostDays + facts.through.days)
    out.push('long cover')
  return out
}

export const riskFacts = (item: Standing, digits: number) => ({
  shortPpm: Math.round(1e6 * Math.min(1, Math.max(0, item.shortChance))),
  atRisk: riskOf(item, digits),
  coverDays: item.facts.perDay > 0 ? Math.max(0, Math.floor(item.position / item.facts.perDay)) : null,
})

export const arrives = (run: Run, days: number): string => addDays(run.day, days)
