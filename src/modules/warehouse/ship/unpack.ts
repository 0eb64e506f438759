import type { Ctx } from '../../../core/ctx.ts'

/**
 * Takes allocations' goods out of cartons and shipments that have not left; what is then empty is no more. The shipments are
 * locked by who asks. @returns numbers of the shipments touched.
 */
export const unpack = async ({ sql, company }: Ctx, allocationIds: readonly string[]): Promise<string[]> => {
  const lines = await sql<{ id: string; shipmentId: string; number: string }[]>`
    select line.id, line.shipment_id, shipment.number
      from shipment_line line
      join shipment on shipment.company_id = ${company} and shipment.id = line.shipment_id and shipment.shipped_at is null
     where line.company_id = ${company} and line.allocation_id = any (${allocationIds as string[]})
     order by line.id`
  if (lines.length === 0) return []
  const ids = lines.map((line) => line.id)
  const shipments = [...new Set(lines.map((line) => line.shipmentId))]
  await sql`delete from shipment_serial where company_id = ${company} and shipment_line_id = any (${ids})`
  await sql`delete from carton_line where company_id = ${company} and shipment_line_id = any (${ids})`
  await sql`delete from shipment_line where company_id = ${company} and id = any (${ids})`
  const cartons = await sql<{ sscc: string }[]>`
    delete from carton
     where company_id = ${company} and shipment_id = any (${shipments})
       and not exists (select 1 from carton_line line where line.company_id = ${company} and line.carton_id = carton.id)
    returning sscc`
  const gone = await sql<{ id: string }[]>`
    delete from shipment
     where company_id = ${company} and id = any (${shipments})
       and not exists (select 1 from shipment_line line where line.company_id = ${company} and line.shipment_id = shipment.id)
    returning id`
  await sql`
    delete from search_entry
     where company_id = ${company} and kind = 'shipment'
       and (ref_id = any (${gone.map((row) => row.id)}) or ref_id = any (${shipments}) and word = any (${cartons.map((row) => row.sscc)}))`
  await sql`
    update shipment
       set weight_g = (select coalesce(sum(carton.weight_g), 0) from carton where carton.company_id = ${company} and carton.shipment_id = shipment.id)::int8, version = version + 1
     where company_id = ${company} and id = any (${shipments})`
  return [...new Set(lines.map((line) => line.number))]
}
