import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLoopback, readConfig } from './config.ts'

test('without any variable the app is on this machine alone, with its own database', () => {
  const config = readConfig({}, '/srv/shop')
  assert.equal(config.PORT, 4800)
  assert.equal(config.HOST, null)
  assert.equal(config.DATA_DIR, '/srv/shop/.entrepot')
  assert.equal(config.DATABASE_URL, null)
  assert.equal(config.RESERVE_MB, 128)
  assert.equal(config.production, false)
})

test('every mistake is told at once, and a secret is not repeated', () => {
  const env = {
    PORT: '80800',
    LOG_LEVEL: 'loud',
    METRICS_TOKEN: 'short-secret',
    TRUST_PROXY: 'true',
    HTTPS_CERT: '-----BEGIN CERTIFICATE-----',
  }
  assert.throws(
    () => readConfig(env, '/'),
    (error: Error) =>
      [
        '5 mistakes',
        'PORT: must be a whole number from 0 to 65535, not "80800"',
        'LOG_LEVEL',
        'METRICS_TOKEN: must be at least 24',
        'TRUST_PROXY',
        'HTTPS_KEY belong together',
      ].every((part) => error.message.includes(part)) && !error.message.includes('short-secret'),
  )
})

test('a secret may come from a file, from one place only, and a missing file is told', () => {
  const folder = mkdtempSync(join(tmpdir(), 'entrepot-config-'))
  const file = join(folder, 'url')
  writeFileSync(file, 'postgresql://me@localhost/shop\n')
  assert.equal(readConfig({ DATABASE_URL_FILE: file }, '/').DATABASE_URL, 'postgresql://me@localhost/shop')
  assert.throws(() => readConfig({ DATABASE_URL_FILE: file, DATABASE_URL: 'x' }, '/'), /both set/)
  assert.throws(() => readConfig({ DATABASE_URL_FILE: join(folder, 'gone') }, '/'), /there is no file/)
  rmSync(folder, { recursive: true })
})

test('a production start refuses to be killed on purpose', () => {
  assert.throws(
    () => readConfig({ NODE_ENV: 'production', ENTREPOT_STOP_AT: 'before_commit' }, '/'),
    /ENTREPOT_STOP_AT/,
  )
})

test('only this machine counts as loopback', () => {
  assert.deepEqual(
    ['localhost', '127.0.0.1', '127.1.2.3', '::1', '0.0.0.0', '::', '127.evil.com', '192.168.1.1'].map(isLoopback),
    [true, true, true, true, false, false, false, false],
  )
})
