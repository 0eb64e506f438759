/**
 * entrepot <command> [options]. Reads words and configuration, then hands over; each command is loaded when it is called.
 * Nothing imports this file.
 */
import { parseArgs } from 'node:util'
import type { Command, CommandOptions } from './commands/command.ts'
import { ConfigError, readConfig, settings } from './core/config.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(
    `entrepot runs on Node 24.7 or newer; this is ${process.versions.node}. Start it with "npm start" or "node start.mjs": that brings its own.`,
  )
  process.exit(1)
}

type Entry = {
  help: string
  options?: Record<string, { type: 'string' | 'boolean' }>
  load(): Promise<{ run: Command }>
}

const serving = {
  demo: { type: 'string' },
  empty: { type: 'boolean' },
  lan: { type: 'boolean' },
  dev: { type: 'boolean' },
} as const

const commands: Record<string, Entry> = {
  serve: {
    help: 'app and API; --demo=small|full, --empty, --lan (phones in the local network)',
    options: serving,
    load: () => import('./commands/serve.ts'),
  },
  work: {
    help: 'planning runs and jobs without the web, beside other nodes',
    load: () => import('./commands/work.ts'),
  },
  migrate: { help: 'bring the database to this version', load: () => import('./commands/database/migrate.ts') },
  import: {
    help: 'a file into the company: import --profile online-retail FILE [--dry-run] [--site CODE]; prints the accounting as JSON',
    options: {
      profile: { type: 'string' },
      'dry-run': { type: 'boolean' },
      company: { type: 'string' },
      site: { type: 'string' },
      sheet: { type: 'string' },
    },
    load: () => import('./commands/import.ts'),
  },
  ways: {
    help: 'ways by road from a server of OSRM or Valhalla: ways --site CODE --osrm URL | --valhalla URL [--profile NAME]',
    options: {
      site: { type: 'string' },
      osrm: { type: 'string' },
      valhalla: { type: 'string' },
      profile: { type: 'string' },
      company: { type: 'string' },
    },
    load: () => import('./commands/ways.ts'),
  },
  check: {
    help: 'every promise about the data, rows examined and rows that differ: check [--company ID] [--json]',
    options: { company: { type: 'string' }, json: { type: 'boolean' } },
    load: () => import('./commands/database/check.ts'),
  },
  backup: {
    help: 'the built-in database, while it works: backup [FOLDER] [--keep N] [--json]; FOLDER is BACKUP_DIR unless given',
    options: { keep: { type: 'string' }, json: { type: 'boolean' } },
    load: () => import('./commands/database/backup.ts'),
  },
  restore: {
    help: 'a backup into a new data folder, proved by every check: restore BACKUP --to FOLDER [--until MOMENT|end] [--wal FOLDER]',
    options: { to: { type: 'string' }, until: { type: 'string' }, wal: { type: 'string' }, json: { type: 'boolean' } },
    load: () => import('./commands/database/restore.ts'),
  },
  schema: {
    help: 'tables, checks, policies, and who writes them: schema [table]',
    load: () => import('./commands/database/schema.ts'),
  },
}

const usage = () =>
  [
    'entrepot <command> [options]',
    '',
    ...Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(9)} ${help}`),
    '',
    'Set by environment variable:',
    ...Object.entries(settings).map(([name, { help }]) => `  ${name.padEnd(24)} ${help}`),
    'A secret may also come as NAME_FILE, the path of a file that holds it.',
  ].join('\n')

const main = async (words: string[]): Promise<number> => {
  const [first = 'serve', ...rest] =
    words[0]?.startsWith('-') && !['--help', '-h'].includes(words[0]) ? ['serve', ...words] : words
  if (['help', '--help', '-h'].includes(first)) {
    console.log(usage())
    return 0
  }
  const command = commands[first]
  if (command === undefined) {
    console.error(`there is no command "${first}"\n\n${usage()}`)
    return 2
  }
  const { values, positionals } = parseArgs({ args: rest, options: command.options ?? {}, allowPositionals: true })
  const { run } = await command.load()
  return run(positionals, values as CommandOptions, readConfig(process.env, process.cwd()))
}

/** Mistakes of the person who started it are told in a sentence; a stack is for bugs. */
const isFriendly = (error: unknown) =>
  error instanceof ConfigError ||
  (error as { friendly?: boolean }).friendly === true ||
  String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS')

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(isFriendly(error) ? error.message : error)
    process.exit(1)
  },
)
