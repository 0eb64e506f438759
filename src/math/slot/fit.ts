import type { Place } from '../pick/layout.ts'

/** What is stored: the facts that decide where it may lie. */
export interface SlotItem {
  readonly id: string
  /** Room that its pick face needs: units kept there times their size. */
  readonly space_cm3: number
  /** Of one unit: what a picker lifts. */
  readonly weight_g: number
  /** Ambient, chilled, frozen …: must be that of the slot. */
  readonly temperature: string
  /** Class of dangerous goods; null: harmless. */
  readonly hazard: string | null
}
/** A pick face. */
export interface Slot {
  readonly id: string
  readonly place: Place
  readonly space_cm3: number
  /** The heaviest unit that may lie here: high up only what is light. */
  readonly most_weight_g: number
  readonly temperature: string
  /** Classes of dangerous goods that may lie here. */
  readonly hazards: readonly string[]
}

/** Why an item may not lie in a slot, in words; null: it may. */
export const whyNot = (item: SlotItem, slot: Slot): string | null => {
  if (item.temperature !== slot.temperature)
    return `${item.id} is ${item.temperature}, ${slot.id} is ${slot.temperature}`
  if (item.hazard !== null && !slot.hazards.includes(item.hazard)) return `${slot.id} is not for hazard ${item.hazard}`
  if (item.weight_g > slot.most_weight_g) return `${item.id} is too heavy for ${slot.id}`
  return item.space_cm3 > slot.space_cm3 ? `${item.id} needs more room than ${slot.id} has` : null
}

/** May each item lie in each slot? One answer per kind of item and slot, so that a search can ask a million times. */
export const fitTable = (
  items: readonly SlotItem[],
  slots: readonly Slot[],
): ((item: number, slot: number) => boolean) => {
  // Shelves are of few kinds: a table of 4,000 items by 4,000 slots took a fifth of a second.
  const kinds: Slot[] = []
  const known = new Map<string, number>()
  const kindOf = slots.map((slot) => {
    const key = JSON.stringify([slot.space_cm3, slot.most_weight_g, slot.temperature, slot.hazards])
    const kind = known.get(key) ?? kinds.push(slot) - 1
    known.set(key, kind)
    return kind
  })
  const table = new Uint8Array(items.length * kinds.length)
  for (const [i, item] of items.entries())
    for (const [k, slot] of kinds.entries()) table[i * kinds.length + k] = whyNot(item, slot) === null ? 1 : 0
  return (item, slot) => table[item * kinds.length + kindOf[slot]!] === 1
}
