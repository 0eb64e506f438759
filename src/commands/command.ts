import type { Config } from '../core/config.ts'

export type CommandOptions = { [name: string]: string | boolean | undefined }
/** What a command's file exports as `run`: answers the exit code, throws FriendlyError for what its caller can mend. */
export type Command = (words: string[], options: CommandOptions, config: Config) => Promise<number>
