import { Unavailable } from '../refusal.ts'

const connectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '53300',
])
export const isConnectionError = (error: unknown): boolean => connectionCodes.has(codeOf(error))
export const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')
/** Serialization failure, deadlock, lock not available: the same batch may succeed when run again. */
export const isRetryable = (error: unknown): boolean => ['40001', '40P01', '55P03'].includes(codeOf(error))

class LostConnection extends Unavailable {
  readonly lost = true
}
export const lostConnection = (cause: unknown): Unavailable =>
  Object.assign(
    new LostConnection(
      'database_unavailable',
      'The database cannot be reached right now; try again with the same key.',
      2,
    ),
    { cause },
  )
export const isLostConnection = (error: unknown): boolean => error instanceof LostConnection
