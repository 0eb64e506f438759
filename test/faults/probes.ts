/** Promises that no load shows: the constraint is there, and another site's order is not. */
import { withDatabase } from './database.ts'
import type { Node, Stage } from './stage.ts'

const BEYOND = [
  ['a pool may be allocated beyond its stock', 'update stock_pool set allocated = on_hand + 1 where company_id = $1'],
  ['a pool may go below nothing', 'update stock_pool set on_hand = -1, allocated = 0 where company_id = $1'],
  ['a bin may be tasked beyond its stock', 'update stock_balance set tasked = on_hand + 1 where company_id = $1'],
] as const

export const probes = async (stage: Stage, node: Node): Promise<string[]> => {
  const wrong: string[] = []
  await withDatabase(stage.database.superuser, async (db) => {
    for (const [what, text] of BEYOND) {
      await db.query('begin')
      const refused = await db.query(text, [stage.company]).then(
        (r) => r.rowCount === 0,
        (e: { code: string }) => e.code === '23514',
      )
      await db.query('rollback')
      if (!refused) wrong.push(what)
    }
  })
  const ask = (key: string, capability: string) =>
    fetch(`${node.url}/rpc/sales/${capability}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'x-dry-run': capability === 'order' ? '0' : '1',
      },
      body: JSON.stringify({ orderId: stage.elsewhere }),
    })
  for (const capability of ['order', 'confirm']) {
    if (!(await ask(stage.whole.key, capability)).ok)
      wrong.push(`the probe ${capability} is not let in where it may be`)
    const limited = await ask(stage.limited.key, capability)
    if (limited.status !== 404)
      wrong.push(`${capability} of another site's order is answered ${limited.status} to who may not see it`)
  }
  return wrong
}
