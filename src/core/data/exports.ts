/**
 * Any list as a file: `GET /exports/<module>/<query>?format=csv|xlsx` with the list's own filter and sort. It reads page
 * after page through the one road as the caller, so rows, fields and bounds are those of the screen.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../capability.ts'
import { permits } from '../people/permissions.ts'
import { notFound, Refusal } from '../refusal.ts'
import type { Registered } from '../road/registry.ts'
import type { Runner } from '../road/runner.ts'
import { downloadHeaders } from './names.ts'
import { type Cell, type Sheet, writeCsv, writeXlsx } from './write.ts'

/** 200 pages of 500: a list of that size is a report's work, not a download's. */
const MAX_ROWS = 100_000
const PAGE = 500
const TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

type Row = Record<string, unknown>

/** Columns are the fields of the list's row, in their order. Lists and objects inside a row become JSON text. */
export function exportSheet(
  runner: Runner,
  actor: Actor,
  registered: Registered,
  input: Record<string, unknown>,
): Sheet {
  const header = columnsOf(registered)
  async function* rows(): AsyncGenerator<Cell[]> {
    let cursor: string | null = null
    let count = 0
    do {
      const page: { rows: Row[]; next: string | null } = await runner.run(actor, registered.name, {
        ...input,
        limit: PAGE,
        ...(cursor === null ? {} : { cursor }),
      })
      for (const row of page.rows) {
        if (++count > MAX_ROWS)
          throw new Refusal('export_too_large', `More than ${MAX_ROWS} rows: narrow the filter.`, 422)
        yield header.map((name) => cellOf(row[name]))
      }
      cursor = page.next
    } while (cursor !== null)
  }
  return { header, rows: rows() }
}

function columnsOf({ capability }: Registered): string[] {
  const rows = (capability.output as { properties?: { rows?: { items?: { properties?: Row } }; next?: unknown } })
    .properties
  if (capability.is !== 'query' || !rows?.next || !rows.rows?.items?.properties) throw notFound('list')
  return Object.keys(rows.rows.items.properties)
}

const cellOf = (value: unknown): Cell => {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}

/**
 * The first row before the first byte, and that before the first header: a refusal is still an answer and not half a file.
 * A workbook begins with parts that need no row, so its first bytes alone would promise too much.
 */
const begun = async ({ header, rows }: Sheet): Promise<Sheet> => {
  const reading = (rows as AsyncIterable<Cell[]>)[Symbol.asyncIterator]()
  const first = await reading.next()
  async function* all(): AsyncGenerator<Cell[]> {
    for (let row = first; !row.done; row = await reading.next()) yield row.value
  }
  return { header, rows: all() }
}

export function registerExports(
  app: FastifyInstance,
  { runner, actorOf }: { runner: Runner; actorOf(request: FastifyRequest): Promise<Actor | null> },
): void {
  app.get('/exports/:module/:query', async (request, reply) => {
    const actor = await actorOf(request)
    if (!actor) throw new Refusal('sign_in', 'Sign in first.', 401)
    if (!permits(actor.permissions, 'exchange.export'))
      throw new Refusal(
        'not_permitted',
        'You need the permission exchange.export for this. Ask your administrator.',
        403,
      )
    const { module, query } = request.params as { module: string; query: string }
    const registered = runner.registry.byName.get(`${module}.${query}`)
    if (!registered) throw notFound('list')
    const { format = 'csv', limit: _, cursor: __, ...input } = request.query as Record<string, string>
    if (format !== 'csv' && format !== 'xlsx') throw new Refusal('bad_format', 'Files come as csv or xlsx.', 422)
    const sheet = await begun(exportSheet(runner, actor, registered, input))
    const bytes = (format === 'csv' ? writeCsv(sheet) : writeXlsx(sheet, query))[Symbol.asyncIterator]()
    const first = await bytes.next()
    const day = runner.clock.now().toISOString().slice(0, 10)
    reply.headers(downloadHeaders(`${module}-${query}-${day}.${format}`, TYPES[format]))
    return reply.send(
      Readable.from(
        (async function* () {
          if (!first.done) yield first.value
          for (let piece = await bytes.next(); !piece.done; piece = await bytes.next()) yield piece.value
        })(),
        { objectMode: false },
      ),
    )
  })
}
