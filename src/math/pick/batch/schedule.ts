import type { Batch } from './batch.ts'

/** How fast a wave is picked. */
export interface Pace {
  readonly pickers: number
  readonly mm_per_s: number
  readonly setup_s: number
  readonly line_s: number
}
export interface Standing {
  /** Sum over orders of how late each is. */
  readonly late_s: number
  readonly length_mm: number
}

export const durationOf = ({ orders, length_mm }: Batch, { mm_per_s, setup_s, line_s }: Pace): number =>
  setup_s + length_mm / mm_per_s + line_s * orders.reduce((sum, { places }) => sum + places.length, 0)

const dueOf = ({ orders }: Batch): number => Math.min(...orders.map(({ due_s }) => due_s ?? Number.POSITIVE_INFINITY))

/** Batches in the order they are picked: the earliest due first (Jackson 1955), each by the picker who is free first. */
export const schedule = (
  batches: readonly Batch[],
  pace: Pace,
): { batch: Batch; picker: number; from_s: number; to_s: number }[] => {
  if (!(Number.isInteger(pace.pickers) && pace.pickers >= 1 && pace.mm_per_s > 0))
    throw new RangeError('a wave has one picker or more, who walk')
  const free = new Array<number>(pace.pickers).fill(0)
  return batches
    .map((batch, at) => ({ batch, at, due: dueOf(batch) }))
    .sort((a, b) => (a.due === b.due ? a.at - b.at : a.due - b.due))
    .map(({ batch }) => {
      const picker = free.indexOf(Math.min(...free))
      const from_s = free[picker]!
      free[picker] = from_s + durationOf(batch, pace)
      return { batch, picker, from_s, to_s: free[picker]! }
    })
}

/** How late the orders of these batches are in all, and how far is walked. */
export const standingOf = (batches: readonly Batch[], pace: Pace): Standing => {
  let late_s = 0
  for (const { batch, to_s } of schedule(batches, pace))
    for (const { due_s } of batch.orders) late_s += Math.max(0, to_s - (due_s ?? Number.POSITIVE_INFINITY))
  return { late_s, length_mm: batches.reduce((sum, one) => sum + one.length_mm, 0) }
}

/** Lateness first, then metres. */
export const worse = (a: Standing, b: Standing): boolean =>
  a.late_s > b.late_s + 1e-9 || (Math.abs(a.late_s - b.late_s) <= 1e-9 && a.length_mm > b.length_mm)
