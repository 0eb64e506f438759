import type { Ctx } from '../../../core/ctx.ts'
import { notFound, Refusal, refuseTwice } from '../../../core/refusal.ts'
import { insertSupplies, type SupplyToSave } from '../../stock/index.ts'
import { type Moved, tellReplanned } from '../replan/moved.ts'
import { replan } from '../replan/replan.ts'
import { lockScene, type Scene } from '../replan/scene.ts'

interface SupplyRow {
  readonly id: string
  readonly siteId: string
  readonly itemId: string
  readonly dueOn: string
  readonly expected: number
  readonly received: number
  readonly reference: string
  readonly transferLineId: string | null
  readonly assemblyId: string | null
  readonly purchaseLineId: string | null
}

/**
 * New supplies and changes of known ones, with what they do to promises: whoever brings supply (purchasing, transfers,
 * assembly, a 3PL feed) comes through here. A supply may slip or shrink, as far as it is not received; what stood on it is
 * planned anew at once, and each order whose date changes is told.
 */
export const changeSupplies = async (
  ctx: Ctx,
  call: { no: number },
  supplies: readonly SupplyToSave[],
  {
    scene: locked,
    ref,
  }: {
    /** Locked already, with all that is done in this transaction. */
    readonly scene?: Scene
    /** What brought them, when it is more than the first of them says. */
    readonly ref?: string
  } = {},
): Promise<{ ids: string[]; moved: Moved[] }> => {
  refuseTwice(
    'supplies',
    supplies.map((s) => s.id),
  )
  const known = supplies.filter((s): s is SupplyToSave & { id: string } => s.id !== undefined)
  // Locked first: what is read of the supplies then is true until we are done.
  const scene = locked ?? (await lockScene(ctx, supplies))
  const old = new Map(
    (
      await readSupplies(
        ctx,
        known.map((s) => s.id),
      )
    ).map((row) => [row.id, row]),
  )
  for (const supply of known) refuseOther(supply, old.get(supply.id))
  const added = await insertSupplies(
    ctx,
    supplies.filter((s) => s.id === undefined),
  )
  const fresh = added.map((row) => row.id)
  const ids = supplies.map((s) => s.id ?? fresh.shift()!)
  await renamed(
    ctx,
    known.filter((s) => s.reference !== old.get(s.id)!.reference),
  )
  const first = supplies[0]!
  const moved = await replan(ctx, {
    scene,
    siteItems: supplies,
    supplies: known
      .filter((s) => s.dueOn !== old.get(s.id)!.dueOn || s.expected !== old.get(s.id)!.expected)
      .map(({ id, dueOn, expected }) => ({ id, dueOn, expected })),
    // One cause for the lot: that of a list is its first, as one document brings one list.
    cause: { kind: 'supply', id: ids[0]!, ref: ref ?? first.reference },
  })
  tellReplanned(ctx, call, moved)
  for (const [at, { siteId }] of supplies.entries()) ctx.emit(call, 'supply.saved', { id: ids[at]!, siteId })
  return { ids, moved }
}

const readSupplies = async ({ sql, company }: Ctx, ids: readonly string[]): Promise<readonly SupplyRow[]> =>
  ids.length === 0
    ? []
    : sql<SupplyRow[]>`
        select id, site_id, item_id, due_on, expected, received, reference, transfer_line_id, assembly_id, purchase_line_id
          from supply
         where company_id = ${company} and id = any (${ids as string[]})`

const refuseOther = (supply: SupplyToSave, old: SupplyRow | undefined): void => {
  if (!old) throw notFound('supply')
  if (
    old.siteId !== supply.siteId ||
    old.itemId !== supply.itemId ||
    old.transferLineId !== null ||
    old.assemblyId !== null ||
    old.purchaseLineId !== (supply.purchaseLineId ?? null)
  )
    throw new Refusal(
      'supply_fixed',
      'A supply keeps its site and its item, and a purchase order’s, a transfer’s or an assembly’s is kept by its document; save another for the other one.',
    )
  if (supply.expected < old.received)
    throw new Refusal(
      'already_received',
      `${old.reference} has brought ${old.received} already; it cannot expect only ${supply.expected}.`,
    )
}

const renamed = async ({ sql, company }: Ctx, supplies: readonly { id: string; reference: string }[]) => {
  if (supplies.length === 0) return
  await sql`
    update supply
       set reference = given.reference, version = supply.version + 1
      from unnest(${supplies.map((s) => s.id)}::uuid[], ${supplies.map((s) => s.reference)}::text[]) as given (id, reference)
     where supply.company_id = ${company} and supply.id = any (${supplies.map((s) => s.id)}) and supply.id = given.id`
}
