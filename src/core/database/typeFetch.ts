import { isConnectionError } from './failures.ts'

/**
 * postgres.js asks each new connection for the array types, and when that connection dies meanwhile the rejection of that
 * one query has no owner (3.4.9, connection.js fetchArrayTypes): it ended the whole process with a database that was
 * killed under load, once in a few kills. Whoever waits for the connection is told by the pool; this rejection tells
 * nobody anything. Every other one without an owner is a bug and ends the process as before.
 */
const TYPE_FETCH = /from pg_catalog\.pg_type a\s+left join pg_catalog\.pg_type b/

const isTypeFetch = (error: unknown): boolean =>
  isConnectionError(error) && TYPE_FETCH.test(String((error as { query?: unknown }).query))

let installed = false
export const surviveTypeFetch = (): void => {
  if (installed) return
  installed = true
  process.on('unhandledRejection', (error) => {
    if (!isTypeFetch(error)) throw error
  })
}
