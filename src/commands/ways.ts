import { systemClock } from '../core/clock.ts'
import { createPool } from '../core/database/pool.ts'
import { createKernel, systemActor } from '../core/kernel.ts'
import { roadMatrix, type Send } from '../math/route/travel/services.ts'
import { fetchWays } from '../modules/delivery/index.ts'
import { modules } from '../modules.ts'
import type { Command } from './command.ts'
import { FriendlyError } from './friendly.ts'
import { createLogger } from './logger.ts'
import { companyOf, siteOf } from './named.ts'
import { openConfigured } from './openConfigured.ts'

const ANSWER_MS = 30_000
/** A server that the operator names, in a private network more often than not: no tenant can set it. */
const send: Send = async ({ method, url, body }) => {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(ANSWER_MS),
    redirect: 'error',
  })
  return { status: answer.status, body: await answer.text() }
}

/**
 * entrepot ways --site CODE --osrm URL | --valhalla URL [--profile driving] [--company NAME]: asks a road service for the ways
 * between a site and the doors of its open goods that are not known yet, and keeps them. To be run by hand or before the
 * routes of a day are planned. 0: done.
 */
export const run: Command = async (rest, options, config) => {
  const name = options.osrm !== undefined ? 'osrm' : 'valhalla'
  const url = options[name]
  if (
    rest.length > 0 ||
    typeof url !== 'string' ||
    (options.osrm !== undefined && options.valhalla !== undefined) ||
    !URL.canParse(url)
  )
    throw new FriendlyError(
      'entrepot ways --site CODE --osrm http://localhost:5000 | --valhalla http://localhost:8002 [--profile NAME] [--company NAME]',
    )
  const say = (line: string) => console.error(line)
  const { database } = await openConfigured(config, { clock: systemClock, log: say, share: true })
  const kernel = createKernel({
    app: database.app,
    modules,
    clock: systemClock,
    log: createLogger(config),
    poolSize: 2,
  })
  const owner = createPool(database.owner, 'entrepot_owner', 1, 'entrepot ways')
  try {
    const company = await companyOf(owner, options.company)
    const siteId = await siteOf(owner, company, options.site)
    if (siteId === undefined) throw new FriendlyError('say which site: --site CODE')
    const profile = typeof options.profile === 'string' ? options.profile : name === 'osrm' ? 'driving' : 'auto'
    const ways = await fetchWays(kernel.runner, systemActor(company, 'entrepot ways'), {
      siteId,
      source: name,
      roads: roadMatrix(name, url, profile, send),
    })
    say(`${ways} ways kept`)
    return 0
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || (error as Error).name === 'TimeoutError')
      throw new FriendlyError(`${name} at ${url} gave no ways: ${(error as Error).message}`, { cause: error })
    throw error
  } finally {
    await Promise.all([kernel.close(), owner.close()])
    await database.stop()
  }
}
