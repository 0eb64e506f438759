import { query } from '../../core/capability.ts'
import { t } from '../../core/t.ts'

/**
 * What a code on the goods, on a pallet or on paper may mean: a lot or serial number (by its beginning), a plate's SSCC,
 * an item's lots, a recall. Scanned or typed, so no kind is asked first.
 */
export const find = query({
  title: 'Find what to trace',
  route: 'GET /trace/find',
  permission: 'trace.read',
  plans: 'by key',
  input: t.object({ text: t.text({ min: 1, max: 60 }) }),
  output: t.object({
    rows: t.list(
      t.object({
        kind: t.oneOf(['lot', 'serial', 'plate', 'recall']),
        id: t.text({ max: 36 }),
        code: t.text(),
        title: t.text({ max: 400 }),
        detail: t.nullable(t.text({ max: 400 })),
      }),
      { max: 100 },
    ),
  }),
  async run({ text }, { sql, company }) {
    const from = text.trim()
    const until = `${from}\u{10ffff}`
    const digits = from.replaceAll(/\D/g, '')
    const rows = await sql`
      (select 'lot' as kind, lot.id, lot.code, item.sku || ' ' || item.name as title, case when lot.held then 'on hold' else lot.expires_on::text end as detail
         from lot
         join item on item.company_id = ${company} and item.id = lot.item_id
        where lot.company_id = ${company} and lot.code >= ${from} and lot.code < ${until}
        order by lot.code, lot.id
        limit 25)
      union all
      (select 'lot', lot.id, lot.code, item.sku || ' ' || item.name, case when lot.held then 'on hold' else lot.expires_on::text end
         from item
         join lot on lot.company_id = ${company} and lot.item_id = item.id and not (lot.code >= ${from} and lot.code < ${until})
        where item.company_id = ${company} and item.sku = ${from}
        order by lot.id desc
        limit 25)
      union all
      (select 'serial', serial.id, serial.code, item.sku || ' ' || item.name, case when serial.in_stock then serial.status else 'left' end
         from serial
         join item on item.company_id = ${company} and item.id = serial.item_id
        where serial.company_id = ${company} and serial.code >= ${from} and serial.code < ${until}
        order by serial.code, serial.id
        limit 25)
      union all
      (select 'plate', lpn.id, lpn.sscc, lpn.kind, case when lpn.ended_at is null then place.code else 'broken up or gone' end
         from lpn
         join location place on place.company_id = ${company} and place.id = lpn.location_id
        where lpn.company_id = ${company} and lpn.sscc in (${digits}, right(${digits}, 18))
        limit 5)
      union all
      (select 'recall', id, number, reason, case when closed_at is null then 'open' else outcome end
         from recall
        where company_id = ${company} and number = upper(${from})
        limit 5)`
    return { rows } as never
  },
})
