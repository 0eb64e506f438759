import type { api } from '../../../kit/data/api.ts'
import type { InputOfCall, OutputOfCall } from '../../../kit/data/rpc.ts'

export type ItemLink = OutputOfCall<typeof api.catalog.itemLinks>['links'][number]
export type LinkKind = ItemLink['kind']
type LinkSets = InputOfCall<typeof api.promise.saveItemLinks>['sets']

/** One link as it stands in the form: quantities and days are what was typed. */
export interface LinkRow {
  readonly otherId: string
  readonly sku: string
  readonly description: string
  readonly uom: string
  readonly per: string
  readonly mutual: boolean
  readonly from: string
}
export type LinkRows = Readonly<Record<LinkKind, readonly LinkRow[]>>

/** What each kind is called, what it means, and what its number counts. */
export const linkWords: Readonly<Record<LinkKind, { title: string; about: string; per: string; add: string }>> = {
  substitute: {
    title: 'Substitutes',
    about: 'May be sent where it falls short, to customers who take them. The first that can goes first.',
    per: 'For one of it',
    add: 'Add a substitute',
  },
  successor: {
    title: 'Successor',
    about: 'Takes its place from a day on. What replaces the successor is the successor’s own.',
    per: 'For one of it',
    add: 'Choose the successor',
  },
  kit: {
    title: 'Components of a kit',
    about: 'It is sold as one line and has no stock of its own: there are as many as its components make.',
    per: 'In one',
    add: 'Add a component',
  },
  assembly: {
    title: 'Components to assemble it from',
    about: 'It is made to stock from these; once made, it stands on the shelf as any other item.',
    per: 'In one',
    add: 'Add a component',
  },
}
export const linkKinds = Object.keys(linkWords) as LinkKind[]

/** A successor that was always one has no day to show. */
const EVER = '2000-01-01'

export const rowsOf = (links: readonly ItemLink[]): LinkRows => {
  const of = (kind: LinkKind): LinkRow[] =>
    links
      .filter((link) => link.kind === kind && link.direction === 'to')
      .map(({ otherId, sku, description, uom, num, den, mutual, validFrom }) => ({
        ...{ otherId, sku, description, uom, mutual },
        per: den === 1 ? String(num) : `${num}/${den}`,
        from: validFrom === null || validFrom <= EVER ? '' : validFrom,
      }))
  return { substitute: of('substitute'), successor: of('successor'), kit: of('kit'), assembly: of('assembly') }
}

/** 2, or 5/2; null: neither. */
export const ratioOf = (per: string): { num: number; den: number } | null => {
  const [, num, den = '1'] = /^(\d{1,9})(?:\/(\d{1,9}))?$/.exec(per.replaceAll(/\s/g, '')) ?? []
  return num === undefined || Number(num) === 0 || Number(den) === 0 ? null : { num: Number(num), den: Number(den) }
}

/** Sets of the kinds that differ from what was read, those that became empty first. */
export const changedSets = (itemId: string, before: LinkRows, now: LinkRows): LinkSets =>
  linkKinds
    .filter((kind) => JSON.stringify(before[kind]) !== JSON.stringify(now[kind]))
    .sort((a, b) => now[a].length - now[b].length)
    .map((kind) => ({
      ...{ itemId, kind },
      links: now[kind].map(({ otherId, per, mutual, from }) => ({
        ...{ otherId, ...(ratioOf(per) ?? {}) },
        ...(kind === 'substitute' && { mutual }),
        ...(kind === 'successor' && from !== '' && { validFrom: from }),
      })),
    }))
