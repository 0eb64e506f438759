import { command, query } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import { type Static, t } from '../../../core/t.ts'

const fields = {
  /** Days within which each bin of a class is counted; 0: never by itself. */
  aDays: t.int({ min: 0, max: 3650, title: 'days between counts, A items' }),
  bDays: t.int({ min: 0, max: 3650, title: 'days between counts, B items' }),
  cDays: t.int({ min: 0, max: 3650, title: 'days between counts, C items' }),
  afterMoves: t.int({ min: 0, max: 1_000_000, title: 'count after so many moves of a bin (0: no)' }),
  zeroBins: t.bool(),
  dailyLimit: t.int({ min: 0, max: 10_000, title: 'most counts asked for in a day' }),
  tolerancePpm: t.int({ min: 0, max: 1_000_000, title: 'tolerated difference, millionths of the books' }),
  toleranceQty: t.qty(),
  toleranceMicro: t.priceMicro(),
}
const Program = t.object(fields)
export type CountProgram = Static<typeof Program>

/** A site that said nothing counts what pickers found short, and believes nobody without a second look. */
export const noProgram: CountProgram = {
  aDays: 0,
  bDays: 0,
  cDays: 0,
  afterMoves: 0,
  zeroBins: false,
  dailyLimit: 0,
  tolerancePpm: 0,
  toleranceQty: 0,
  toleranceMicro: 0,
}

export const readProgram = async ({ sql, company }: Ctx, siteId: string): Promise<CountProgram> => {
  const [row] = await sql<CountProgram[]>`
    select a_days, b_days, c_days, after_moves, zero_bins, daily_limit, tolerance_ppm, tolerance_qty, tolerance_micro
      from count_program
     where company_id = ${company} and site_id = ${siteId}`
  return row ?? noProgram
}

/** Every tolerance must hold: a cheap item may differ by many, a dear one by none. Exact counts always do. */
export const isWithin = (program: CountProgram, expected: number, variance: number, varianceMicro: number): boolean =>
  variance === 0 ||
  (Math.abs(variance) <= program.toleranceQty &&
    Math.abs(variance) * 1_000_000 <= expected * program.tolerancePpm &&
    Math.abs(varianceMicro) <= program.toleranceMicro)

export const countProgram = query({
  title: 'How a site counts',
  route: 'GET /warehouse/count-program',
  permission: 'warehouse.read',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site') }),
  output: Program,
  run: ({ siteId }, ctx) => readProgram(ctx, siteId),
})

export const saveCountProgram = command({
  title: 'Say how a site counts',
  route: 'PUT /warehouse/count-program',
  permission: 'warehouse.adjust',
  admits: { siteId: 'site' },
  input: t.object({ siteId: t.id('site'), ...fields }),
  output: Program,
  async run({ siteId, ...p }, { sql, company }) {
    await sql`
      insert into count_program as old (company_id, site_id, a_days, b_days, c_days, after_moves, zero_bins, daily_limit, tolerance_ppm, tolerance_qty, tolerance_micro, version)
      values (${company}, ${siteId}, ${p.aDays}, ${p.bDays}, ${p.cDays}, ${p.afterMoves}, ${p.zeroBins}, ${p.dailyLimit}, ${p.tolerancePpm}, ${p.toleranceQty}, ${p.toleranceMicro}, 1)
      on conflict (company_id, site_id) do update
         set a_days = excluded.a_days, b_days = excluded.b_days, c_days = excluded.c_days, after_moves = excluded.after_moves,
             zero_bins = excluded.zero_bins, daily_limit = excluded.daily_limit, tolerance_ppm = excluded.tolerance_ppm,
             tolerance_qty = excluded.tolerance_qty, tolerance_micro = excluded.tolerance_micro, version = old.version + 1`
    return p
  },
})
