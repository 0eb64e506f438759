import { command, query } from '../capability.ts'
import type { Ctx } from '../ctx.ts'
import { notFound } from '../refusal.ts'
import { t } from '../t.ts'

/**
 * What may carry notes, attachments and links: kind of record → its table and the module whose `read` opens it. The row
 * itself is read under the caller's scope before anything hangs on it or is shown, so a foreign record is an unknown one.
 * Notes are talk among colleagues and take the module's `notes`: a customer reads their order, not what is said about it.
 */
export const carriers: Readonly<Record<string, { readonly table: string; readonly module: string }>> = {
  item: { table: 'item', module: 'catalog' },
  party: { table: 'party', module: 'parties' },
  site: { table: 'site', module: 'sites' },
  sales_order: { table: 'sales_order', module: 'sales' },
  shipment: { table: 'shipment', module: 'warehouse' },
  wave: { table: 'wave', module: 'warehouse' },
  invoice: { table: 'invoice', module: 'finance' },
  payment: { table: 'payment', module: 'finance' },
}
export const carrierKinds = ['item', 'party', 'site', 'sales_order', 'shipment', 'wave', 'invoice', 'payment'] as const
export type CarrierKind = (typeof carrierKinds)[number]

const Note = t.object({
  id: t.id('note'),
  body: t.text({ max: 4000 }),
  author: t.text(),
  at: t.moment(),
})

/** Newest first. */
export const notesOf = async ({ sql, company }: Ctx, kind: string, refId: string) => [
  ...(await sql<{ id: string; body: string; author: string; at: string }[]>`
    select id, body, author_name as author, recorded_at as at
      from note
     where company_id = ${company} and ref_id = ${refId} and kind = ${kind}
     order by id desc
     limit 500`),
]

const byKind = <K extends CarrierKind>(kind: K) => {
  const { table, module } = carriers[kind]!
  const [reading, noting] = [`${module}.read`, `${module}.notes`]
  const id = t.id(table)
  return {
    addNote: command({
      title: `Write a note on a ${kind.replace('_', ' ')}`,
      route: `POST /records/${kind}/:refId/notes`,
      permission: noting,
      admits: { refId: table },
      input: t.object({ refId: id, body: t.text({ min: 1, max: 4000, multiline: true }) }),
      output: t.object({ id: t.id('note') }),
      run: async ({ refId, body }, { sql, company, id: newId, now }, { actor }) => {
        const note = newId()
        await sql`
          insert into note (company_id, id, kind, ref_id, body, author_id, author_name, recorded_at)
          values (${company}, ${note}, ${kind}, ${refId}, ${body}, ${actor.id}, ${actor.name}, ${now})`
        return { id: note }
      },
    }),
    notes: query({
      title: `Notes on a ${kind.replace('_', ' ')}`,
      route: `GET /records/${kind}/:refId/notes`,
      permission: noting,
      admits: { refId: table },
      input: t.object({ refId: id }),
      output: t.object({ notes: t.list(Note, { max: 500 }) }),
      run: async ({ refId }, ctx) => ({ notes: await notesOf(ctx, kind, refId) }),
    }),
    attach: command({
      title: `Attach a stored file to a ${kind.replace('_', ' ')}`,
      route: `POST /records/${kind}/:refId/attachments`,
      permission: reading,
      admits: { refId: table, fileId: 'stored_file' },
      input: t.object({ refId: id, fileId: t.id('stored_file') }),
      output: t.object({ id: t.id('attachment') }),
      run: async ({ refId, fileId }, { sql, company, id: newId, now }, { actor }) => {
        // A file is its sender's until it hangs on a record: else any known id would open any file of the company.
        const [file] = await sql<{ own: boolean }[]>`
          select recorded_by = ${actor.id} as own from stored_file where company_id = ${company} and id = ${fileId}`
        if (!file?.own) throw notFound('file')
        const attachment = newId()
        await sql`
          insert into attachment (company_id, id, kind, ref_id, file_id, recorded_at)
          values (${company}, ${attachment}, ${kind}, ${refId}, ${fileId}, ${now})`
        return { id: attachment }
      },
    }),
    attachments: query({
      title: `Files of a ${kind.replace('_', ' ')}`,
      route: `GET /records/${kind}/:refId/attachments`,
      permission: reading,
      admits: { refId: table },
      input: t.object({ refId: id }),
      output: t.object({
        files: t.list(
          t.object({
            id: t.id('attachment'),
            fileId: t.id('stored_file'),
            name: t.text(),
            mediaType: t.text(),
            bytes: t.int(),
            at: t.moment(),
          }),
          { max: 500 },
        ),
      }),
      run: async ({ refId }, { sql, company }) => ({
        files: [
          ...(await sql<{ id: string; fileId: string; name: string; mediaType: string; bytes: number; at: string }[]>`
            select a.id, a.file_id, f.name, f.media_type, f.bytes, a.recorded_at as at
              from attachment a
              join stored_file f on f.company_id = a.company_id and f.id = a.file_id
             where a.company_id = ${company} and a.ref_id = ${refId} and a.kind = ${kind}
             order by a.id desc
             limit 500`),
        ],
      }),
    }),
  }
}

const camel = (kind: string) => kind.replaceAll(/_([a-z])/g, (_, c: string) => c.toUpperCase())

/** `itemAddNote`, `itemNotes`, `itemAttach`, `itemAttachments`, …: each under its module's permission and the record's scope. */
export const recordCapabilities = Object.fromEntries(
  carrierKinds.flatMap((kind) =>
    Object.entries(byKind(kind)).map(([name, capability]) => [
      `${camel(kind)}${name[0]!.toUpperCase()}${name.slice(1)}`,
      capability,
    ]),
  ),
)
