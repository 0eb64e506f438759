/** Migrates one probe file more than the checkout has; migrate.test.ts lets a stop point kill it. */
import { createHash } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { migrate, readMigrations } from './migrate.ts'

const text =
  'create table probe (company_id uuid not null, id uuid not null, primary key (company_id, id)); create table probe_two (company_id uuid primary key); insert into probe_two values (gen_random_uuid());'
const probe = { name: '9001_stock_probe.sql', text, hash: createHash('sha256').update(text).digest('hex') }
await migrate(JSON.parse(process.env.OWNER!), {
  clock: systemClock,
  log: () => {},
  files: [...readMigrations(), probe],
})
