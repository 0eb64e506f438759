import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { settableClock, systemClock } from '../clock.ts'
import { lanCertificate } from './lanCertificate.ts'
import { qrModules, qrText } from './qr.ts'

const folder = mkdtempSync(join(tmpdir(), 'entrepot-lan-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test('a phone that trusts the authority opens the app by name and by address without a warning', async () => {
  const { cert, key, authority } = lanCertificate(join(folder, 'tls'), systemClock, ['192.168.7.8'])
  const server = createServer({ cert, key }, (socket) => socket.on('error', () => {}).end('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const greet = (options: object) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ...options }, () => {
        resolve(socket.authorized ? 'trusted' : 'not trusted')
        socket.destroy()
      })
      socket.on('error', reject)
    })
  assert.equal(await greet({ ca: authority }), 'trusted')
  assert.equal(await greet({ ca: authority, servername: 'localhost' }), 'trusted')
  await assert.rejects(greet({}), /self-signed certificate in certificate chain|unable to verify/)
  await assert.rejects(greet({ ca: authority, servername: 'bank.example.com' }), /does not match certificate/)
  server.close()
})

test('openssl finds chain, addresses and dates in order', {
  skip: hasOpenssl ? false : 'openssl is not installed',
}, () => {
  const at = join(folder, 'openssl')
  lanCertificate(at, systemClock, ['10.1.2.3'])
  const verify = (...args: string[]) =>
    execFileSync(
      'openssl',
      ['verify', '-x509_strict', '-CAfile', join(at, 'authority.crt'), ...args, join(at, 'server.crt')],
      { encoding: 'utf8' },
    )
  assert.match(verify('-verify_ip', '10.1.2.3', '-purpose', 'sslserver'), /OK/)
  assert.match(verify('-verify_hostname', 'localhost'), /OK/)
})

test('the authority cannot speak for an address outside the local network', {
  skip: hasOpenssl ? false : 'openssl is not installed',
}, () => {
  const at = join(folder, 'outside')
  lanCertificate(at, systemClock, ['8.8.8.8'])
  const { status, stderr, stdout } = spawnSync(
    'openssl',
    ['verify', '-CAfile', join(at, 'authority.crt'), join(at, 'server.crt')],
    { encoding: 'utf8' },
  )
  assert.notEqual(status, 0)
  assert.match(stdout + stderr, /permitted subtree violation/)
})

test('the same certificate is used again until it is due or the addresses change; the authority stays', () => {
  const at = join(folder, 'again')
  const clock = settableClock(new Date('2026-03-01T00:00:00Z'))
  const first = lanCertificate(at, clock, ['192.168.1.5'])
  assert.deepEqual(lanCertificate(at, clock, ['192.168.1.5']), first)
  const moved = lanCertificate(at, clock, ['192.168.1.6'])
  assert.notEqual(moved.cert, first.cert)
  assert.equal(moved.fingerprint, first.fingerprint)
  clock.advance(370 * 86_400_000)
  const renewed = lanCertificate(at, clock, ['192.168.1.6'])
  assert.notEqual(renewed.cert, moved.cert)
  assert.ok(new X509Certificate(renewed.cert).validToDate > new X509Certificate(moved.cert).validToDate)
  assert.equal(renewed.authority, first.authority)
})

test('QR codes are those that a reader read back (OpenCV to version 5, jsQR to 9, once for each)', () => {
  const digest = (text: string) =>
    createHash('sha256')
      .update(
        qrModules(text)
          .map((row) => row.map(Number).join(''))
          .join('\n'),
      )
      .digest('hex')
      .slice(0, 16)
  const read: Record<string, string> = {}
  for (const text of [
    'A',
    'http://192.168.1.20:4801/',
    'x'.repeat(32),
    `http://192.168.100.200:4801/?x=${'y'.repeat(40)}`,
    `https://${'z'.repeat(98)}`,
    ...[120, 150, 185, 225].map((n) => `${n} ${'otpauth:'.repeat(40)}`.slice(0, n)),
  ])
    read[text.slice(0, 20)] = digest(text)
  assert.deepEqual(read, {
    A: 'f195dbbdf146dae0',
    'http://192.168.1.20:': '6f94d2702f2f7a9f',
    xxxxxxxxxxxxxxxxxxxx: '0e97d2f45436e985',
    'http://192.168.100.2': 'b34032e4ebd69e45',
    'https://zzzzzzzzzzzz': '65c52b03e5e3714e',
    '120 otpauth:otpauth:': '8ac6cdcb2d3f54f3',
    '150 otpauth:otpauth:': 'f45687e977de8843',
    '185 otpauth:otpauth:': '118f79f51dec768b',
    '225 otpauth:otpauth:': '23492bf6a390fa2b',
  })
  assert.equal(qrText('A').split('\n').length, 15)
  assert.throws(() => qrModules('x'.repeat(231)), RangeError)
})
