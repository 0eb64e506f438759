import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { argon2Parameters, demandGoodPassword, hashesComputed, hashPassword, passwordFits } from './passwords.ts'
import { readCode, typedCode } from './tokens.ts'
import { base32, totpAt, totpStep, totpUri } from './totp.ts'

test('one-time codes are those of RFC 6238, appendix B', () => {
  const key = (bytes: number) => Buffer.from('1234567890'.repeat(7).slice(0, bytes))
  const table: [number, string, string, string][] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ]
  for (const [seconds, sha1, sha256, sha512] of table) {
    const step = Math.floor(seconds / 30)
    assert.equal(totpAt(key(20), step, 8), sha1)
    assert.equal(totpAt(key(32), step, 8, 'sha256'), sha256)
    assert.equal(totpAt(key(64), step, 8, 'sha512'), sha512)
  }
})

test('a phone may be half a minute wrong, not a minute and a half', () => {
  const secret = Buffer.from('12345678901234567890')
  const now = new Date(1_234_567_890_000)
  const step = Math.floor(now.getTime() / 30_000)
  for (const off of [-1, 0, 1]) assert.equal(totpStep(secret, totpAt(secret, step + off), now), step + off)
  for (const off of [-3, -2, 2, 3]) assert.equal(totpStep(secret, totpAt(secret, step + off), now), null)
  const code = totpAt(secret, step)
  assert.equal(totpStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, now), step)
  for (const typed of ['', '12345', `${code}0`, '------', '１２３４５６'])
    assert.equal(totpStep(secret, typed, now), null)
})

test('base 32 is that of RFC 4648, section 10', () => {
  const table = { f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' }
  for (const [text, encoded] of Object.entries(table)) assert.equal(base32(Buffer.from(text)), encoded)
  assert.match(
    totpUri(Buffer.from('foobar'), 'A & B: Ltd', 'a@b.example'),
    /^otpauth:\/\/totp\/A%20%26%20B%20%20Ltd:a%40b\.example\?secret=MZXW6YTBOI&/,
  )
})

test('recovery codes have 60 bits and are read as typed', () => {
  const codes = Array.from({ length: 2000 }, typedCode)
  assert.equal(new Set(codes).size, 2000)
  for (const code of codes) assert.match(code, /^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/)
  assert.equal(readCode(' abcd efgh-jklm '), 'ABCDEFGHJKLM')
})

const about = ['Olive Owner', 'olive.owner@harbour.example', 'Harbour Trading']
const verdict = (password: string): string => {
  try {
    demandGoodPassword(password, about)
    return 'taken'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('a password of eight signs or of two hundred is taken, with spaces, any letters, and nothing it must be composed of', () => {
  const long = 'Correct horse battery staple, and then sixty-four characters of it'
  assert.ok(long.length >= 64)
  for (const password of [
    long,
    'zweihundert '.repeat(16).padEnd(200, 'x'),
    'kaltesbach',
    'пароль-длинный',
    '長い秘密の言葉です',
    '        x',
    '82736455',
    '🐎🔋📎🐎🔋📎🐎x',
  ])
    assert.equal(verdict(password), 'taken', password)
})

test('a password that is short, endless, one of the three thousand commonest, or about its owner is refused', () => {
  const refused = [
    'short',
    '1234567',
    'x'.repeat(201),
    'aaaaaaaaaaaa',
    'PassWord',
    'Password1',
    'qwertyuiop',
    'OliveOwner1',
    'harbour-trading',
    'olive.owner99',
    'Entrepot2026',
    '🐎🐎🐎🐎🐎🐎🐎',
  ]
  for (const password of refused) assert.equal(verdict(password), 'weak_password', password)
  const common = readFileSync(new URL('commonPasswords.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  assert.equal(new Set(common).size, 3000)
  for (const password of common) {
    assert.ok(password.length >= 8 && password === password.toLowerCase(), password)
    assert.equal(verdict(password.toUpperCase()), 'weak_password', password)
  }
})

test('passwords are kept as argon2id with 19 MiB and two passes, salted each time', async () => {
  assert.deepEqual(argon2Parameters, { memory_kib: 19_456, passes: 2, lanes: 1, tag_bytes: 32, salt_bytes: 16 })
  const [one, two] = await Promise.all([hashPassword('the same phrase'), hashPassword('the same phrase')])
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, two)
  assert.equal(await passwordFits('the same phrase', one), true)
  assert.equal(await passwordFits('the same phrasE', one), false)
})

test('composed and decomposed letters are one password, as keyboards differ', async () => {
  assert.equal(await passwordFits('Cafe\u0301 au lait', await hashPassword('Caf\u00e9 au lait')), true)
})

test('an account without a password costs an argon2id and never fits', async () => {
  await passwordFits('warm', null)
  const hashes = hashesComputed()
  assert.equal(await passwordFits('anything', null), false)
  assert.equal(hashesComputed() - hashes, 1)
})
