import { module, query } from '../capability.ts'
import { findRows, seekableKinds } from '../search.ts'
import { t } from '../t.ts'

const find = query({
  title: 'Find anything by number, code or name',
  route: 'GET /search',
  permission: 'signed-in',
  input: t.object({ text: t.text({ max: 200 }), limit: t.optional(t.int({ min: 1, max: 20 })) }),
  output: t.object({
    hits: t.list(
      t.object({
        kind: t.text(),
        id: t.text(),
        ref: t.text(),
        title: t.text(),
        detail: t.nullable(t.text()),
      }),
      { max: 20 },
    ),
  }),
  run: async ({ text, limit }, ctx, actor) => ({
    hits: await findRows(ctx, text, seekableKinds(actor.permissions), limit ?? 20),
  }),
})

export const search = module({ name: 'search', capabilities: { find } })
