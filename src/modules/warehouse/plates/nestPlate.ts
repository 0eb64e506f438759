import { command } from '../../../core/capability.ts'
import { notFound, Refusal } from '../../../core/refusal.ts'
import { NIL, t } from '../../../core/t.ts'
import { chainIds, DEEPEST, lockPlates } from '../../stock/index.ts'
import { plateDone } from './buildPlate.ts'

/**
 * A plate is put onto another one of the same place, or taken off (parent null). The chain below the new parent is locked
 * with it, so that two who stack at once see each other: no plate ever stands on itself.
 */
export const nestPlate = command({
  title: 'Put a plate onto another, or take it off',
  route: 'POST /warehouse/plates/:plateId/nest',
  permission: 'warehouse.pick',
  admits: { plateId: 'lpn', parentId: 'lpn' },
  emits: ['plate.changed'],
  input: t.object({ plateId: t.id('lpn'), parentId: t.nullable(t.id('lpn')) }),
  output: plateDone,
  async run({ plateId, parentId }, ctx, call) {
    const { sql, company } = ctx
    const chain = parentId === null ? [] : await chainIds(ctx, parentId)
    const plates = new Map((await lockPlates(ctx, [plateId, ...chain])).map((plate) => [plate.id, plate]))
    const plate = plates.get(plateId)
    if (!plate) throw notFound('plate')
    if (parentId === null && plate.parentId === NIL)
      throw new Refusal('not_nested', `Plate ${plate.sscc} stands on no other plate.`)
    if (parentId !== null) {
      const parent = plates.get(parentId)
      if (!parent) throw notFound('plate')
      const now = await chainIds(ctx, parentId)
      if (now.join() !== chain.join())
        throw Object.assign(new Error('the plates were stacked otherwise meanwhile'), { code: '40001' })
      if (chain.includes(plateId))
        throw new Refusal(
          'plate_cycle',
          `Plate ${parent.sscc} stands on plate ${plate.sscc}: they cannot stand on each other.`,
          422,
        )
      if (parent.endedAt !== null || plate.endedAt !== null)
        throw new Refusal('plate_ended', `Plate ${(parent.endedAt === null ? plate : parent).sscc} has ended.`)
      if (parent.locationId !== plate.locationId)
        throw new Refusal('plate_elsewhere', `Plate ${plate.sscc} stands at another place; move it there first.`)
      if (parent.closedAt !== null)
        throw new Refusal('plate_closed', `Plate ${parent.sscc} is closed: open it before anything goes on or off.`)
      const [height] = await sql<{ levels: number }[]>`
        with recursive tree as (
          select id, 1 as level
            from lpn
           where company_id = ${company} and id = ${plateId}
           union all
          select child.id, tree.level + 1
            from tree
            join lpn child on child.company_id = ${company} and child.parent_id = tree.id
           where tree.level <= ${DEEPEST}
        )
        select max(level)::int as levels from tree`
      if (chain.length + height!.levels > DEEPEST)
        throw new Refusal('plate_too_deep', `Plates are stacked ${DEEPEST} deep at most.`, 422)
    }
    await sql`
      update lpn
         set parent_id = ${parentId ?? NIL}, version = version + 1
       where company_id = ${company} and id = ${plateId}`
    ctx.emit(call, 'plate.changed', { id: plateId, siteId: plate.siteId })
    return { id: plateId, sscc: plate.sscc }
  },
})
