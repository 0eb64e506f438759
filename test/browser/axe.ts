import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds. Evaluated over the debugging protocol: a script tag would be refused by the page's own content policy. */
export const accessFaults = async (page: Page, what: string): Promise<string[]> => {
  await page.evaluate(axe.source)
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then((r) => r.violations.map((v) => v.id + ': ' + v.help + ' | ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')))`,
  )) as string[]
  return found.map((fault) => `${what}: ${fault}`)
}
export const accessible = async (page: Page, what: string): Promise<void> =>
  assert.deepEqual(await accessFaults(page, what), [])
