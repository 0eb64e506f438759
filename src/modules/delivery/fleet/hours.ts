import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { rowsJson } from '../../../core/database/pool.ts'
import { Refusal, refuseTwice } from '../../../core/refusal.ts'
import { type Static, t } from '../../../core/t.ts'

/** For doors that say nothing, until the site says otherwise: office hours, ten minutes. */
const USUAL = { opens: 8 * 60, closes: 17 * 60, serviceMinutes: 10 }
export type DoorRule = typeof USUAL

export const doorRule = async ({ sql, company }: Ctx, siteId: string): Promise<DoorRule> => {
  const [rule] = await sql<DoorRule[]>`
    select opens, closes, service_minutes
      from delivery_rule
     where company_id = ${company} and site_id = ${siteId}`
  return rule ?? USUAL
}

const minutes = (title: string) => t.int({ min: 0, max: 1440, title })
const ruleFields = {
  opens: minutes('Doors open, minutes after midnight'),
  closes: minutes('Doors close, minutes after midnight'),
  serviceMinutes: t.int({ min: 0, max: 480, title: 'Minutes at a door' }),
}

export const saveRule = command({
  title: 'Save when doors are open that say nothing',
  route: 'POST /delivery/rules',
  permission: 'delivery.fleet',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site'), ...ruleFields }),
  output: t.object({ saved: t.bool() }),
  async run({ siteId, ...rule }, { sql, company, now }) {
    if (rule.closes <= rule.opens)
      throw new Refusal('hours_refused', 'Doors close after they open.', 422, [
        { path: 'closes', message: 'later than they open' },
      ])
    const row = { companyId: company, siteId, ...rule, recordedAt: now }
    await sql`
      insert into delivery_rule
      select * from json_populate_recordset(null::delivery_rule, ${rowsJson([row])}::text::json)
      on conflict (company_id, site_id) do update
         set opens = excluded.opens, closes = excluded.closes, service_minutes = excluded.service_minutes, recorded_at = excluded.recorded_at`
    return { saved: true }
  },
})

const Door = t.object({
  addressId: t.id('address'),
  /** Minutes after midnight: open, close, open, close …, rising. Empty: as the site's rule says. */
  windows: t.list(minutes('Minutes after midnight'), { max: 8 }),
  serviceMinutes: t.optional(ruleFields.serviceMinutes),
})

/** When doors take goods in. Shifts and routes are planned by it from then on. */
export const saveHours = command({
  title: 'Save receiving hours of doors',
  route: 'POST /delivery/hours',
  permission: 'delivery.plan',
  admits: { 'doors.addressId': 'address' },
  input: t.object({ doors: t.list(Door, { min: 1, max: 2_000 }) }),
  output: t.object({ saved: t.int() }),
  lines: ({ doors }) => doors.length,
  async run({ doors }, { sql, company, now }) {
    refuseTwice(
      'doors',
      doors.map(({ addressId }) => addressId),
    )
    const errors = doors.flatMap(problems)
    if (errors.length > 0) throw new Refusal('hours_refused', errors[0]!.message, 422, errors.slice(0, 100))
    const known = await sql<{ id: string; partyId: string; serviceMinutes: number | null }[]>`
      select address.id, address.party_id, open.service_minutes
        from address
        left join receiving_hours open on open.company_id = ${company} and open.address_id = address.id
       where address.company_id = ${company} and address.id = any (${doors.map(({ addressId }) => addressId)})`
    const minutesOf = new Map(known.map((row) => [row.id, row.serviceMinutes]))
    const partyOf = new Map(known.map((row) => [row.id, row.partyId]))
    const closed = doors.filter(({ windows }) => windows.length === 0).map(({ addressId }) => addressId)
    if (closed.length > 0)
      await sql`delete from receiving_hours where company_id = ${company} and address_id = any (${closed})`
    const rows = doors
      .filter(({ windows }) => windows.length > 0)
      .map(({ addressId, windows, serviceMinutes }) => ({
        companyId: company,
        addressId,
        partyId: partyOf.get(addressId),
        windows,
        serviceMinutes: serviceMinutes ?? minutesOf.get(addressId) ?? USUAL.serviceMinutes,
        recordedAt: now,
      }))
    await sql`
      insert into receiving_hours
      select * from json_populate_recordset(null::receiving_hours, ${rowsJson(rows)}::text::json) as given
       order by given.address_id
      on conflict (company_id, address_id) do update
         set windows = excluded.windows, service_minutes = excluded.service_minutes, recorded_at = excluded.recorded_at`
    return { saved: doors.length }
  },
})

const problems = (
  { windows, serviceMinutes }: Static<typeof Door>,
  at: number,
): { path: string; message: string }[] => {
  if (windows.length === 0 && serviceMinutes !== undefined)
    return [
      { path: `doors.${at}.windows`, message: 'Minutes at the door are kept with its hours: say when it is open.' },
    ]
  if (windows.length % 2 === 1)
    return [{ path: `doors.${at}.windows`, message: 'Each opening has its closing: an even number of times.' }]
  const back = windows.findIndex((minute, k) => k > 0 && minute <= windows[k - 1]!)
  return back < 0
    ? []
    : [{ path: `doors.${at}.windows.${back}`, message: 'Later than the time before: open, close, open, close.' }]
}

export const hours = query({
  title: 'Receiving hours of a customer’s doors',
  route: 'GET /delivery/hours',
  permission: 'delivery.read',
  admits: { partyId: 'party' },
  input: t.object({ partyId: t.id('party') }),
  output: t.object({
    doors: t.list(
      t.object({
        addressId: t.id('address'),
        name: t.text(),
        city: t.text(),
        windows: t.list(t.int(), { max: 8 }),
        serviceMinutes: t.nullable(t.int()),
      }),
      { max: 500 },
    ),
  }),
  async run({ partyId }, { sql, company }) {
    const rows = await sql<never[]>`
      select address.id as address_id, address.name, address.city, coalesce(open.windows, '{}') as windows, open.service_minutes
        from address
        left join receiving_hours open on open.company_id = ${company} and open.address_id = address.id
       where address.company_id = ${company} and address.party_id = ${partyId} and address.active
       order by address.name, address.id
       limit 500`
    return { doors: rows }
  },
})
