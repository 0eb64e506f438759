import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** No page draws by WebGL; without a graphics process a page takes a tenth less of the machine. */
const flags = ['--no-sandbox', '--disable-gpu']
const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** `$CHROME_PATH`, else a system Chromium, else the one that unpacks itself from its npm package (Linux, no root). */
export async function chromiumPath(): Promise<string> {
  const named = process.env.CHROME_PATH
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`CHROME_PATH names ${named}, where there is no file.`)
  }
  const installed = systemPaths.find((path) => existsSync(path))
  if (installed) return installed
  if (process.platform === 'linux') {
    const { default: bundled } = await import('@sparticuz/chromium')
    return bundled.executablePath()
  }
  throw new Error('No browser for the browser tests: install Chromium or Chrome, or set CHROME_PATH to its binary.')
}

/** On a busy machine it has died of a fault of its own while it started: then it is started again. */
const TRIES = 3

export const launch = async (tried = 1): Promise<Browser> => {
  try {
    return await chromium.launch({ executablePath: await chromiumPath(), args: flags })
  } catch (error) {
    if (tried >= TRIES) throw error
    return launch(tried + 1)
  }
}
