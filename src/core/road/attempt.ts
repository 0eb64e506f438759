import type { Logger } from 'pino'
import type { Call, Outcome } from '../capability.ts'
import { type Clock, elapsed } from '../clock.ts'
import type { Ctx } from '../ctx.ts'
import { type Pool, type Sql, wholeCompany } from '../database/pool.ts'
import { uuidv7 } from '../ids.ts'
import type { NumberBlocks } from '../numbers.ts'
import { permits } from '../people/permissions.ts'
import { notFound, Refusal } from '../refusal.ts'
import { stopPoint } from '../stopPoints.ts'
import { notAdmitted } from './admit.ts'
import {
  type Answer,
  type AuditRow,
  claimKeys,
  closeBatch,
  doneAnswer,
  type OutboxRow,
  refusedAnswer,
  storedAnswers,
} from './answers.ts'
import type { Waiting } from './queue.ts'
import { hideGuarded, keptBody, type Registered, type Registry, redacted } from './registry.ts'

export interface AttemptOptions {
  readonly registry: Registry
  readonly pool: Pool
  readonly numbers: NumberBlocks
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** Told after each commit that wrote events: the relay. */
  readonly committed?: (company: string) => void
  /** Answers are held against their schema: on in tests, off in production. */
  readonly checkOutputs?: boolean
}

/** Carries the answer out of a transaction that must not be kept. */
export class DryRun extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('dry run')
    this.answer = answer
  }
}

/** The world as one transaction sees it. */
export const ctxFor = (
  { clock, random, log, numbers }: Pick<AttemptOptions, 'clock' | 'random' | 'log' | 'numbers'>,
  sql: Sql,
  company: string,
  emit: Ctx['emit'],
  until: number,
): Ctx => {
  const now = clock.now()
  const ms = now.getTime()
  return {
    sql,
    company,
    now,
    id: () => uuidv7(ms),
    random,
    emit,
    log,
    left: () => until - elapsed(),
    numbers: (entityId, kind, count) => numbers.take(company, entityId, kind, count),
  }
}

/** What was answered to this key before; another request under the same key is refused. */
export const replay = (
  stored: { hash: string; status: number | null; body: string | null } | undefined,
  w: Waiting,
): Answer => {
  if (!stored) throw Object.assign(new Error('the key was released meanwhile'), { code: '40001' })
  if (stored.hash === w.hash && stored.status !== null) return { status: stored.status, body: stored.body ?? '' }
  return refusedAnswer(
    new Refusal(
      'key_reused',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
      422,
    ),
  )
}

export const checkOutput = (registered: Registered, output: unknown): void => {
  if (registered.checkOutput.Check(output)) return
  const errors = registered.checkOutput.Errors(output).slice(0, 3)
  throw new Error(
    `${registered.name} answers against its own schema: ${errors.map((e) => `${e.instancePath} ${e.message}`).join('; ')}`,
  )
}

/** One attempt at a batch: claim, admit, run, close, commit. Answers in the order of the calls. */
export const attempt = async (
  options: AttemptOptions,
  registered: Registered,
  waiting: readonly Waiting[],
  dryRun: boolean,
): Promise<Answer[]> => {
  const { registry, pool, clock } = options
  const { capability, name } = registered
  if (capability.is !== 'command') throw new Error('not a command')
  const first = waiting[0]!
  const company = first.actor.company
  const until = elapsed() + Math.max(1, Math.min(...waiting.map((w) => w.until)) - elapsed())
  let wrote = false
  const answers = await pool.transaction(
    wholeCompany(company),
    until - elapsed(),
    async (sql, last) => {
      const out: (Answer | undefined)[] = Array.from({ length: waiting.length })
      const calls: Call<unknown>[] = waiting.map((w, no) => ({
        no,
        actor: w.actor,
        device: w.device,
        key: w.key,
        input: w.input,
      }))
      const outbox: OutboxRow[] = []
      const auditIds = calls.map(() => uuidv7(clock.now().getTime()))
      const emitted = calls.map(() => new Set<string>())
      const ctx = ctxFor(
        options,
        sql,
        company,
        (call, type, row) => {
          const event = registry.events.get(type)
          if (!event) throw new Error(`event ${type} is not declared by any module`)
          emitted[call.no]!.add(type)
          outbox.push({
            companyId: company,
            id: ctx.id(),
            type,
            kind: event.kind,
            refId: row.id,
            version: event.version,
            permission: event.permission,
            siteId: row.siteId ?? null,
            otherSiteId: row.otherSiteId ?? null,
            partyId: row.partyId ?? null,
            capability: name,
            auditId: auditIds[call.no]!,
            recordedAt: ctx.now,
          })
        },
        until,
      )
      const claiming = dryRun
        ? Promise.resolve(new Set(waiting.map((w) => w.key)))
        : claimKeys(sql, company, ctx.now, waiting)
      claiming.catch(() => {})
      const [claimed, strangers] = await Promise.all([claiming, notAdmitted(sql, company, registered, calls)])
      const taken = waiting.filter((w) => !claimed.has(w.key))
      if (taken.length > 0) {
        const stored = await storedAnswers(
          sql,
          company,
          taken.map((w) => w.key),
        )
        for (const [no, w] of waiting.entries()) if (!claimed.has(w.key)) out[no] = replay(stored.get(w.key), w)
      }
      const admitted: Call<unknown>[] = []
      for (const call of calls) {
        if (out[call.no]) continue
        if (strangers.has(call.no)) out[call.no] = refusedAnswer(notFound())
        else admitted.push(call)
      }
      stopPoint('before_run')
      const outcomes: readonly Outcome<unknown>[] = !admitted.length
        ? []
        : capability.hot
          ? await capability.run(admitted, ctx)
          : [{ call: admitted[0]!.no, done: await capability.run(admitted[0]!.input as never, ctx, admitted[0]!) }]
      if (outcomes.length !== admitted.length)
        throw new Error(`${name} answered ${outcomes.length} of ${admitted.length} calls`)
      const audit: AuditRow[] = []
      for (const outcome of outcomes) {
        const { actor, device, key, input } = calls[outcome.call]!
        if ('refused' in outcome) {
          out[outcome.call] = refusedAnswer(outcome.refused)
          if (emitted[outcome.call]!.size > 0) throw new Error(`${name} emitted for a refused call`)
          continue
        }
        for (const type of capability.emits ?? [])
          if (!emitted[outcome.call]!.has(type)) throw new Error(`${name} was done without emitting ${type}`)
        hideGuarded(registered, outcome.done, (permission) => permits(actor.permissions, permission))
        if (options.checkOutputs) checkOutput(registered, outcome.done)
        out[outcome.call] = doneAnswer(outcome.done)
        audit.push({
          companyId: company,
          id: auditIds[outcome.call]!,
          recordedAt: ctx.now,
          actorKind: actor.kind,
          actorId: actor.id,
          actorName: actor.name,
          device,
          capability: name,
          key,
          input: redacted(registered, input),
          outcome: 'done',
        })
      }
      if (dryRun) throw new DryRun(out[0]!)
      const fresh = waiting.flatMap((w, no) =>
        claimed.has(w.key) ? [{ key: w.key, status: out[no]!.status, body: keptBody(registered, out[no]!) }] : [],
      )
      if (fresh.length > 0) last(closeBatch(sql, company, fresh, audit, outbox))
      wrote = outbox.length > 0
      return out as Answer[]
    },
    'read write',
    () => stopPoint('before_commit'),
  )
  stopPoint('after_commit_before_reply')
  if (wrote) options.committed?.(company)
  return answers
}
