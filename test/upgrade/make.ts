/**
 * node start.mjs --run test/upgrade/make.ts 0002: writes test/upgrade/0002.gz, a small company as this build leaves it.
 * Once per release, before its tag; a file that stands there is never made again, or it would prove nothing about the past.
 */
import { existsSync } from 'node:fs'
import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { settableClock } from '../../src/core/clock.ts'
import { readConfig } from '../../src/core/config.ts'
import { connectOnce } from '../../src/core/database/roles.ts'
import { createKernel } from '../../src/core/kernel.ts'
import { modules } from '../../src/modules.ts'
import { freshDatabase } from '../harness.ts'
import { sampleCompany } from './company.ts'
import { takeDump, writeDump } from './dump.ts'

const [name = '', force] = process.argv.slice(2)
if (!/^\d{4}$/.test(name)) throw new Error('usage: make.ts NNNN [--again]')
const path = new URL(`${name}.gz`, import.meta.url).pathname
if (existsSync(path) && force !== '--again') throw new Error(`${name}.gz exists; --again only before its release`)

const log = pino({ level: 'silent' })
const clock = settableClock(new Date('2026-11-23T08:00:00Z'))
const fresh = await freshDatabase()
const superuser = connectOnce(fresh.superuser)
await superuser.unsafe(`grant create on database ${fresh.superuser.database} to entrepot_owner`)
await superuser.end()
const database = { ...fresh, kind: 'embedded' as const, writable: () => true }
const app = await createApp({ database, config: readConfig({}, '.'), clock, log, tls: null, dev: false })
const kernel = createKernel({ app: fresh.app, modules, clock, log, poolSize: 2, checkOutputs: true })
await sampleCompany({ kernel, clock })
await kernel.close()
await app.close()
const dump = await takeDump(fresh.owner)
const bytes = writeDump(path, dump)
console.log(`${name}.gz: ${dump.tables.length} tables, ${bytes} bytes, under ${dump.migrations.at(-1)?.name}`)
