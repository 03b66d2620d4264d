import type { Host } from '../host.ts'
import type { Call } from './call.ts'

/** 0 done, 1 the thing checked is bad, 2 called wrongly, 3 Gantry or a service it needs failed. */
export type ExitCode = 0 | 1 | 2 | 3

export interface ArgumentSpec {
  /** `<release>` when it must be there, `[action]` when it may, `[files...]` for any number. */
  name: string
  text: string
  choices?: readonly string[]
  default?: string
}

export interface OptionSpec {
  /** As commander reads them: `-e, --environment <name>`. */
  flags: string
  text: string
  choices?: readonly string[]
  default?: string
  /** May be given several times; the values are collected. */
  isRepeatable?: boolean
}

/** One verb: what it takes and what it does. Its one-line summary stands in the registry. */
export interface Command {
  /** It is about one project: `--project` says which. */
  isOfProject?: true
  arguments?: readonly ArgumentSpec[]
  options?: readonly OptionSpec[]
  /** What `--help` adds below the options, before the example. */
  details?: string
  /** Typed as a person would, without the leading `gantry `. At least one. */
  examples: readonly [string, ...string[]]
  /** What is thrown is rendered once, by the program. @param all every command, for those that speak of the others */
  run(call: Call, host: Host, all: Commands): Promise<ExitCode>
}

/** Commands by name. */
export type Commands = Readonly<Record<string, { summary: string; load(): Promise<{ command: Command }> }>>

/** Says what a file in `commands/` must export. Changes nothing. */
export const defineCommand = (command: Command): Command => command
