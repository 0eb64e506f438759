#!/usr/bin/env node
// The first file that runs, under whatever Node there is: so no import at the top, and words every Node since 12 can read.
// It installs what is missing, finds a Node that can run TypeScript, and hands over to src/main.ts.
//   node start.mjs [command …]          entrepot serve | work | migrate | …
//   node start.mjs --run FILE [args …]  another TypeScript file (npm test, npm run check, npm run bench)
//   node start.mjs --dev                serve with live reload of the web app, restarted when the server's code changes

const OLDEST_NODE = 18
const WANTED_NODE = [24, 7]

const version = process.versions.node.split('.').map(Number)
const atLeast = (wanted, found) => found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])

if (version[0] < OLDEST_NODE) {
  console.error(
    'entrepot needs Node ' +
      OLDEST_NODE +
      ' or newer to start (this is Node ' +
      process.versions.node +
      ').\n' +
      'Get a current one from https://nodejs.org and run the same command again.',
  )
  process.exit(1)
} else {
  start().catch((error) => {
    console.error(error.friendly ? error.message : error)
    process.exit(1)
  })
}

function complain(message) {
  return Object.assign(new Error(message), { friendly: true })
}

async function start() {
  const fs = await import('node:fs')
  const path = await import('node:path')
  const url = await import('node:url')
  const { spawn } = await import('node:child_process')
  const root = path.dirname(fs.realpathSync(url.fileURLToPath(import.meta.url)))
  const at = (...parts) => path.join(root, ...parts)

  const run = (command, args, options) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, args, { stdio: 'inherit', ...options })
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code === null ? signal : code))
    })

  // ---- install ------------------------------------------------------------------------------------------------
  // npm writes node_modules/.package-lock.json as its very last act: it is there and equal, or the install is not done.
  const packagesOf = (file) => {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8')).packages
    } catch (_) {
      return null
    }
  }
  const words = process.argv.slice(2)
  const withTools = words[0] === '--run' // tests and benches need the development tools too
  const installed = () => {
    const wanted = packagesOf(at('package-lock.json'))
    const found = packagesOf(at('node_modules', '.package-lock.json'))
    if (wanted === null || found === null) return false
    return Object.keys(wanted).every((name) => {
      const want = wanted[name]
      const have = found[name]
      if (name === '') return true
      if (!have) return Boolean(want.optional || want.devOptional || (want.dev && !withTools))
      return have.version === want.version && have.integrity === want.integrity && fs.existsSync(at(name))
    })
  }

  const npm = () => {
    const given = process.env.npm_execpath
    if (given && /npm-cli\.c?js$/.test(given) && fs.existsSync(given)) return [process.execPath, [given]]
    const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
    if (fs.existsSync(beside)) return [process.execPath, [beside]]
    return process.platform === 'win32' ? ['npm.cmd', []] : ['npm', []]
  }

  // npm ci refuses a lock file that was written beside a registry without some other platform's optional packages;
  // npm install takes the same locked versions and seals, and leaves the lock file as it is (--no-save).
  const install = async (...how) => {
    const [command, args] = npm()
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const options = { cwd: root, shell: command === 'npm.cmd', stdio: how[0] === 'ci' ? 'ignore' : 'inherit' }
    return run(command, args.concat(how, quiet), options)
  }

  if (!installed()) {
    console.log(
      fs.existsSync(at('node_modules'))
        ? 'Installing again: the last install was not finished or is out of date …'
        : 'Installing …',
    )
    let code = await install('ci')
    if (code !== 0) {
      // What an interrupted install left looks whole to npm install, file by file: away with it first, as npm ci does.
      fs.rmSync(at('node_modules'), { recursive: true, force: true })
      code = await install('install', '--no-save')
    }
    if (code !== 0)
      throw complain(
        `The install did not finish (npm ended with ${code}). Check the network and run the same command again: it starts afresh.`,
      )
  }

  // ---- the Node that runs TypeScript ----------------------------------------------------------------------------
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const packed = at(
    'node_modules',
    `node-${platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  const own = atLeast(WANTED_NODE, version)
  if (!own && !fs.existsSync(packed))
    throw complain(
      'The app runs on Node ' +
        WANTED_NODE.join('.') +
        ' or newer; this is ' +
        process.versions.node +
        ', and there is no packed one for ' +
        platform +
        '-' +
        process.arch +
        '.\nGet a current one from https://nodejs.org and run the same command again.',
    )
  const node = own ? process.execPath : packed

  // ---- hand over -------------------------------------------------------------------------------------------------
  const args = []
  if (words[0] === '--run') {
    if (!words[1]) throw complain('--run wants a file, as in: node start.mjs --run test/run.ts')
    args.push(path.resolve(root, words[1]), ...words.slice(2))
  } else if (words[0] === '--dev') {
    args.push(
      `--watch-path=${at('src', 'core')}`,
      `--watch-path=${at('src', 'modules')}`,
      '--watch-preserve-output',
      at('src', 'main.ts'),
      'serve',
      '--dev',
      ...words.slice(1),
    )
  } else args.push(at('src', 'main.ts'), ...words)

  const env = { ...process.env }
  // Parsing and compiling is most of a start: 160 ms with the cache, three times that without.
  if (!env.NODE_COMPILE_CACHE) env.NODE_COMPILE_CACHE = at('node_modules', '.cache', 'entrepot')
  const child = spawn(node, args, { stdio: 'inherit', env })

  // A terminal's Ctrl-C reaches both of us, a signal sent to us alone must be passed on: the app hears it once or twice and
  // stops once, in order, while we wait for it.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  child.once('error', (error) => {
    throw error
  })
  child.once('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    if (signal) process.kill(process.pid, signal)
    else process.exit(code)
  })
}
