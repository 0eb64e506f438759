import type { Pool } from '../../database/pool.ts'
import { Refusal } from '../../refusal.ts'
import { digest } from './tokens.ts'

/**
 * Lock-out, shared by all nodes because it is one row in PostgreSQL. Ten guesses per account in any 15 minutes (trust row
 * 34). A device the person has signed in from counts for itself, so a stranger never locks the owner out. An address
 * may guess 100 times over all accounts, which slows one password tried on everybody; loopback is not counted, because
 * behind an undeclared proxy it would be everybody.
 */
export const guessLimits = { minutes: 15, account: 10, device: 10, address: 100 } as const

export interface Guess {
  readonly key: string
  readonly most: number
}
export interface Guesser {
  readonly email: string
  /** Digest of the device's token when it is known to belong to this account. */
  readonly device: string | null
  readonly address: string
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|::ffff:127\.|$)/.test(address)

export const guessesOf = ({ email, device, address }: Guesser): Guess[] => {
  if (device !== null) return [{ key: `device ${digest(email)} ${device}`, most: guessLimits.device }]
  const account = { key: `account ${digest(email)}`, most: guessLimits.account }
  return isLoopback(address) ? [account] : [account, { key: `address ${address}`, most: guessLimits.address }]
}

export class Locked extends Refusal {
  /** The first refusal of a lock is audited, the ten thousand after it are not. */
  readonly first: boolean
  constructor(first: boolean) {
    super(
      'locked',
      `Too many tries. Wait ${guessLimits.minutes} minutes, or sign in from a device you have used before.`,
      429,
    )
    this.first = first
  }
}

/** Counted before it is judged. Throws Locked when one of the counts is full. */
export const countGuess = async (pool: Pool, guesses: readonly Guess[], at: Date): Promise<void> => {
  for (const { key, most } of guesses) {
    const [row] = await pool.plain(
      5_000,
      (sql) =>
        sql<
          { answer: string }[]
        >`select auth_guess(${key}, ${at}, ${most}, make_interval(mins => ${guessLimits.minutes})) as answer`,
    )
    if (row?.answer !== 'counted') throw new Locked(row?.answer === 'refused_first')
  }
}

/** It was right after all: take this one guess back. */
export const forgiveGuess = async (pool: Pool, guesses: readonly Guess[], at: Date): Promise<void> => {
  for (const { key } of guesses) await pool.plain(5_000, (sql) => sql`select auth_right(${key}, ${at})`)
}
