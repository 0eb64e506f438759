import type { Ctx } from '../../../core/ctx.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'
import { lockPlates, makePlates, placeOfKind, plateKinds } from '../../stock/index.ts'

export const PlateInput = t.object({
  /** What lines and plates of this receipt call it. */
  ref: t.code(),
  /** The label it came with; left out: a label of ours. */
  sscc: t.optional(t.text({ min: 18, max: 18, pattern: '^[0-9]{18}$', title: 'SSCC' })),
  kind: t.optional(t.oneOf(plateKinds)),
  /** The `ref` of the plate it stands on. */
  on: t.optional(t.code()),
  locationId: t.optional(t.id('location')),
})
type Input = Static<typeof PlateInput>

export interface ArrivingPlate {
  readonly id: string
  readonly sscc: string
  readonly locationId: string
}
const refuse = (message: string, path: string): never => {
  throw new Refusal('bad_plate', `${message}.`, 422, [{ path, message }])
}

/** Plates from the bottom up; each stands on one that is named before it, or on the ground. */
const inOrder = (plates: readonly Input[]): Input[] => {
  const left = new Map(plates.map((plate) => [plate.ref, plate]))
  const out: Input[] = []
  while (left.size > 0) {
    const next = [...left.values()].filter((plate) => plate.on === undefined || !left.has(plate.on))
    if (next.length === 0) refuse('These plates stand on each other in a circle', 'plates')
    for (const plate of next) left.delete(plate.ref)
    out.push(...next)
  }
  return out
}

/**
 * The plates of a receipt, by their `ref`: new ones are made, those that stand in the house take more. A stack of plates
 * stands where its bottom one was put: where that says, where the first of its goods go, or at the dock.
 */
export const arrivingPlates = async (
  ctx: Ctx,
  given: {
    siteId: string
    entityId: string
    plates: readonly Input[]
    lines: readonly { plate?: string; locationId?: string }[]
  },
): Promise<Map<string, ArrivingPlate>> => {
  const { siteId, entityId, plates, lines } = given
  const out = new Map<string, ArrivingPlate>()
  const byRef = new Map(plates.map((plate) => [plate.ref, plate]))
  for (const [at, { plate }] of lines.entries())
    if (plate !== undefined && !byRef.has(plate))
      refuse(`there is no plate ${plate} in this receipt`, `lines.${at}.plate`)
  if (plates.length === 0) return out
  refuseTwice(
    'plates',
    plates.map((plate) => plate.ref),
  )
  refuseTwice(
    'plates',
    plates.map((plate) => plate.sscc),
  )
  for (const [at, { on }] of plates.entries())
    if (on !== undefined && !byRef.has(on)) refuse(`there is no plate ${on} in this receipt`, `plates.${at}.on`)
  const bottomOf = (plate: Input): Input => (plate.on === undefined ? plate : bottomOf(byRef.get(plate.on)!))
  const ordered = inOrder(plates)
  const [docks, here] = await Promise.all([placeOfKind(ctx, [siteId], 'dock'), standing(ctx, plates)])
  const wishes = new Map<string, string>()
  for (const plate of ordered)
    if (plate.locationId !== undefined)
      wishes.set(bottomOf(plate).ref, wishes.get(bottomOf(plate).ref) ?? plate.locationId)
  for (const line of lines) {
    if (line.plate === undefined || line.locationId === undefined) continue
    const { ref } = bottomOf(byRef.get(line.plate)!)
    wishes.set(ref, wishes.get(ref) ?? line.locationId)
  }
  // Level by level: a plate's row names the one below it.
  for (let level = ordered; level.length > 0; ) {
    const now = level.filter((plate) => plate.on === undefined || out.has(plate.on))
    const fresh = now.filter((plate) => !here.has(plate.sscc ?? ''))
    for (const plate of now) {
      const known = here.get(plate.sscc ?? '')
      if (!known) continue
      if (known.siteId !== siteId || known.closedAt !== null || plate.on !== undefined)
        throw new Refusal(
          'plate_here',
          `Plate ${known.sscc} is in the house already${known.closedAt === null ? '' : ' and closed'}: open it and receive onto it where it stands, or use another label.`,
        )
      out.set(plate.ref, known)
    }
    const made = await makePlates(
      ctx,
      entityId,
      fresh.map((plate) => {
        const locationId =
          (plate.on === undefined ? wishes.get(plate.ref) : out.get(plate.on)!.locationId) ?? docks.get(siteId)
        if (locationId === undefined)
          throw new Refusal('no_dock', 'This site has no active dock location to receive plates at; name a location.')
        return {
          ...(plate.sscc !== undefined && { sscc: plate.sscc }),
          kind: plate.kind ?? 'pallet',
          siteId,
          locationId,
          ...(plate.on !== undefined && { parentId: out.get(plate.on)!.id }),
        }
      }),
    )
    for (const [at, plate] of fresh.entries()) out.set(plate.ref, made[at]!)
    level = level.filter((plate) => !now.includes(plate))
  }
  return out
}

/** Plates with these labels that stand in the house, locked. */
const standing = async (ctx: Ctx, plates: readonly Input[]) => {
  const ssccs = plates.flatMap((plate) => plate.sscc ?? [])
  const rows = await ctx.sql<{ id: string }[]>`
    select id
      from lpn
     where company_id = ${ctx.company} and sscc = any (${ssccs}) and ended_at is null`
  const locked = await lockPlates(
    ctx,
    rows.map((row) => row.id),
  )
  return new Map(locked.map((plate) => [plate.sscc, plate]))
}
