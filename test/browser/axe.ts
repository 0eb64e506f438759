import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds, of all its rules or of some. Evaluated over the debugging protocol: a script tag would be refused by the page's own content policy. */
export const accessFaults = async (page: Page, what: string, only?: readonly string[]): Promise<string[]> => {
  const runOnly = only
    ? { type: 'rule', values: only }
    : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  // Words that fade in have no contrast yet: what is judged is what stays. What never ends is judged as it is.
  await page.evaluate(
    `Promise.race([
       Promise.all(document.getAnimations().filter((one) => one.animationName === 'fade-in').map((one) => one.finished.catch(() => {}))),
       new Promise((done) => setTimeout(done, 2000)),
     ]).then(() => {})`,
  )
  if (!(await page.evaluate(`typeof axe === 'object'`))) await page.evaluate(axe.source)
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ['violations'] })})
      .then((r) => r.violations.map((v) => v.id + ': ' + v.help + ' | ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')))`,
  )) as string[]
  return found.map((fault) => `${what}: ${fault}`)
}
export const accessible = async (page: Page, what: string): Promise<void> =>
  assert.deepEqual(await accessFaults(page, what), [])
