import { Refusal } from '../../core/refusal.ts'

export interface OpenInvoice {
  readonly id: string
  readonly number: string
  readonly open: number
  readonly dueOn: string
}

/**
 * Which invoices an amount pays: the named ones with the named amounts, else the oldest due first. Never more than an
 * invoice is open and never more than was received; what is over stays unapplied.
 */
export const applyCash = (
  amount: number,
  open: readonly OpenInvoice[],
  named: readonly { invoiceId: string; amount: number }[] | null,
): { applied: { invoiceId: string; amount: number }[]; unapplied: number } => {
  const byId = new Map(open.map((invoice) => [invoice.id, invoice]))
  const applied: { invoiceId: string; amount: number }[] = []
  let left = amount
  if (named === null) {
    for (const invoice of [...open].sort((a, b) =>
      a.dueOn !== b.dueOn ? (a.dueOn < b.dueOn ? -1 : 1) : a.id < b.id ? -1 : 1,
    )) {
      const paid = Math.min(left, invoice.open)
      if (paid === 0) continue
      applied.push({ invoiceId: invoice.id, amount: paid })
      left -= paid
    }
    return { applied, unapplied: left }
  }
  if (new Set(named.map((one) => one.invoiceId)).size !== named.length)
    throw new Refusal('named_twice', 'Name each invoice once.', 422)
  for (const one of named) {
    const invoice = byId.get(one.invoiceId)!
    if (one.amount > invoice.open)
      throw new Refusal(
        'over_applied',
        `Invoice ${invoice.number} has ${invoice.open} open; ${one.amount} cannot be applied to it.`,
      )
    if (one.amount > left)
      throw new Refusal('over_applied', `The payment is ${amount}; more than that was to be applied.`, 422)
    left -= one.amount
    applied.push(one)
  }
  return { applied, unapplied: left }
}
