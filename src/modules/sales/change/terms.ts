import type { Actor } from '../../../core/capability.ts'
import { permits } from '../../../core/people/permissions.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { mostSplits } from '../../promise/index.ts'

/** What may leave when not all is there; see the glossary. */
export const partialPolicies = ['partial', 'line', 'complete'] as const

/** What is said of one order in place of what its customer's record says. */
export const orderTerms = {
  /** Service class of this order, 0 best. Left out or null: the customer's. Needs sales.priority. */
  priority: t.optional(t.nullable(t.int({ min: 0, max: 9, title: 'Service class (0 best)' }))),
  /** Left out or null: the customer's. */
  partialPolicy: t.optional(t.nullable(t.oneOf(partialPolicies))),
  /** What has not left by the end of this day is cancelled. */
  cancelBy: t.optional(t.nullable(t.date())),
}
/** From where a draft is going to be sent. */
export const sourceTerms = {
  /** From how many sites at most; 1: from its own alone. Left out or null: as the customer's or the company's policy says. */
  maxSplits: t.optional(t.nullable(mostSplits)),
  /** Which may send beside its own, in order. Left out or null: as the policy says. */
  sourceSiteIds: t.optional(t.nullable(t.list(t.id('site'), { min: 1, max: 20 }))),
}
/** The same of one line, in place of what its order says. */
export const lineTerms = {
  partialPolicy: t.optional(t.nullable(t.oneOf(partialPolicies))),
  cancelBy: t.optional(t.nullable(t.date())),
  /** All of it from stock when the order is confirmed, or the line is cancelled then. */
  fillOrKill: t.optional(t.bool()),
}
export interface OrderTerms {
  readonly priority?: number | null
  readonly partialPolicy?: string | null
  readonly cancelBy?: string | null
}
export interface LineTerms {
  readonly partialPolicy?: string | null
  readonly cancelBy?: string | null
  readonly fillOrKill?: boolean
}

/** Who goes first is not for everyone to say; and a last day in the past would cancel the order at once. */
export const refuseTerms = (
  actor: Actor,
  asked: OrderTerms & { readonly lines?: readonly LineTerms[] },
  today: string,
): Refusal | null => {
  if (asked.priority !== undefined && asked.priority !== null && !permits(actor.permissions, 'sales.priority'))
    return new Refusal('priority_not_permitted', 'You may not set the service class of an order; leave it out.', 403)
  const past = [asked.cancelBy, ...(asked.lines ?? []).map((line) => line.cancelBy)].find((day) => day && day < today)
  return past
    ? new Refusal('cancel_by_past', `Cancel-by ${past} has passed already; give a day from today on.`, 422)
    : null
}
