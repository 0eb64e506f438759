/** An item at a site: what promises, positions and offers are kept by. */
export interface SiteItem {
  readonly siteId: string
  readonly itemId: string
}

/** Two arrays for `unnest`. */
export const keysOf = (pairs: readonly SiteItem[]) => ({
  sites: pairs.map((p) => p.siteId),
  items: pairs.map((p) => p.itemId),
})

/** What positions, offers and stock are found by. */
export const offerKey = (siteId: string, itemId: string): string => `${siteId} ${itemId}`
