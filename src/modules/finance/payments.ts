import { command, query } from '../../core/capability.ts'
import type { Ctx } from '../../core/ctx.ts'
import { rowsJson } from '../../core/database/pool.ts'
import { listPage } from '../../core/lists.ts'
import { notFound, Refusal } from '../../core/refusal.ts'
import { indexSearch } from '../../core/search.ts'
import { listInput, page, t } from '../../core/t.ts'
import { changeExposure } from '../credit/index.ts'
import { applyCash, type OpenInvoice } from './applyCash.ts'

const ApplyTo = t.list(t.object({ invoiceId: t.id('invoice'), amountMinor: t.amount({ min: 1 }) }), { max: 1000 })
const Method = t.oneOf(['bank', 'card', 'cash', 'cheque', 'direct_debit'])

/** The customer's open invoices in a currency, or the named ones, locked by id. */
const lockOpen = async (
  { sql, company }: Ctx,
  of: { partyId: string; entityId: string; currency: string; named: readonly string[] | null },
): Promise<OpenInvoice[]> => {
  const rows = await sql<OpenInvoice[]>`
    select id, number, open, due_on
      from invoice
     where company_id = ${company} and party_id = ${of.partyId} and entity_id = ${of.entityId} and currency = ${of.currency} and kind = 'invoice'
       and (case when ${of.named as string[] | null}::uuid[] is null then open > 0 else id = any (${of.named as string[] | null}::uuid[]) end)
     order by id
       for update`
  if (of.named !== null && rows.length !== new Set(of.named).size)
    throw notFound('invoice of this customer, entity and currency')
  return rows
}

/** Writes what a payment pays: applications, the invoices' open amounts. The invoices are locked. */
const writeApplications = async (
  ctx: Ctx,
  payment: { id: string; partyId: string },
  applied: readonly { invoiceId: string; amount: number }[],
): Promise<void> => {
  if (applied.length === 0) return
  const { sql, company, now } = ctx
  const rows = applied.map((one) => ({
    companyId: company,
    id: ctx.id(),
    paymentId: payment.id,
    partyId: payment.partyId,
    ...one,
    recordedAt: now,
  }))
  const links = applied.map((one) => ({
    companyId: company,
    fromKind: 'invoice',
    fromId: one.invoiceId,
    toKind: 'payment',
    toId: payment.id,
    kind: 'paid_by',
    qty: one.amount,
    recordedAt: now,
  }))
  await sql`
    with applications as (
      insert into payment_application
      select * from json_populate_recordset(null::payment_application, ${rowsJson(rows)}::text::json)
    ), linked as (
      insert into document_link
      select * from json_populate_recordset(null::document_link, ${rowsJson(links)}::text::json)
      on conflict do nothing
    )
    update invoice
       set open = invoice.open - given.amount, version = invoice.version + 1
      from unnest(${applied.map((one) => one.invoiceId)}::uuid[], ${applied.map((one) => one.amount)}::int8[]) as given (id, amount)
     where invoice.company_id = ${company} and invoice.id = any (${applied.map((one) => one.invoiceId)}::uuid[]) and invoice.id = given.id`
}

export const recordPayment = command({
  title: 'Record a customer’s payment',
  route: 'POST /finance/payments',
  permission: 'finance.pay',
  admits: { customerId: 'party', entityId: 'entity', 'applyTo.invoiceId': 'invoice' },
  emits: ['payment.recorded'],
  input: t.object({
    customerId: t.id('party'),
    /** Left out: the entity of the named invoices, of the oldest open one, else the company's first. */
    entityId: t.optional(t.id('entity')),
    on: t.date(),
    amountMinor: t.amount({ min: 1 }),
    currency: t.currency(),
    method: Method,
    reference: t.optional(t.text({ max: 140 })),
    /** Left out: oldest due first. An empty list: nothing is paid yet. */
    applyTo: t.optional(ApplyTo),
  }),
  output: t.object({
    id: t.id('payment'),
    number: t.text(),
    unappliedMinor: t.amount({ min: 0 }),
    applied: t.list(
      t.object({ invoiceId: t.id('invoice'), number: t.text(), amountMinor: t.amount(), openMinor: t.amount() }),
    ),
  }),
  async run(input, ctx, call) {
    const { sql, company, now } = ctx
    const { customerId: partyId, currency, amountMinor: amount } = input
    const named = input.applyTo?.map((one) => one.invoiceId) ?? null
    const [entity] = await sql<{ id: string }[]>`
      select id
        from entity
       where company_id = ${company} and (${input.entityId ?? null}::uuid is null or id = ${input.entityId ?? null})
       order by exists (
               select 1
                 from invoice
                where invoice.company_id = ${company} and invoice.entity_id = entity.id and invoice.party_id = ${partyId}
                  and (invoice.id = any (${named ?? []}::uuid[]) or ${named === null}::boolean and invoice.open > 0)) desc, id
       limit 1`
    if (!entity) throw notFound('entity')
    const open = await lockOpen(ctx, { partyId, entityId: entity.id, currency, named })
    const { applied, unapplied } = applyCash(
      amount,
      open,
      input.applyTo?.map((one) => ({ invoiceId: one.invoiceId, amount: one.amountMinor })) ?? null,
    )
    const [number] = await ctx.numbers(entity.id, 'payment', 1)
    const id = ctx.id()
    const payment = {
      companyId: company,
      id,
      entityId: entity.id,
      number,
      partyId,
      currency,
      receivedOn: input.on,
      amount,
      unapplied,
      method: input.method,
      reference: input.reference ?? '',
      recordedAt: now,
    }
    await sql`
      insert into payment
      select * from json_populate_recordset(null::payment, ${rowsJson([payment])}::text::json)`
    await writeApplications(ctx, { id, partyId }, applied)
    await changeExposure(ctx, [
      { entityId: entity.id, partyId, openReceivables: unapplied - amount, unappliedCash: unapplied },
    ])
    const title = `${input.method} ${input.reference ?? ''}`.trim()
    await indexSearch(
      ctx,
      [{ kind: 'payment', id, ref: number!, title, codes: [number!], text: input.reference ?? '', partyId }],
      { fresh: true },
    )
    ctx.emit(call, 'payment.recorded', { id, partyId })
    return { id, number: number!, unappliedMinor: unapplied, applied: said(open, applied) }
  },
})

const said = (open: readonly OpenInvoice[], applied: readonly { invoiceId: string; amount: number }[]) => {
  const byId = new Map(open.map((invoice) => [invoice.id, invoice]))
  return applied.map(({ invoiceId, amount }) => {
    const invoice = byId.get(invoiceId)!
    return { invoiceId, number: invoice.number, amountMinor: amount, openMinor: invoice.open - amount }
  })
}

export const applyPayment = command({
  title: 'Apply unapplied cash to invoices',
  route: 'POST /finance/payments/:paymentId/apply',
  permission: 'finance.pay',
  admits: { paymentId: 'payment', 'applyTo.invoiceId': 'invoice' },
  input: t.object({ paymentId: t.id('payment'), applyTo: t.optional(ApplyTo) }),
  output: t.object({ unappliedMinor: t.amount({ min: 0 }) }),
  emits: ['payment.applied'],
  async run({ paymentId, applyTo }, ctx, call) {
    const { sql, company } = ctx
    const [payment] = await sql<
      { id: string; partyId: string; entityId: string; currency: string; unapplied: number }[]
    >`
      select id, party_id, entity_id, currency, unapplied
        from payment
       where company_id = ${company} and id = ${paymentId}
         for update`
    if (!payment) throw notFound('payment')
    if (payment.unapplied === 0) throw new Refusal('nothing_unapplied', 'All of this payment is applied.')
    const open = await lockOpen(ctx, { ...payment, named: applyTo?.map((one) => one.invoiceId) ?? null })
    const { applied } = applyCash(
      payment.unapplied,
      open,
      applyTo?.map((one) => ({ invoiceId: one.invoiceId, amount: one.amountMinor })) ?? null,
    )
    const sum = applied.reduce((total, one) => total + one.amount, 0)
    if (sum === 0) throw new Refusal('nothing_open', 'This customer has no open invoice to apply it to.')
    const known = await sql`
      select 1
        from payment_application
       where company_id = ${company} and payment_id = ${paymentId} and invoice_id = any (${applied.map((one) => one.invoiceId)})`
    if (known.length > 0)
      throw new Refusal(
        'applied_before',
        'This payment pays that invoice already; one payment is applied to an invoice once.',
      )
    await writeApplications(ctx, payment, applied)
    const [left] = await sql<{ unapplied: number }[]>`
      update payment
         set unapplied = unapplied - ${sum}
       where company_id = ${company} and id = ${paymentId}
      returning unapplied`
    await changeExposure(ctx, [{ ...payment, openReceivables: -sum, unappliedCash: -sum }])
    ctx.emit(call, 'payment.applied', { id: paymentId, partyId: payment.partyId })
    return { unappliedMinor: left!.unapplied }
  },
})

export const payments = query({
  title: 'Payments, newest first',
  route: 'GET /finance/payments',
  permission: 'finance.read',
  admits: { customerId: 'party' },
  input: listInput({ customerId: t.optional(t.id('party')) }),
  output: page(
    t.object({
      id: t.id('payment'),
      number: t.text(),
      customerId: t.id('party'),
      customer: t.text(),
      on: t.date(),
      amountMinor: t.amount(),
      unappliedMinor: t.amount(),
      currency: t.currency(),
      method: Method,
      reference: t.text(),
    }),
  ),
  run: ({ customerId, ...input }, ctx) =>
    listPage(
      ctx,
      {
        from: `payment
          join party on party.company_id = payment.company_id and party.id = payment.party_id`,
        where: `payment.company_id = $1${customerId === undefined ? '' : ` and payment.party_id = '${customerId}'`}`,
        select: `payment.id, payment.number, payment.party_id as customer_id, party.name as customer, payment.received_on as "on", payment.amount as amount_minor,
          payment.unapplied as unapplied_minor, payment.currency, payment.method, payment.reference`,
        id: 'payment.id',
        columns: {
          number: { sql: 'payment.number', type: 'code' },
          customer: { sql: 'party.name', type: 'text' },
          on: { sql: 'payment.received_on', type: 'date' },
          amount: { sql: 'payment.amount', type: 'minor' },
          unapplied: { sql: 'payment.unapplied', type: 'minor' },
          currency: { sql: 'payment.currency', type: 'code' },
          method: { sql: 'payment.method', type: 'code' },
          reference: { sql: 'payment.reference', type: 'text' },
        },
        defaultSort: '-on',
        words: ['payment.number', 'party.name', 'payment.reference'],
      },
      input,
    ) as never,
})
