/** What a backup holds, file by file, so that one byte more, less or other is refused before anything is restored. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

export const MANIFEST = 'manifest.json'

export interface BackedUpFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}
export interface Manifest {
  readonly format: 1
  readonly postgres: string
  /** The cluster's own number: log of another cluster never fits. */
  readonly system: string
  readonly started_at: string
  readonly ended_at: string
  /** The log from the first to the last of these makes the copy consistent; both segments are in `wal/`. */
  readonly start_lsn: string
  readonly stop_lsn: string
  readonly first_segment: string
  readonly files: readonly BackedUpFile[]
}

export const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Paths of all files below a folder, with `/`, sorted. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()

const isManifest = (m: Partial<Manifest> | null): m is Manifest =>
  m?.format === 1 && Array.isArray(m.files) && typeof m.system === 'string' && typeof m.first_segment === 'string'

/** The seal is the hash of the text before it: a manifest that was touched is no manifest. */
export const seal = (manifest: Manifest): string => {
  const text = JSON.stringify(manifest)
  return `${text}\n${createHash('sha256').update(text).digest('hex')}\n`
}

/** @returns the manifest, or all that is wrong with the backup */
export const verify = async (folder: string): Promise<{ manifest: Manifest | null; wrong: string[] }> => {
  const at = join(folder, MANIFEST)
  if (!existsSync(at))
    return { manifest: null, wrong: [`${folder} holds no ${MANIFEST}: it is no backup, or one that was broken off`] }
  const [text = '', sum] = readFileSync(at, 'utf8').split('\n')
  if (createHash('sha256').update(text).digest('hex') !== sum)
    return { manifest: null, wrong: [`${MANIFEST} was changed after it was written`] }
  const manifest = JSON.parse(text)
  if (!isManifest(manifest)) return { manifest: null, wrong: [`${MANIFEST} is of another version of this program`] }
  const wrong: string[] = []
  const listed = new Set(manifest.files.map((file) => file.path))
  for (const path of filesBelow(folder))
    if (path !== MANIFEST && !listed.has(path)) wrong.push(`${path} does not belong to the backup`)
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = join(folder, path)
    const size = statSync(file, { throwIfNoEntry: false })?.size
    if (size === undefined) wrong.push(`${path} is missing`)
    else if (size !== bytes) wrong.push(`${path} has ${size} bytes instead of ${bytes}`)
    else if ((await sha256Of(file)) !== sha256)
      wrong.push(`${path} was changed: its bytes are not those that were written`)
  }
  return { manifest, wrong }
}
