/**
 * Three ways to say no. A Refusal is a business no, worded for the user and never logged as a fault; Unavailable is the
 * kernel's "try again"; anything else thrown is a bug.
 */
export class Refusal extends Error {
  readonly code: string
  readonly detail: string
  /** 409: the state forbids it. 422: the input can never be right. 404: not there, or not yours. 403: not permitted. */
  readonly status: 401 | 403 | 404 | 409 | 422 | 429
  readonly errors: { path: string; message: string }[] | undefined

  constructor(code: string, detail: string, status: Refusal['status'] = 409, errors?: Refusal['errors']) {
    super(`${code}: ${detail}`)
    this.code = code
    this.detail = detail
    this.status = status
    this.errors = errors
  }
}

export class Unavailable extends Error {
  readonly code: string
  readonly status: 503 | 507
  readonly retryAfterSeconds: number

  constructor(code: string, detail: string, retryAfterSeconds = 1, status: 503 | 507 = 503) {
    super(detail)
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The same answer for an id that does not exist and for one that the caller may not see. */
export const notFound = (what = 'record') =>
  new Refusal('not_found', `This ${what} does not exist or you may not see it.`, 404)

/** Two rows of one list that name the same thing: which of them is meant would be chance, and no upsert takes both. */
export const refuseTwice = (list: string, keys: readonly (string | undefined)[]): void => {
  const first = new Map<string, number>()
  const errors: { path: string; message: string }[] = []
  for (const [at, key] of keys.entries()) {
    if (key === undefined) continue
    const before = first.get(key)
    if (before === undefined) first.set(key, at)
    else errors.push({ path: `${list}.${at}`, message: `names the same as row ${before + 1}` })
  }
  if (errors.length === 0) return
  const rows = errors
    .slice(0, 5)
    .map(({ path, message }) => `row ${Number(path.slice(list.length + 1)) + 1} ${message}`)
  throw new Refusal('named_twice', `Name each once in ${list}: ${rows.join(', ')}.`, 422, errors.slice(0, 100))
}
