/**
 * A whole node for the tests of this folder: the real road, the real jobs, and a module whose commands leave a note for
 * each effect. Started with JOBS_DATABASE it is a process of its own, to be killed.
 */
import { type Actor, command, module } from '../capability.ts'
import { systemClock } from '../clock.ts'
import { type ConnectionOptions, createPool } from '../database/pool.ts'
import { createNumberBlocks } from '../numbers.ts'
import { Refusal } from '../refusal.ts'
import { createRegistry } from '../road/registry.ts'
import { createRunner } from '../road/runner.ts'
import { NIL, t } from '../t.ts'
import { type Events, type EventsOptions, events, startEvents, webhooks } from './index.ts'
import { quiet } from './testKit.ts'

const effect = (how: 'good' | 'throws' | 'hangs' | 'refuses') =>
  command({
    title: `A job that ${how}`,
    route: `POST /things/${how}`,
    permission: 'things.work',
    input: t.object({ id: t.id('thing'), tick: t.optional(t.text()) }),
    output: t.object({}),
    run: async ({ id, tick }, ctx, call) => {
      if (how === 'throws' && !mended.throws) throw new Error('poison')
      if (how === 'refuses' && !mended.refuses) throw new Refusal('not_now', 'Not today.')
      if (how === 'hangs') await new Promise(() => {})
      await ctx.sql`
        insert into note (company_id, id, kind, ref_id, body, author_id, author_name, recorded_at)
        values (${ctx.company}, ${ctx.id()}, ${tick ?? 'thing'}, ${id}, ${call.key}, ${NIL}, 'job', ${ctx.now})`
      return {}
    },
  })
export const mended = { throws: false, refuses: false }

const on = (event: string, run: string) => ({ event, run, input: ({ id }: { id: string }) => ({ id }) })
const told = { kind: 'thing', permission: 'things.read', version: 1 }
export const things = module({
  name: 'things',
  capabilities: { good: effect('good'), throws: effect('throws'), hangs: effect('hangs'), refuses: effect('refuses') },
  events: { 'thing.good': told, 'thing.throws': told, 'thing.hangs': told, 'thing.refuses': told },
  on: [
    on('thing.good', 'things.good'),
    on('thing.throws', 'things.throws'),
    on('thing.hangs', 'things.hangs'),
    on('thing.refuses', 'things.refuses'),
  ],
  every: [{ at: 'minutely', run: 'things.good', input: { id: NIL, tick: 'tick' } }],
})
export const modules = [events, webhooks, things]

export const systemActor = (company: string): Actor => ({
  kind: 'system',
  id: NIL,
  name: 'system',
  company,
  permissions: new Set(['*']),
  sites: null,
  parties: null,
})

export const startNode = async (
  app: ConnectionOptions,
  owner: ConnectionOptions,
  options: Partial<EventsOptions> = {},
): Promise<Events & { runner: ReturnType<typeof createRunner> }> => {
  const pool = createPool(app, 'entrepot_app', 4, 'test node')
  const side = createPool(app, 'entrepot_app', 1, 'test side')
  const ownerPool = createPool(owner, 'entrepot_owner', 3, 'test node owner')
  const clock = options.clock ?? systemClock
  const started: { events?: Events } = {}
  const runner = createRunner({
    registry: createRegistry(modules),
    pool,
    side,
    numbers: createNumberBlocks(side),
    clock,
    log: quiet,
    checkOutputs: true,
    committed: () => started.events?.poke(),
  })
  const node = await startEvents({
    ownerPool,
    pgOptions: owner,
    modules,
    log: quiet,
    call: (company, capability, input, key) =>
      runner.run(systemActor(company), capability, input, { key, deadlineMs: options.timeLimitMs }),
    ...options,
    clock,
  })
  started.events = node
  return {
    ...node,
    runner,
    stop: async () => {
      await node.stop()
      await Promise.all([pool.close(), side.close(), ownerPool.close()])
    },
  }
}

if (process.env.JOBS_DATABASE) {
  const { app, owner, leaseMs } = JSON.parse(process.env.JOBS_DATABASE) as {
    app: ConnectionOptions
    owner: ConnectionOptions
    leaseMs: number
  }
  await startNode(app, owner, { leaseMs, pollMs: 20 })
}
