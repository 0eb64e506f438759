import { command } from '../../../core/capability.ts'
import { permits } from '../../../core/people/permissions.ts'
import { Refusal } from '../../../core/refusal.ts'
import { t } from '../../../core/t.ts'
import { profileOf, profiles } from '../profiles/index.ts'

/** Takes a stored file for reading; the check itself is a job, told by `import.started`. */
export const startImport = command({
  title: 'Start an import: the file is read and checked, nothing is changed yet',
  route: 'POST /exchange/imports',
  permission: 'exchange.import',
  admits: { fileId: 'stored_file', siteId: 'site' },
  input: t.object({
    profile: t.oneOf(profiles.map((profile) => profile.name)),
    fileId: t.id('stored_file'),
    siteId: t.optional(t.id('site')),
    /** Sheet of a workbook; the first one when left out. */
    sheet: t.optional(t.text({ max: 60 })),
    /** Only documents of these days, ends included, as the file says them; the rest is set aside. */
    from: t.optional(t.date()),
    until: t.optional(t.date()),
    /** Moves every date by whole weeks: a trial with last year's orders, or the demo. */
    shiftWeeks: t.optional(t.int({ min: -5000, max: 5000 })),
  }),
  output: t.object({ importId: t.id('import_run') }),
  emits: ['import.started'],
  async run({ profile, fileId, ...options }, ctx, call) {
    const needed = profileOf(profile).permission
    if (!permits(call.actor.permissions, needed))
      throw new Refusal(
        'not_permitted',
        `This import does what needs the permission ${needed}. Ask your administrator.`,
        403,
      )
    const importId = ctx.id()
    await ctx.sql`
      insert into import_run (company_id, id, profile, file_id, file_name, state, options, row_count, error_count, accounting, refusal,
                              chunk_count, next_chunk, recorded_at, recorded_by, checked_at, applied_at, version)
      select company_id, ${importId}, ${profile}, id, name, 'reading', ${JSON.stringify(options)}::text::jsonb, 0, 0, '{}', null,
             0, 0, ${ctx.now}, ${call.actor.id}, null, null, 1
        from stored_file
       where company_id = ${ctx.company} and id = ${fileId}`
    ctx.emit(call, 'import.started', { id: importId })
    return { importId }
  },
})
