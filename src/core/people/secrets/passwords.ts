import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Refusal, Unavailable } from '../../refusal.ts'

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. About 30 ms of one core, off the event loop. */
export const argon2Parameters = { memory_kib: 19_456, passes: 2, lanes: 1, tag_bytes: 32, salt_bytes: 16 } as const

const derive = promisify(argon2)
const b64 = (bytes: Buffer): string => bytes.toString('base64').replace(/(?<!=)=+$/, '')

/**
 * As many at once as there are cores less one, and 100 may wait: a flood of sign-ins is refused at the door instead of
 * taking 19 MiB and a thread each.
 */
const AT_ONCE = Math.max(1, availableParallelism() - 1)
const MAX_WAITING = 100
let running = 0
let computed = 0
const waiting: (() => void)[] = []

const slow = async (password: string, salt: Buffer, memory: number, passes: number, lanes: number): Promise<Buffer> => {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING)
      throw new Unavailable('busy', 'Too many people are signing in right now; try again.', 2)
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    computed += 1
    return await derive('argon2id', {
      message: password.normalize('NFKC'),
      nonce: salt,
      parallelism: lanes,
      tagLength: argon2Parameters.tag_bytes,
      memory,
      passes,
    })
  } finally {
    // The place goes straight to the next in line, so that `running` never overshoots.
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
/** How many slow hashes this process has computed: the enumeration test counts them. */
export const hashesComputed = (): number => computed

/** PHC text: the parameters travel with the hash, so that they can be raised later. */
export const hashPassword = async (password: string): Promise<string> => {
  const { memory_kib: m, passes: t, lanes: p, salt_bytes } = argon2Parameters
  const salt = randomBytes(salt_bytes)
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${b64(salt)}$${b64(await slow(password, salt, m, t, p))}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
/** Made once per process from random bytes: what an unknown account's password is held against. */
let nobody: Promise<string> | undefined

/** Costs one argon2id in every case: no account, no password yet, wrong and right are alike to a stop-watch. */
export const passwordFits = async (password: string, stored: string | null): Promise<boolean> => {
  nobody ??= hashPassword(randomBytes(24).toString('base64url'))
  const [, m, t, p, salt, tag] = PHC.exec(stored ?? (await nobody)) ?? []
  if (!salt || !tag) throw new Error('a stored password hash is not argon2id')
  const expected = Buffer.from(tag, 'base64')
  const found = await slow(password, Buffer.from(salt, 'base64'), Number(m), Number(t), Number(p))
  return timingSafeEqual(found, expected) && stored !== null
}

/** Warms the hash of nobody, so that the first unknown account after a start is not slower than the next. */
export const warmPasswords = async (): Promise<void> => {
  nobody ??= hashPassword(randomBytes(24).toString('base64url'))
  await nobody
}

export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 200

/**
 * The 3,000 commonest passwords that are long enough to pass the length rule, most common first: from the frequency list
 * of zxcvbn 4.4.2 (Dropbox, MIT), lower case. Read when a password is first chosen.
 */
let common: Set<string> | undefined
const commonPasswords = (): Set<string> => {
  common ??= new Set(
    readFileSync(new URL('commonPasswords.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n'),
  )
  return common
}

/**
 * Length and commonness, nothing else: rules of composition make passwords worse (ASVS 6.2.5). `about` are words an
 * attacker tries first: the person's name and e-mail, the company, this product. Throws Refusal `weak_password`.
 */
export const demandGoodPassword = (password: string, about: readonly string[], path = 'password'): void => {
  const length = [...password].length
  const no = (detail: string) => {
    throw new Refusal('weak_password', detail, 422, [{ path, message: detail }])
  }
  if (length < PASSWORD_MIN) no(`A password needs at least ${PASSWORD_MIN} characters; 15 or more are better.`)
  if (length > PASSWORD_MAX) no(`A password has at most ${PASSWORD_MAX} characters.`)
  const plain = password.normalize('NFKC').toLowerCase()
  if (commonPasswords().has(plain))
    no('This is one of the 3,000 commonest passwords: guessers try it first. Choose another.')
  if (/^(.)\1*$/u.test(plain)) no('One character repeated is guessed first. Choose another.')
  const bare = plain.replace(/[^\p{L}]/gu, '')
  const known = [...about, 'entrepot']
    .flatMap((word) => [word, ...word.split(/[@\s.]+/)])
    .map((word) => word.toLowerCase().replace(/[^\p{L}]/gu, ''))
  if (known.some((word) => word.length >= 4 && bare === word))
    no('Your own name, your company or this product is guessed first. Choose another.')
}
