import { accessFaults } from './axe.ts'
import { desk, open, phone, type Stage, signIn, soon } from './stage.ts'

/** What the app says at an address that is none of its own. */
const NOWHERE = 'The address may be mistyped'

/**
 * Sign-in and every screen named, at a desk and on a phone: what axe finds, what scrolls sideways, errors of the page. The
 * dark has other colours and nothing else, so there the same page is looked at again for contrast.
 * @param screens path and a text that shows the screen is there.
 */
export const sweep = async (
  stage: Stage,
  email: string,
  screens: readonly (readonly [path: string, shows: string])[],
): Promise<string[]> => {
  const faults: string[] = []
  for (const [name, viewport] of [
    ['desk', desk],
    ['phone', phone],
  ] as const) {
    const page = await open(stage.browser, stage.address, viewport)
    const look = async (path: string) => {
      faults.push(...(await accessFaults(page, `${path}, ${name}`)))
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
        faults.push(`${path}, ${name}: scrolls sideways`)
      if (name !== 'desk') return
      await page.emulateMedia({ colorScheme: 'dark' })
      faults.push(...(await accessFaults(page, `${path}, dark`, ['color-contrast'])))
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.goto('/app/')
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await look('sign-in')
    await signIn(page, email)
    // Within the app, over a page that is nowhere: what is then shown is of the screen asked for, and was not there before.
    const to = async (path: string, shows: string) => {
      await page.evaluate(`history.pushState(null, '', '/app${path}'); dispatchEvent(new PopStateEvent('popstate'))`)
      await soon(page, `document.querySelector('main')?.textContent.includes(${JSON.stringify(shows)})`)
    }
    for (const [path, shows] of screens) {
      await to('/nowhere', NOWHERE)
      await to(path, shows)
      await look(path)
    }
    faults.push(...page.faults)
    await page.context().close()
  }
  return faults
}
