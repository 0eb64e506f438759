/** What an import is made of: how a file becomes staged rows, and how a chunk of them becomes business records. */
import type { Call } from '../../../core/capability.ts'
import type { Ctx } from '../../../core/ctx.ts'
import type { StagedRow } from '../runs/stage.ts'

/** Who imports: the functions of other modules record it. */
export type Teller = Call<unknown>

export type Stager = {
  /** Writes staged rows, in batches; may be called as often as needed. */
  add(rows: StagedRow[]): Promise<void>
  /** A new record's id, chosen now so that a repeated apply writes the same record. */
  id(): string
}

export type Findings = {
  rowCount: number
  errorCount: number
  chunkCount: number
  /** Everything the check found; the command line prints it. `groups`, `months` and `diff` are shown in the browser. */
  accounting: Record<string, unknown> & { groups: Group[]; months: MonthFigures[]; diff: Diff }
}
export type Group = {
  group: string
  label: string
  rows: number
  units: number | null
  amountMinor: number | null
  becomes: string
}
export type MonthFigures = { month: string; rows: number; units: number; amountMinor: number }
export type Diff = {
  creates: { kind: string; count: number }[]
  updates: { kind: string; count: number }[]
  unchanged: number
  sample: { kind: string; ref: string; field: string; before: string | null; after: string | null }[]
}

export type RunRow = {
  id: string
  profile: string
  fileId: string
  fileName: string
  state: 'reading' | 'checked' | 'applying' | 'applied' | 'refused' | 'abandoned'
  options: { siteId?: string; sheet?: string; shiftWeeks?: number; from?: string; until?: string }
  chunkCount: number
  nextChunk: number
}

export type Profile = {
  name: string
  title: string
  hint: string
  /** what a caller must hold beside exchange.import: the right to do by hand what the file does */
  permission: string
  /** Reads and checks; business tables are left as they were. Throws FileRefused when the file cannot be read at all. */
  check(ctx: Ctx, call: Teller, run: RunRow, bytes: Uint8Array, stage: Stager): Promise<Findings>
  /** Applies one chunk of staged rows, whole documents only. */
  apply(ctx: Ctx, call: Teller, run: RunRow, chunk: number): Promise<void>
}
