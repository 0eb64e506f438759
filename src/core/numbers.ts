import { type Pool, wholeCompany } from './database/pool.ts'

/**
 * Human numbers of orders and tasks come in blocks of 100 per process, taken in a transaction of their own, so that the
 * counter row is never held by a business transaction. Gaps are allowed here; invoices have their own gapless counter.
 */
export interface NumberBlocks {
  take(company: string, entityId: string, kind: string, count: number): Promise<string[]>
}
const BLOCK = 100

export const createNumberBlocks = (side: Pool): NumberBlocks => {
  const blocks = new Map<string, { prefix: string; next: number; end: number }>()
  const fetching = new Map<string, Promise<void>>()

  const fetchBlock = (at: string, company: string, entityId: string, kind: string, count: number): Promise<void> =>
    side.transaction(wholeCompany(company), 5_000, async (sql) => {
      const size = Math.max(BLOCK, count)
      const [row] = await sql<{ prefix: string; start: number }[]>`
        update number_series
           set next = next + ${size}
         where company_id = ${company} and entity_id = ${entityId} and kind = ${kind} and not gapless
        returning prefix, next - ${size} as start`
      if (!row) throw new Error(`there is no number series ${kind} for this entity`)
      blocks.set(at, { prefix: row.prefix, next: row.start, end: row.start + size })
    })

  return {
    take: async (company, entityId, kind, count) => {
      const at = `${company} ${entityId} ${kind}`
      const out: string[] = []
      while (out.length < count) {
        const block = blocks.get(at)
        if (block && block.next < block.end) {
          out.push(`${block.prefix}${block.next}`)
          block.next += 1
          continue
        }
        let busy = fetching.get(at)
        if (!busy) {
          busy = fetchBlock(at, company, entityId, kind, count - out.length).finally(() => fetching.delete(at))
          fetching.set(at, busy)
        }
        await busy
      }
      return out
    },
  }
}
