/** What the page's main thread does while a hand moves the map. */
import type { Page } from 'playwright-core'

export interface Effort {
  readonly frames: number
  /** Milliseconds of one frame, on average. */
  readonly script: number
  readonly styleAndLayout: number
  /** All of the thread's work: painting, events and the debugger's own share too. */
  readonly task: number
}

export const effortOf = async (page: Page, act: () => Promise<unknown>): Promise<Effort> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const value = (name: string) => metrics.find((metric) => metric.name === name)!.value * 1000
    const frames = (await page.evaluate('globalThis.framesSeen ?? 0')) as number
    return {
      frames,
      script: value('ScriptDuration'),
      styleAndLayout: value('RecalcStyleDuration') + value('LayoutDuration'),
      task: value('TaskDuration'),
    }
  }
  await page.evaluate(`(() => {
    globalThis.framesSeen ??= 0
    const see = () => { globalThis.framesSeen++; requestAnimationFrame(see) }
    if (!globalThis.framesSeen) see()
  })()`)
  const before = await read()
  await act()
  const after = await read()
  await session.detach()
  const frames = Math.max(1, after.frames - before.frames)
  const each = (name: 'script' | 'styleAndLayout' | 'task') => (after[name] - before[name]) / frames
  return { frames, script: each('script'), styleAndLayout: each('styleAndLayout'), task: each('task') }
}

export const said = (what: string, { frames, script, styleAndLayout, task }: Effort): string =>
  `${what}: script ${script.toFixed(2)} ms, style and layout ${styleAndLayout.toFixed(2)} ms, in all ${task.toFixed(2)} ms a frame, over ${frames} frames`
