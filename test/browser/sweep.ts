import { accessFaults } from './axe.ts'
import { desk, open, phone, type Stage, signIn } from './stage.ts'

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
    for (const [path, shows] of screens) {
      await page.goto(`/app${path}`)
      await page.getByText(shows).first().waitFor({ state: 'attached' })
      await look(path)
    }
    faults.push(...page.faults)
    await page.context().close()
  }
  return faults
}
