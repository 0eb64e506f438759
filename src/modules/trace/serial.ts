import { query } from '../../core/capability.ts'
import { notFound } from '../../core/refusal.ts'
import { NIL, t } from '../../core/t.ts'
import { MOST_STEPS, Step, stepsOf, told } from './steps.ts'

/** One piece: its whole way, step by step, and where it is or was last seen. */
export const serial = query({
  title: 'Trace a serial number',
  route: 'GET /trace/serials/:serialId',
  permission: 'trace.read',
  plans: 'by key',
  admits: { serialId: 'serial' },
  input: t.object({ serialId: t.id('serial') }),
  output: t.object({
    serial: t.object({
      id: t.id('serial'),
      code: t.text(),
      itemId: t.id('item'),
      sku: t.text(),
      description: t.text({ max: 400 }),
      lotId: t.nullable(t.id('lot')),
      lot: t.nullable(t.text()),
      inStock: t.bool(),
      site: t.text(),
      location: t.text(),
      locationKind: t.text(),
      lpnId: t.nullable(t.id('lpn')),
      sscc: t.nullable(t.text()),
      owner: t.nullable(t.text()),
      status: t.text(),
    }),
    steps: t.list(Step, { max: MOST_STEPS }),
  }),
  async run({ serialId }, ctx) {
    const { sql, company } = ctx
    const [[row], steps] = await Promise.all([
      sql`
        select serial.id, serial.code, serial.item_id, item.sku, item.name as description, lot.id as lot_id, lot.code as lot, serial.in_stock, site.code as site,
               place.code as location, place.kind as location_kind, lpn.id as lpn_id, lpn.sscc, owner.name as owner, serial.status
          from serial
          join item on item.company_id = ${company} and item.id = serial.item_id
          join site on site.company_id = ${company} and site.id = serial.site_id
          join location place on place.company_id = ${company} and place.id = serial.location_id
          left join lot on lot.company_id = ${company} and lot.id = serial.lot_id
          left join lpn on lpn.company_id = ${company} and lpn.id = serial.lpn_id and serial.lpn_id <> ${NIL}
          left join party owner on owner.company_id = ${company} and owner.id = serial.owner_id
         where serial.company_id = ${company} and serial.id = ${serialId}`,
      stepsOf(ctx, { serialId }),
    ])
    if (!row) throw notFound('serial')
    return { serial: row, steps: told(steps) } as never
  },
})
