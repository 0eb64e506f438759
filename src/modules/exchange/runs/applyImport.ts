import { command } from '../../../core/capability.ts'
import { permits } from '../../../core/people/permissions.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { profileOf } from '../profiles/index.ts'
import { lockRun } from './stage.ts'

/** Says yes to a checked import. Its chunks are jobs, one after the other, each told by `import.chunk`. */
export const applyImport = command({
  title: 'Apply a checked import',
  route: 'POST /exchange/imports/:importId/apply',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  input: t.object({ importId: t.id('import_run') }),
  output: t.object({ importId: t.id('import_run'), chunks: t.int() }),
  async run({ importId }, ctx, call) {
    const run = await lockRun(ctx, importId)
    const needed = profileOf(run.profile).permission
    if (!permits(call.actor.permissions, needed))
      throw new Refusal(
        'not_permitted',
        `This import does what needs the permission ${needed}. Ask your administrator.`,
        403,
      )
    if (run.state === 'reading')
      throw new Refusal('import_not_checked', 'The file is still being read; wait until it is checked.')
    if (run.state === 'refused' || run.state === 'abandoned')
      throw new Refusal('import_refused', 'This import cannot be applied; start a new one.')
    if (run.state === 'checked') {
      const empty = run.chunkCount === 0
      await ctx.sql`
        update import_run
           set state = ${empty ? 'applied' : 'applying'}, applied_at = ${empty ? ctx.now : null}, version = version + 1
         where company_id = ${ctx.company} and id = ${importId}`
      ctx.emit(call, empty ? 'import.applied' : 'import.chunk', { id: importId })
    }
    return { importId, chunks: run.chunkCount }
  },
})

/** One chunk, exactly once: the run's row is the lock, its `next_chunk` the memory. */
export const applyChunk = command({
  title: 'Apply the next chunk of an import',
  route: 'POST /exchange/imports/:importId/chunks',
  permission: 'exchange.import',
  admits: { importId: 'import_run' },
  deadlineMs: 120_000,
  input: t.object({
    importId: t.id('import_run'),
    /** Which one, for a caller that drives the chunks itself with the key `import:<id>:<chunk>`. */
    chunk: t.optional(t.int({ min: 0, max: 1_000_000 })),
  }),
  output: t.object({ applied: t.int(), chunks: t.int() }),
  async run({ importId, chunk }, ctx, call) {
    const run = await lockRun(ctx, importId)
    const next = run.nextChunk
    if (run.state === 'applied' || (chunk !== undefined && chunk < next))
      return { applied: next, chunks: run.chunkCount }
    if (run.state !== 'applying' || (chunk !== undefined && chunk > next))
      throw new Refusal('import_not_applying', 'Chunks are applied in order, after the import was agreed to.')
    await profileOf(run.profile).apply(ctx, call, run, next)
    const last = next + 1 === run.chunkCount
    await ctx.sql`
      update import_run
         set next_chunk = ${next + 1}, state = ${last ? 'applied' : 'applying'}, applied_at = ${last ? ctx.now : null}, version = version + 1
       where company_id = ${ctx.company} and id = ${importId}`
    ctx.emit(call, last ? 'import.applied' : 'import.chunk', { id: importId })
    return { applied: next + 1, chunks: run.chunkCount }
  },
})
