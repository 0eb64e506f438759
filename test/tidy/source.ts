/** The project's own text, read once: files, what they import, and their syntax trees when a rule asks. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { ROOT } from '../steps.ts'

export interface Import {
  /** Path from the project's root for files of ours, else the package's name. */
  readonly to: string
  readonly ours: boolean
  readonly typeOnly: boolean
}
export interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly isTest: boolean
}
// biome-ignore lint/suspicious/noExplicitAny: nodes of a syntax tree have as many shapes as the language
export type Node = any

const posix = (path: string) => path.split(sep).join('/')
/** Tests, and what only tests start: `*.test.ts`, `testKit.ts`, `relayNode.ts`, `migrateChild.ts`. */
const TESTISH = /(\.test\.ts|\/test[A-Z]\w*\.ts|\/\w+(Node|Child)\.ts)$/

const importsOf = (path: string, text: string): Import[] => {
  const { module } = parseSync(path, text)
  const found: Import[] = []
  const add = (specifier: string, typeOnly: boolean) => {
    const ours = specifier.startsWith('.')
    found.push({ to: ours ? posix(join(dirname(path), specifier)) : specifier, ours, typeOnly })
  }
  for (const { moduleRequest, entries, start } of module.staticImports)
    add(
      moduleRequest.value,
      text.startsWith('import type', start) || (entries.length > 0 && entries.every((e) => e.isType)),
    )
  for (const { entries, start } of module.staticExports)
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest) add(moduleRequest.value, isType || text.startsWith('export type', start))
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    if (literal) add(literal[1]!, false)
  }
  return found
}

export const sources: readonly Source[] = globSync('{src,test,bench,demo,docs}/**/*.{ts,tsx}', { cwd: ROOT })
  .map(posix)
  .sort()
  .map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, text, imports: importsOf(path, text), isTest: TESTISH.test(path) || path.startsWith('test/') }
  })

export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
export const files = (pattern: string) => globSync(pattern, { cwd: ROOT }).map(posix).sort()
export const fromRoot = (path: string) => posix(relative(ROOT, path))

/** Every node below, with its parent. */
export const walk = (node: Node, visit: (node: Node, parent: Node) => void, parent: Node = null): void => {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit, parent)
    return
  }
  if (typeof node.type === 'string') visit(node, parent)
  for (const key of Object.keys(node)) if (key !== 'type' && key !== 'parent') walk(node[key], visit, node)
}
const trees = new Map<string, Node>()
export const treeOf = ({ path, text }: Source): Node => {
  const tree = trees.get(path) ?? parseSync(path, text).program
  trees.set(path, tree)
  return tree
}
export const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length
