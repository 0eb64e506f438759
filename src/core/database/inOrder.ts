import { codeOf } from './failures.ts'
import type { Sql } from './pool.ts'

/** "Current transaction is aborted": the complaint of a statement that stood behind the one that failed. */
const ABORTED = '25P02'

/**
 * The client for one transaction: a statement leaves when it is written, so that statements written together
 * (`Promise.all`) reach the database in the order of the text. By itself the client sends a template one turn after it
 * is awaited: a lock written first left behind the update it was to protect.
 */
export const inOrder = (client: Sql): { readonly sql: Sql; cause(error: unknown): unknown } => {
  let first: unknown
  const sql = new Proxy(client, {
    apply(target, self, args) {
      const made = Reflect.apply(target, self, args)
      if (!Array.isArray(args[0]?.raw)) return made
      if (args.some((arg) => arg instanceof Promise))
        throw new Error('a statement stands inside a statement: it would be sent by itself; write it out')
      made.execute()
      made.catch((error: unknown) => {
        first ??= error
      })
      return made
    },
  })
  // Of several statements under way, a shallower promise may reject first, though its statement only stood behind.
  return { sql, cause: (error) => (codeOf(error) === ABORTED ? (first ?? error) : error) }
}

/** Waits for all, so that none is left behind; then the first failure that is the cause and not the complaint. */
export const allDone = async <T extends readonly unknown[]>(
  sent: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> => {
  const settled = await Promise.allSettled(sent)
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  if (failed.length > 0) throw failed.find((error) => codeOf(error) !== ABORTED) ?? failed[0]
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as never
}
