import type { Ctx } from './ctx.ts'
import type { Refusal } from './refusal.ts'
import type { TObject, TSchema } from './t.ts'

/** Who acts. `sites` and `parties` null: not limited. A limited actor sees and touches only rows of those. */
export interface Actor {
  readonly kind: 'user' | 'key' | 'system'
  readonly id: string
  readonly name: string
  readonly company: string
  readonly permissions: ReadonlySet<string>
  readonly sites: readonly string[] | null
  readonly parties: readonly string[] | null
  /** Of a person signed in: when they last proved who they are (ms), and whether they must enrol a second factor first. */
  readonly session?: { readonly provedAt: number; readonly secondFactor: boolean; readonly mustEnrol: boolean }
}

/** One call of a batch, as `run` sees it. `no` is its place in the batch and its order in the serial equivalent. */
export interface Call<I> {
  readonly no: number
  readonly actor: Actor
  readonly device: string | null
  readonly key: string
  readonly input: I
}
export type Outcome<O> =
  | { readonly call: number; readonly done: O }
  | { readonly call: number; readonly refused: Refusal }

export const done = <O>(call: { no: number }, output: O): Outcome<O> => ({ call: call.no, done: output })
export const refuse = <O = never>(call: { no: number }, refusal: Refusal): Outcome<O> => ({
  call: call.no,
  refused: refusal,
})

/** Thrown by a hot command that cannot decide these calls together: each is run alone, in its order. No fault. */
export class OneByOne extends Error {}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** `POST /sales/orders/:id/confirm`: path parameters are fields of the input. */
export type Route = `${Method} /${string}`

interface Common<I, O> {
  readonly title: string
  readonly route: Route
  /** `public`: no sign-in needed. `signed-in`: any actor. Else the permission's name. */
  readonly permission: string
  readonly input: TObject<I>
  readonly output: TSchema<O>
  /**
   * Input paths (`lineIds`, `lines.itemId`) → table of that row, or tables of which one has to hold it. Checked under the
   * caller's scope before `run`.
   */
  readonly admits?: Readonly<Record<string, string | readonly string[]>>
  readonly deadlineMs?: number
}
interface QuerySaid<I, O> extends Common<I, O> {
  /** Counts beyond the caller's sites and parties (ATP, price): returns numbers and dates only. See core/scope.ts. */
  readonly sees?: 'company'
  /** Few rows, found by key in tables without end: planned like a command (core/database/pool.ts), never as a scan. */
  readonly plans?: 'by key'
  readonly run: (input: I, ctx: Ctx, actor: Actor) => Promise<NoInfer<O>>
}
interface CommandSaid<I, O> extends Common<I, O> {
  /** Events a done call must have emitted (invariant 18). */
  readonly emits?: readonly string[]
  /** Rows the input brings, for the 2,000-line bound of a batch. Default 1. */
  readonly lines?: (input: I) => number
}
interface SingleSaid<I, O> extends CommandSaid<I, O> {
  readonly run: (input: I, ctx: Ctx, call: Call<I>) => Promise<NoInfer<O>>
}
interface BatchSaid<I, O> extends CommandSaid<I, O> {
  /** Keys that no two calls of one batch may share (order id, credit account). */
  readonly guard: (input: I) => readonly string[]
  readonly run: (calls: readonly Call<I>[], ctx: Ctx) => Promise<readonly Outcome<NoInfer<O>>[]>
}

export interface Query<I = unknown, O = unknown> extends QuerySaid<I, O> {
  readonly is: 'query'
}
/** A command of one call at a time: may throw a Refusal, which rolls its writes back and is stored as its answer. */
export interface SingleCommand<I = unknown, O = unknown> extends SingleSaid<I, O> {
  readonly is: 'command'
  readonly hot?: false
}
/** A hot command: many calls at once, set-wise. lock → decide → write; writes only rows of `done` calls. */
export interface BatchCommand<I = unknown, O = unknown> extends BatchSaid<I, O> {
  readonly is: 'command'
  readonly hot: true
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds capabilities of every input and output
export type Capability = Query<any, any> | SingleCommand<any, any> | BatchCommand<any, any>

export const query = <I, O>(q: QuerySaid<I, O>): Query<I, O> => ({ is: 'query', ...q })
export const command = <I, O>(c: SingleSaid<I, O>): SingleCommand<I, O> => ({ is: 'command', ...c })
export const batchCommand = <I, O>(c: BatchSaid<I, O>): BatchCommand<I, O> => ({ is: 'command', hot: true, ...c })

export type InputOf<C> = C extends { readonly input: TSchema<infer I> } ? I : never
export type OutputOf<C> = C extends { readonly output: TSchema<infer O> } ? O : never

/** An event's name → the kind of row its id is of, who may hear it, its schema's version. */
export interface EventDeclaration {
  readonly kind: string
  readonly permission: string
  readonly version: number
}

export interface Module<C extends Record<string, Capability> = Record<string, Capability>> {
  readonly name: string
  readonly capabilities: C
  readonly events: Readonly<Record<string, EventDeclaration>>
  /** What runs by itself: after an event, or each day/hour/minute. The key of the call is the outbox position or the slot. */
  readonly on: readonly {
    readonly event: string
    readonly run: string
    readonly input: (event: { id: string }) => unknown
  }[]
  readonly every: readonly { readonly at: string; readonly run: string; readonly input?: unknown }[]
  /** Invariants as SQL: each view answers with the rows that break it. See core/check.ts. */
  readonly invariants: readonly Invariant[]
}

export interface Invariant {
  readonly name: string
  /** What is promised, in words. */
  readonly promise: string
  /** `select company_id, …` of the rows that differ: none when all is well. */
  readonly differing: string
  /** `select count(*)::int8 …`: rows looked at, so that a check over nothing is seen. */
  readonly examined: string
}

export const module = <C extends Record<string, Capability>>(
  m: { name: string; capabilities: C } & Partial<Omit<Module<C>, 'name' | 'capabilities'>>,
): Module<C> => ({ events: {}, on: [], every: [], invariants: [], ...m })
