import type { InputOf, OutputOf } from '../../../core/capability.ts'

/** RFC 9457 as the server writes it. `path` of an error is that of the input: `/lines/3/qty`. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  errors?: { path: string; message: string }[]
}

export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}

/** `key`: idempotency key. A command sent again under its key gets its stored answer, so a retry never acts twice. */
export interface CallOptions {
  key?: string
  signal?: AbortSignal
  /** Says what a command would do, and does nothing. */
  dryRun?: boolean
}
export interface Call<I, O> {
  (input: I, options?: CallOptions): Promise<O>
  readonly at: readonly [module: string, capability: string]
}
export type InputOfCall<C> = C extends Call<infer I, unknown> ? I : never
export type OutputOfCall<C> = C extends Call<never, infer O> ? O : never
/** One client per module: a mapped type over all capabilities at once would cost the type-checker seconds on every edit. */
export type Client<M extends { capabilities: object }> = {
  readonly [K in keyof M['capabilities']]: Call<InputOf<M['capabilities'][K]>, OutputOf<M['capabilities'][K]>>
}

const listeners = new Set<() => void>()
/** Called when the server says that nobody is signed in (any more). */
export const onSignedOut = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** crypto.randomUUID exists only in secure contexts; a handheld may reach the app over plain HTTP in a lab. */
export const newKey = (): string => {
  if (crypto.randomUUID) return crypto.randomUUID()
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

const offline = (): ApiError =>
  new ApiError({
    type: 'about:blank',
    title: 'The server cannot be reached',
    status: 0,
    code: 'offline',
    detail: 'Check the network, then try again. Nothing was lost: what you sent is safe to send again.',
  })

async function problemOf(response: Response): Promise<Problem> {
  const fallback = {
    type: 'about:blank',
    title: response.statusText || 'The server gave no answer',
    status: response.status,
  }
  try {
    const body = (await response.json()) as Partial<Problem>
    return { code: 'unknown', detail: '', ...fallback, ...body }
  } catch {
    return { ...fallback, code: 'unknown', detail: 'Try again; if it stays, the log of the server says why.' }
  }
}

/** Sends one call through the web door. Throws ApiError for every answer that is not 200. */
export async function rpc<O>(
  module: string,
  capability: string,
  input: unknown,
  options: CallOptions = {},
): Promise<O> {
  let response: Response
  try {
    response = await fetch(`/rpc/${module}/${capability}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.key && { 'idempotency-key': options.key }),
        ...(options.dryRun && { 'x-dry-run': '1' }),
      },
      body: JSON.stringify(input ?? {}),
      signal: options.signal ?? null,
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw offline()
  }
  if (response.ok) return (await response.json()) as O
  const problem = await problemOf(response)
  // a wrong password or code is a 401 too, of someone who stays signed in
  if (problem.code === 'sign_in') for (const listener of listeners) listener()
  throw new ApiError(problem)
}

export const client = <M extends { capabilities: object }>(module: string): Client<M> => {
  const calls: Record<string, Call<unknown, unknown>> = {}
  const get = (_: object, capability: string) => {
    calls[capability] ??= Object.assign(
      (input: unknown, options?: CallOptions) => rpc<unknown>(module, capability, input, options),
      { at: [module, capability] as const },
    )
    return calls[capability]
  }
  return new Proxy({}, { get }) as Client<M>
}

/** A capability named by the server ('sales.release'), for the actions it proposes. */
export function callOf(name: string): Call<Record<string, unknown>, unknown> {
  const [module = '', capability = ''] = name.split('.')
  return Object.assign(
    (input: Record<string, unknown>, options?: CallOptions) => rpc<unknown>(module, capability, input, options),
    { at: [module, capability] as const },
  )
}
