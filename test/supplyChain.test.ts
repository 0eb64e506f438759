import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './steps.ts'
import {
  foreignLicences,
  inexactVersions,
  installScripts,
  type Lockfile,
  type Manifest,
  npmrcGaps,
  tooManyPackages,
  unsealedPackages,
} from './supplyChain.ts'

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const manifest: Manifest = JSON.parse(read('package.json'))
const lock: Lockfile = JSON.parse(read('package-lock.json'))
const installed: Lockfile = JSON.parse(read('node_modules/.package-lock.json'))
const sealed = { version: '1.0.0', license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==` }

test('every dependency is one exact version', () => {
  assert.deepEqual(inexactVersions(manifest), [])
  const planted = {
    dependencies: { a: '^1.0.0', b: '~1.0.0', c: 'github:x/y', d: 'file:../d', e: '1.x' },
    devDependencies: { f: '*' },
    optionalDependencies: { g: '1.0.0' },
  }
  assert.equal(inexactVersions(planted).length, 6)
})

test('every locked package has its sha512 and comes from the public registry', () => {
  assert.deepEqual(unsealedPackages(lock), [])
  const planted = {
    a: { ...sealed, integrity: undefined },
    b: { ...sealed, resolved: 'https://evil.example/b.tgz' },
    c: { link: true },
    d: { ...sealed, integrity: 'sha1-abc' },
    e: sealed,
  }
  assert.equal(unsealedPackages({ packages: planted }).length, 4)
})

test('what is shipped is under a listed licence', () => {
  assert.deepEqual(foreignLicences(lock), [])
  const planted = {
    a: { license: 'GPL-3.0' },
    b: {},
    c: { license: '(MIT OR GPL-2.0)' },
    d: { license: 'MIT AND GPL-2.0' },
    e: { license: 'GPL-3.0', dev: true },
  }
  assert.deepEqual(foreignLicences({ packages: planted }).length, 3)
})

test('at most 200 packages run in production, and none needs an install script', () => {
  assert.deepEqual(tooManyPackages(installed), [])
  assert.deepEqual(installScripts(lock), [])
  const planted = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`node_modules/p${n}`, sealed]))
  assert.equal(tooManyPackages({ packages: planted }).length, 1)
  assert.equal(installScripts({ packages: { 'node_modules/x': { ...sealed, hasInstallScript: true } } }).length, 1)
})

test('npm is told to wait seven days, to save exact versions and to run no scripts', () => {
  assert.deepEqual(npmrcGaps(read('.npmrc')), [])
  assert.equal(npmrcGaps('save-exact=true').length, 2)
})
