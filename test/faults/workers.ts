/**
 * Row 13: a worker is killed between the effect of its job and the word that the job is done, one job after the other;
 * then one worker lives, and every job must run again within 60 s and have its effect once.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { withDatabase } from './database.ts'
import { endNode, type Stage, startNode } from './stage.ts'

export interface WorkersResult {
  readonly kills: number
  readonly resumed_s: readonly number[]
  readonly doubled: number
  readonly lost: number
  readonly wrong: readonly string[]
}

/** Shipments that stand packed: shipping one starts the job that bills it. */
const packedShipments = async (stage: Stage, count: number): Promise<string[]> => {
  const shipments: string[] = []
  for (let n = 0; n < count; n += 1) {
    const order = await stage.order([[n % stage.itemIds.length, 1]], n % 2)
    await stage.run('sales.confirm', { orderId: order.id })
    await stage.run('sales.release', { orderId: order.id })
    const wave = await stage.run('warehouse.createWave', { siteId: stage.siteId })
    const { tasks } = await stage.run('warehouse.pickList', { siteId: stage.siteId, waveId: wave.id })
    for (const task of tasks) await stage.run('warehouse.pick', { taskId: task.id, qty: task.qty })
    shipments.push((await stage.run('warehouse.pack', { orderId: order.id })).shipmentId)
  }
  return shipments
}

export const killWorkers = async (stage: Stage, count: number): Promise<WorkersResult> => {
  const { superuser, app, owner } = stage.database
  const wrong: string[] = []
  const shipments = await packedShipments(stage, count)
  const jobs = () =>
    withDatabase(superuser, async (db) => {
      const { rows } = await db.query<{ ref: string; worker: string | null }>(
        `select payload ->> 'ref' as ref, locked_by as worker from graphile_worker._private_jobs where payload ->> 'company' = $1`,
        [stage.company],
      )
      return new Map(rows.map((row) => [row.ref, row.worker]))
    })
  /** Moment at which the worker that last held the job was killed. */
  const killedAt = new Map<string, { worker: string | null; at: number }>()
  let kills = 0
  for (const shipmentId of shipments) {
    await stage.run('warehouse.ship', { shipmentId })
    const node = await startNode({ app, owner }, { stopAt: 'job_mid' })
    const until = performance.now() + 20_000
    while (node.alive && performance.now() < until) await wait(5)
    if (!node.alive && node.child.signalCode === 'SIGKILL') kills += 1
    else wrong.push(`a worker was not killed in the middle of its job: ${node.end()}`)
    await endNode(node)
    const at = performance.now()
    for (const [ref, worker] of await jobs())
      if (worker !== null && killedAt.get(ref)?.worker !== worker) killedAt.set(ref, { worker, at })
  }

  const node = await startNode({ app, owner })
  const resumed: number[] = []
  const until = performance.now() + 120_000
  for (let open = await jobs(); killedAt.size > 0 && performance.now() < until; open = await jobs()) {
    for (const [ref, { at }] of killedAt)
      if (!open.has(ref)) {
        resumed.push((performance.now() - at) / 1_000)
        killedAt.delete(ref)
      }
    await wait(50)
  }
  if (killedAt.size > 0) wrong.push(`${killedAt.size} jobs of killed workers did not run again within two minutes`)
  if (!node.alive) wrong.push(`a node died by itself, resuming jobs: ${node.end()}`)
  await endNode(node)

  const told = await withDatabase(superuser, async (db) => {
    const count = async (text: string, values: unknown[]): Promise<number> => (await db.query(text, values)).rows[0].n
    return {
      billed: await count(
        'select count(distinct shipment_id)::int as n from invoice where company_id = $1 and shipment_id = any ($2)',
        [stage.company, shipments],
      ),
      invoices: await count('select count(*)::int as n from invoice where company_id = $1', [stage.company]),
      done: await count(
        `select count(*)::int as n from audit_event where company_id = $1 and capability = 'finance.invoiceShipments' and outcome = 'done'`,
        [stage.company],
      ),
      parked: await count('select count(*)::int as n from parked_job where company_id = $1', [stage.company]),
    }
  })
  const lost = count - told.billed
  const doubled = Math.max(told.invoices - told.billed, told.done - count, 0)
  if (lost > 0) wrong.push(`${lost} shipments were not billed`)
  if (doubled > 0) wrong.push(`${told.invoices} invoices and ${told.done} effects for ${count} shipments`)
  if (told.parked > 0) wrong.push(`${told.parked} jobs were put aside`)
  const slow = resumed.filter((s) => s > 60)
  if (slow.length > 0) wrong.push(`${slow.length} jobs ran again after more than 60 s`)
  return { kills, resumed_s: resumed, doubled, lost, wrong }
}
