/** docs/questions.md: each question is answered by one file, and that file says what the page promises. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './steps.ts'
import { files, read, sources } from './tidy/source.ts'

/** Question → what must stand in its file for the answer to be there. */
const answers: Readonly<Record<string, { readonly file: string; readonly says: readonly RegExp[] }>> = {
  'Where is stock decremented?': {
    file: 'src/modules/stock/applyLegs.ts',
    says: [/Where is stock decremented\?/, /update stock_pool/, /update stock_balance/],
  },
  'What can a picker see?': {
    file: 'src/core/people/standardRoles.ts',
    says: [/What may each kind of person do\?/, /role\('picker'/, /cost\.read/],
  },
  'How do I add a column?': {
    file: 'docs/how-to/add-a-field.md',
    says: [/file=migrations\//, /add column/, /fields\.ts/, /\.test\.ts/],
  },
  'What happens on a double click?': {
    file: 'src/core/road/answers.ts',
    says: [/What happens on a double click\?/, /export const claimKeys/, /export const closeBatch/],
  },
  'Where is the price explained?': {
    file: 'src/math/price/waterfall.ts',
    says: [/export const choosePrice/, /why it lost/],
  },
}

test('each of a newcomer’s five questions is answered by opening one file', () => {
  const page = readFileSync(join(ROOT, 'docs/questions.md'), 'utf8')
  const rows = [...page.matchAll(/^\| ([^|]+\?) \| \[`([^`]+)`\]\(([^)]+)\)/gm)]
  assert.deepEqual(
    rows.map(([, question, file]) => [question, file]),
    Object.entries(answers).map(([question, { file }]) => [question, file]),
  )
  for (const [, question, file, link] of rows) {
    assert.equal(join('docs', link!), file, `the link of "${question}" leads to its file`)
    for (const words of answers[question!]!.says) assert.match(read(file!), words, question)
  }
})

test('on hand is changed in that one file, through the one door that writes the ledger, and nowhere else', () => {
  const writers = sources
    .filter(({ path, isTest }) => path.startsWith('src/') && !isTest)
    .filter(({ text }) => /insert into stock_(move|balance|pool)\b|on_hand = (\w+\.)?on_hand\s*[+-]/.test(text))
    .map(({ path }) => path)
  assert.deepEqual(writers, ['src/modules/stock/applyLegs.ts', 'src/modules/stock/postMoves.ts'])
  assert.match(read('src/modules/stock/postMoves.ts'), /The one way stock changes[\s\S]*insert into stock_move/)
})

test('links between the project’s own pages lead somewhere', () => {
  const broken: string[] = []
  const there = new Set(files('{*.md,LICENSE,docs/**/*,src/**/*,test/**/*,bench/**/*,demo/**/*,migrations/*}'))
  const pages = files('{*.md,docs/**/*.md,src/**/README.md,demo/*.md,bench/*.md}')
  for (const page of pages)
    for (const [, link] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      const target = join(page, '..', link!).replace(/\/$/, '')
      if (!there.has(target) && ![...there].some((path) => path.startsWith(`${target}/`)))
        broken.push(`${page} → ${link}`)
    }
  assert.deepEqual(broken, [])
  assert.ok(pages.length > 20)
})
