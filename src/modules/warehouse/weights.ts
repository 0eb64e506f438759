import type { Ctx } from '../../core/ctx.ts'
import { Refusal } from '../../core/refusal.ts'
import { outOfTolerance } from '../../math/weight/catchWeight.ts'
import { checkReason } from '../stock/index.ts'

/** An item that is counted in base units and weighed. */
export interface WeighedItem {
  readonly id: string
  readonly sku: string
  readonly baseUom: string
  readonly nominalG: number
  readonly tolerancePpm: number | null
}

/** Those among the items that are weighed. */
export const weighedItems = async (
  { sql, company }: Ctx,
  itemIds: readonly string[],
): Promise<Map<string, WeighedItem>> => {
  const rows = await sql<WeighedItem[]>`
    select id, sku, base_uom, weight_g as nominal_g, weight_tolerance_ppm as tolerance_ppm
      from item
     where company_id = ${company} and id = any (${[...new Set(itemIds)]}::uuid[]) and catch_weight`
  return new Map(rows.map((row) => [row.id, row]))
}

const kilograms = (grams: number): string => `${Math.floor(grams / 1_000)}.${String(grams % 1_000).padStart(3, '0')} kg`

/** What is wrong with the weight of `qty` units; null: it may be booked. `reason` lets pass what is out of tolerance. */
export const weightProblem = (
  item: WeighedItem,
  qty: number,
  weightG: number | null,
  reason: string | undefined,
): { code: 'weight_needed' | 'weight_off'; message: string } | null => {
  const { sku, baseUom, nominalG, tolerancePpm } = item
  if (weightG === null || weightG === 0)
    return {
      code: 'weight_needed',
      message: `${sku} is sold by weight: weigh the ${qty} ${baseUom} or scan their labels`,
    }
  if (reason !== undefined || !outOfTolerance(weightG, qty, nominalG, tolerancePpm)) return null
  return {
    code: 'weight_off',
    message: `${kilograms(weightG)} for ${qty} ${baseUom} of ${sku} is more than ${tolerancePpm! / 10_000} % off ${kilograms(qty * nominalG)}: weigh again, or give a reason`,
  }
}

/** Weights of lines that come in: of every item that is weighed, of no other. All that is wrong is told at once. */
export const refuseWeights = async (
  ctx: Ctx,
  lines: readonly {
    readonly itemId: string
    readonly qty: number
    readonly weightG?: number
    readonly weightReason?: string
  }[],
): Promise<ReadonlyMap<string, WeighedItem>> => {
  const items = await weighedItems(
    ctx,
    lines.map((line) => line.itemId),
  )
  const problems = lines.flatMap(({ itemId, qty, weightG, weightReason }, at) => {
    const item = items.get(itemId)
    const path = `lines.${at}.weightG`
    if (!item)
      return weightG === undefined
        ? []
        : [{ code: 'not_weighed', path, message: 'these goods are not sold by weight; leave the weight out' }]
    const problem = weightProblem(item, qty, weightG ?? null, weightReason)
    return problem ? [{ ...problem, path }] : []
  })
  if (problems[0])
    throw new Refusal(
      problems[0].code,
      `${problems[0].message}.`,
      422,
      problems.map(({ path, message }) => ({ path, message })),
    )
  for (const reason of new Set(lines.flatMap((line) => line.weightReason ?? [])))
    await checkReason(ctx, 'weight', reason)
  return items
}
