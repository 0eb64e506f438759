import type { api } from '../../kit/data/api.ts'
import { count } from '../../kit/data/format.ts'
import type { InputOfCall, OutputOfCall } from '../../kit/data/rpc.ts'
import { Field } from '../../kit/parts/field.tsx'
import { codesOf } from '../stock/bins/types.ts'

export type KitPart = OutputOfCall<typeof api.warehouse.kitParts>['parts'][number]
type Named = NonNullable<InputOfCall<typeof api.warehouse.disassemble>['parts']>[number]

/** What is typed about one component that comes out. */
export interface Back {
  /** How many of them are not good, and what these are. */
  readonly bad: string
  readonly as: 'damaged' | 'quarantine'
  readonly lot: string
  readonly expiresOn: string
  readonly serials: string
  readonly badSerials: string
}
export const backOf = (part: KitPart | undefined): Back => {
  const [lot] = part?.lots ?? []
  const empty = { bad: '0', as: 'damaged', serials: '', badSerials: '' } as const
  return { ...empty, lot: lot?.lot ?? '', expiresOn: lot?.expiresOn ?? '' }
}

/** Units of a component in so many kits. */
export const unitsIn = ({ num, den }: KitPart, kits: number): number => Math.floor((kits * num) / den)

const badOf = (part: KitPart, back: Back): number | null =>
  part.tracking === 'serial'
    ? codesOf(back.badSerials).length
    : /^\d{1,12}$/.test(back.bad.trim())
      ? Number(back.bad)
      : null

/** What is still missing or wrong about a component; null: nothing. */
export const wrongBack = (part: KitPart, back: Back, kits: number): string | null => {
  const need = unitsIn(part, kits)
  const bad = badOf(part, back)
  if (bad === null || bad > need) return `${part.sku}: 0 to ${count(need)} of them are not good.`
  if (part.tracking === 'lot' && back.lot.trim() === '') return `${part.sku}: which lot comes out?`
  if (part.tracking === 'lot' && part.shelfLifeDays !== null && back.expiresOn === '')
    return `${part.sku}: until when is it good?`
  const numbers = codesOf(back.serials).length + bad
  if (part.tracking === 'serial' && numbers !== need)
    return `${part.sku}: ${count(need)} pieces come out, ${count(numbers)} numbers are named.`
  return null
}

/** What the command is told of a component; nothing where all of it is good and has neither lot nor number. */
export const namedBack = (part: KitPart, back: Back, kits: number): Named[] => {
  const bad = badOf(part, back) ?? 0
  if (part.tracking === 'none' && bad === 0) return []
  const lot = {
    ...(back.lot.trim() !== '' && { lotCode: back.lot.trim() }),
    ...(back.lot.trim() !== '' && back.expiresOn !== '' && { expiresOn: back.expiresOn }),
  }
  const of = (qty: number, status: Named['status'], codes: string): Named => ({
    ...{ itemId: part.itemId, qty, status, ...lot },
    ...(part.tracking === 'serial' && { serials: codesOf(codes) }),
  })
  return [
    of(unitsIn(part, kits) - bad, 'available', back.serials),
    of(bad, back.as as Named['status'], back.badSerials),
  ].filter((one) => one.qty > 0)
}

/** One component: how much of it comes out, which lot or pieces, and what of it is not good. */
export function BackFields({
  part,
  back,
  kits,
  change,
}: {
  part: KitPart
  back: Back
  kits: number
  change: (back: Back) => void
}) {
  const set = (one: Partial<Back>) => change({ ...back, ...one })
  const { sku, tracking, shelfLifeDays } = part
  const serial = tracking === 'serial'
  return (
    <li>
      <span>
        <span className="mono">{sku}</span> {part.description}
      </span>
      <span className="num">
        {count(unitsIn(part, kits))} <span className="quiet">{part.uom}</span>
      </span>
      <div className="whole form-grid">
        {tracking === 'lot' && (
          <Field
            label={`Lot of ${sku}`}
            hint={part.lots.length > 1 ? `went in: ${part.lots.map((lot) => lot.lot).join(', ')}` : null}
            maxLength={60}
            autoComplete="off"
            value={back.lot}
            onChange={(lot) => {
              const known = part.lots.find((one) => one.lot === lot.trim())
              set({ lot, ...(known?.expiresOn && { expiresOn: known.expiresOn }) })
            }}
          />
        )}
        {tracking === 'lot' && shelfLifeDays !== null && (
          <Field
            label={`${sku} is good until`}
            type="date"
            value={back.expiresOn}
            onChange={(expiresOn) => set({ expiresOn })}
          />
        )}
        {serial && (
          <Field
            label={`Numbers of good ${sku}`}
            rows={2}
            value={back.serials}
            onChange={(serials) => set({ serials })}
          />
        )}
        {serial ? (
          <Field
            label={`Numbers of ${sku} that are not good`}
            rows={2}
            value={back.badSerials}
            onChange={(badSerials) => set({ badSerials })}
          />
        ) : (
          <Field
            label={`${sku} not good`}
            inputMode="numeric"
            autoComplete="off"
            value={back.bad}
            onChange={(bad) => set({ bad })}
          />
        )}
        {(badOf(part, back) ?? 0) > 0 && (
          <Field
            label={`These ${sku} are`}
            value={back.as}
            onChange={(as) => set({ as: as as Back['as'] })}
            options={[
              { value: 'damaged', label: 'damaged' },
              { value: 'quarantine', label: 'to be inspected' },
            ]}
          />
        )}
      </div>
    </li>
  )
}
