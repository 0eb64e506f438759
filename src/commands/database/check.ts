import { check, checkPool, invariantsOf } from '../../core/check/check.ts'
import { systemClock } from '../../core/clock.ts'
import { modules } from '../../modules.ts'
import type { Command } from '../command.ts'
import { FriendlyError } from '../friendly.ts'
import { openConfigured } from '../openConfigured.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** entrepot check [--company ID] [--json]: every invariant, the rows looked at and the rows that differ; exit 1 if any does. */
export const run: Command = async (_words, options, config) => {
  const company = typeof options.company === 'string' ? options.company : null
  if (company !== null && !UUID.test(company)) throw new FriendlyError('--company takes the id of a company')
  const { database } = await openConfigured(config, {
    clock: systemClock,
    log: (line) => console.error(line),
    share: true,
  })
  const pool = checkPool(database.owner)
  try {
    const checked = await check(pool, invariantsOf(modules), { company })
    if (options.json) console.log(JSON.stringify(checked))
    else
      for (const { name, promise, examined, differing, first } of checked) {
        console.log(
          `${differing === 0 ? '✔' : '✘'} ${name.padEnd(28)} ${String(examined).padStart(9)} examined ${String(differing).padStart(5)} differ  ${promise}`,
        )
        for (const row of first) console.log(`    ${JSON.stringify(row)}`)
      }
    const broken = checked.filter((row) => row.differing > 0).length
    if (!options.json)
      console.log(
        broken === 0 ? `all ${checked.length} promises hold` : `${broken} of ${checked.length} promises are broken`,
      )
    return broken === 0 ? 0 : 1
  } finally {
    await pool.close()
    await database.stop()
  }
}
