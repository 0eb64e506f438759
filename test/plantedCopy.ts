/** A copy of the source with a bug in it, to see the tests that are to find it turn red. The checkout itself is never touched. */
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './steps.ts'

/** File → replacements of text that must be there. */
export type Patches = Readonly<Record<string, readonly (readonly [string | RegExp, string])[]>>

/** @returns the copy's folder, the caller's to remove. `parts` beside server, migrations and demo: what is to run in it. */
export const plantedCopy = (patches: Patches, parts: readonly string[]): string => {
  const root = mkdtempSync(join(tmpdir(), 'entrepot-planted-'))
  for (const part of ['src', 'migrations', 'demo', 'package.json', 'tsconfig.json', ...parts])
    cpSync(join(ROOT, part), join(root, part), {
      recursive: true,
      filter: (path) => !/[\\/](web|data)$/.test(path) || /core[\\/]data$/.test(path),
    })
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  for (const [path, replacements] of Object.entries(patches)) {
    let text = readFileSync(join(root, path), 'utf8')
    for (const [from, to] of replacements) {
      const changed = text.replace(from, to)
      if (changed === text) throw new Error(`${path}: there is no ${from} to plant a bug at`)
      text = changed
    }
    writeFileSync(join(root, path), text)
  }
  return root
}
