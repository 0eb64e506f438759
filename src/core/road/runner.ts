import type { Logger } from 'pino'
import { type Actor, OneByOne, type Query } from '../capability.ts'
import { type Clock, elapsed } from '../clock.ts'
import { codeOf, isLostConnection, isRetryable, type Pool, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import type { NumberBlocks } from '../numbers.ts'
import { permits } from '../people/permissions.ts'
import { notFound, Refusal, Unavailable } from '../refusal.ts'
import { notAdmitted } from './admit.ts'
import {
  type Answer,
  type AuditRow,
  claimKeys,
  closeBatch,
  doneAnswer,
  inputHash,
  refusedAnswer,
  storedAnswers,
} from './answers.ts'
import { attempt, checkOutput, ctxFor, DryRun, replay } from './attempt.ts'
import { createQueues, type Waiting } from './queue.ts'
import { hideGuarded, type Registered, type Registry, redacted, validate } from './registry.ts'

export interface CallOptions {
  readonly key?: string
  readonly device?: string | null
  /** Runs and rolls back; answers what would have happened. */
  readonly dryRun?: boolean
  readonly deadlineMs?: number
}
export interface Runner {
  /** The door. Throws Refusal and Unavailable only for what is not stored (not permitted, invalid, busy). */
  answer(actor: Actor, name: string, input: unknown, options?: CallOptions): Promise<Answer>
  /** For callers in this process: the output itself, or the Refusal thrown. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows which capability it named
  run<O = any>(actor: Actor, name: string, input: unknown, options?: CallOptions): Promise<O>
  readonly registry: Registry
  readonly clock: Clock
}
export interface RunnerOptions {
  readonly registry: Registry
  readonly pool: Pool
  /** A connection beside the hot ones, for number blocks and security audit. */
  readonly side: Pool
  readonly numbers: NumberBlocks
  readonly clock: Clock
  readonly log: Logger
  readonly random?: () => number
  /** Told after each commit that wrote events: the relay. */
  readonly committed?: (company: string) => void
  /** False while the disk is too full to write. */
  readonly writable?: () => boolean
  /** Answers are held against their schema: on in tests, off in production. */
  readonly checkOutputs?: boolean
  readonly batching?: boolean
}

const DEADLINE_MS = 15_000
const MAX_IN_FLIGHT = 1_000

export const createRunner = (options: RunnerOptions): Runner => {
  const { registry, pool, side, clock, log } = options
  const random = options.random ?? Math.random
  const attempting = { ...options, random }

  /** Stores the no of a single command whose transaction was rolled back with all it wrote. */
  const storeRefusal = async (w: Waiting, refusal: Refusal): Promise<Answer> => {
    const answer = refusedAnswer(refusal)
    return pool.transaction(wholeCompany(w.actor.company), Math.max(1, w.until - elapsed()), async (sql) => {
      const claimed = await claimKeys(sql, w.actor.company, clock.now(), [w])
      if (!claimed.has(w.key)) return replay((await storedAnswers(sql, w.actor.company, [w.key])).get(w.key), w)
      await closeBatch(sql, w.actor.company, [{ key: w.key, ...answer }], [], [])
      return answer
    })
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  /** Runs a batch to its answers. Deadlocks and lost connections: again; any other throw: each call alone. */
  const execute = async (
    registered: Registered,
    waiting: readonly Waiting[],
    dryRun = false,
  ): Promise<(Answer | Error)[]> => {
    for (let again = 0; ; again += 1) {
      try {
        return await attempt(attempting, registered, waiting, dryRun)
      } catch (error) {
        if (error instanceof DryRun) return [error.answer]
        const mayRetry = again < 3 && waiting.every((w) => w.until > elapsed() + 50)
        // 25P02 is the complaint of a statement sent behind the one that failed, awaited first: the cause may be a deadlock.
        if (mayRetry && (isRetryable(error) || isLostConnection(error) || codeOf(error) === '25P02')) {
          await pause(isLostConnection(error) ? 100 * (again + 1) : 2 + random() * 20 * (again + 1))
          continue
        }
        if (error instanceof Unavailable) return waiting.map(() => error)
        if (isRetryable(error))
          return waiting.map(
            () => new Unavailable('busy', 'Others are working on the same records; try again with the same key.'),
          )
        if (codeOf(error) === '53100') return waiting.map(() => diskFull())
        if (error instanceof Refusal && waiting.length === 1) {
          if (dryRun) return [refusedAnswer(error)]
          return [await storeRefusal(waiting[0]!, error).catch((e: Error) => e)]
        }
        if (waiting.length > 1) {
          if (!(error instanceof OneByOne))
            log.warn(
              { err: error, capability: registered.name, calls: waiting.length },
              'batch failed, running its calls alone',
            )
          const alone: (Answer | Error)[] = []
          for (const w of waiting) alone.push(...(await execute(registered, [w])))
          return alone
        }
        return [error as Error]
      }
    }
  }

  const queues = createQueues(execute, options.batching ?? true)
  let inFlight = 0

  const deny = async (actor: Actor, registered: Registered, input: unknown, device: string | null): Promise<never> => {
    const now = clock.now()
    const row: AuditRow = {
      companyId: actor.company,
      id: uuidv7(now.getTime()),
      recordedAt: now,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      device,
      capability: registered.name,
      key: null,
      input: JSON.stringify(input ?? null).length < 4_000 ? redacted(registered, input ?? null) : {},
      outcome: 'denied',
    }
    await side
      .transaction(wholeCompany(actor.company), 5_000, (sql) => closeBatch(sql, actor.company, [], [row], []))
      .catch((err: unknown) => log.error({ err }, 'security audit failed'))
    throw new Refusal(
      'not_permitted',
      `You need the permission ${registered.capability.permission} for this. Ask your administrator.`,
      403,
    )
  }

  const runQuery = async (
    actor: Actor,
    registered: Registered,
    q: Query,
    input: unknown,
    deadlineMs: number,
  ): Promise<Answer> => {
    const until = elapsed() + deadlineMs
    const scope =
      q.sees === 'company'
        ? wholeCompany(actor.company)
        : { company: actor.company, sites: actor.sites, parties: actor.parties }
    const once = () =>
      pool.transaction(
        scope,
        until - elapsed(),
        async (sql) => {
          const refuseToEmit = () => {
            throw new Error('a query tells nothing')
          }
          const ctx = ctxFor(attempting, sql, actor.company, refuseToEmit, until)
          if (registered.capability.admits) {
            const strangers = await notAdmitted(sql, actor.company, registered, [
              { no: 0, actor, device: null, key: '', input },
            ])
            if (strangers.size > 0) throw notFound()
          }
          const output = await q.run(input as never, ctx, actor)
          hideGuarded(registered, output, (permission) => permits(actor.permissions, permission))
          if (options.checkOutputs) checkOutput(registered, output)
          return doneAnswer(output)
        },
        q.plans === 'by key' ? 'read by key' : 'read only',
      )
    // Reading twice does no harm: a connection that died while idle is not the caller's trouble.
    return once().catch((error: unknown) => (isLostConnection(error) ? once() : Promise.reject(error)))
  }

  const answer = async (actor: Actor, name: string, input: unknown, callOptions: CallOptions = {}): Promise<Answer> => {
    const registered = registry.byName.get(name)
    if (!registered) throw notFound('capability')
    const { capability } = registered
    const device = callOptions.device ?? null
    if (
      capability.permission !== 'public' &&
      capability.permission !== 'signed-in' &&
      !permits(actor.permissions, capability.permission)
    )
      return deny(actor, registered, input, device)
    // A role that needs a second factor: until it is set up, a person learns who they are and nothing more.
    if (actor.session?.mustEnrol && capability.permission !== 'public' && name !== 'auth.me')
      throw new Refusal('second_factor_needed', 'Your role needs a second factor: set it up first.', 403)
    validate(registered, input)
    const deadlineMs = callOptions.deadlineMs ?? capability.deadlineMs ?? DEADLINE_MS
    if (capability.is === 'query') return runQuery(actor, registered, capability, input, deadlineMs)
    if (options.writable && !options.writable()) throw diskFull()
    if (inFlight >= MAX_IN_FLIGHT)
      throw new Unavailable(
        'busy',
        'The server has more work than it can take; try again in a moment with the same key.',
        2,
      )
    const key = callOptions.key ?? uuidv7(clock.now().getTime())
    const waiting: Waiting = {
      actor,
      device,
      key,
      input,
      hash: inputHash(name, actor, input),
      until: elapsed() + deadlineMs,
      lines: capability.lines?.(input as never) ?? 1,
    }
    inFlight += 1
    try {
      const given =
        callOptions.dryRun || !capability.hot
          ? (await execute(registered, [waiting], callOptions.dryRun))[0]!
          : await queues.enqueue(registered, capability.guard(input as never), waiting)
      if (given instanceof Error) throw given
      return given
    } finally {
      inFlight -= 1
    }
  }

  return {
    registry,
    clock,
    answer,
    run: async (actor, name, input, callOptions) => {
      const { status, body } = await answer(actor, name, input, callOptions)
      const parsed = JSON.parse(body)
      if (status === 200) return parsed
      throw new Refusal(parsed.code, parsed.detail, status as Refusal['status'], parsed.errors)
    },
  }
}

const diskFull = () =>
  new Unavailable(
    'disk_full',
    'The disk is full: nothing can be written until space is made. Reading goes on.',
    30,
    507,
  )
