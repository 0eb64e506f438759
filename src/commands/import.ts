import { existsSync } from 'node:fs'
import { systemClock } from '../core/clock.ts'
import { createPool } from '../core/database/pool.ts'
import { createKernel, systemActor } from '../core/kernel.ts'
import { Refusal } from '../core/refusal.ts'
import { applyAll, checkFile } from '../modules/exchange/index.ts'
import { modules } from '../modules.ts'
import type { Command } from './command.ts'
import { FriendlyError } from './friendly.ts'
import { createLogger } from './logger.ts'
import { companyOf, siteOf } from './named.ts'
import { openConfigured } from './openConfigured.ts'

/**
 * entrepot import --profile NAME FILE [--dry-run]: the accounting as JSON on standard output, all else on standard
 * error. `--dry-run` reads and checks only. 0: applied or checked; 1: rows were
 * refused, the sums differ, or there was no import (said on standard error).
 */
export const run: Command = async ([path, ...rest], options, config) => {
  if (path === undefined || rest.length > 0 || typeof options.profile !== 'string')
    throw new FriendlyError(
      'entrepot import --profile online-retail FILE [--dry-run] [--site CODE] [--company NAME] [--sheet NAME]',
    )
  if (!existsSync(path)) throw new FriendlyError(`there is no file ${path}`)
  const say = (line: string) => console.error(line)
  const { database } = await openConfigured(config, { clock: systemClock, log: say, share: true })
  const kernel = createKernel({
    app: database.app,
    modules,
    clock: systemClock,
    log: createLogger(config),
    poolSize: 2,
  })
  const owner = createPool(database.owner, 'entrepot_owner', 1, 'entrepot import')
  try {
    const company = await companyOf(owner, options.company)
    const drive = {
      runner: kernel.runner,
      actor: systemActor(company, 'entrepot import'),
      profile: options.profile,
      siteId: await siteOf(owner, company, options.site),
      sheet: options.sheet as string | undefined,
    }
    const checked = await checkFile(drive, path)
    if (checked.state === 'refused') throw new FriendlyError(checked.note ?? 'the file was refused')
    say(`${checked.rowsTotal} rows read and checked, ${checked.errors} refused`)
    const done =
      options['dry-run'] === true
        ? checked
        : await applyAll(drive.runner, drive.actor, checked.id, (n, of) => say(`${n} of ${of} chunks applied`))
    // Plans made while these tables were small or empty must not live on.
    if (done !== checked) await owner.plain(120_000, (sql) => sql`analyze`)
    const { groups: _, ...accounting } = done.accounting
    console.log(JSON.stringify({ import: done.id, state: done.state, ...accounting }, null, 2))
    return done.errors > 0 || accounting.reconciles === false ? 1 : 0
  } catch (error) {
    if (error instanceof Refusal) throw new FriendlyError(error.detail, { cause: error })
    throw error
  } finally {
    await Promise.all([kernel.close(), owner.close()])
    await database.stop()
  }
}
