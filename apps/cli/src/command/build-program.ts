import { Argument, Command as CommanderCommand, Option } from 'commander'
import { commands, groups } from '../commands/index.ts'
import type { Host } from '../host.ts'
import { Call } from './call.ts'
import { CalledWrongly } from './called-wrongly.ts'
import type { ArgumentSpec, Command, ExitCode, OptionSpec } from './command.ts'

/**
 * The command line. Only the command that is meant is loaded; of the others their names and summaries are known,
 * which is all that `gantry --help` and the nearest-word search need.
 */
export async function buildProgram(
  argv: readonly string[],
  host: Host,
  ended: (exitCode: ExitCode) => void,
): Promise<CommanderCommand> {
  const program = new CommanderCommand('gantry')
  program
    .description('Takes a pnpm monorepo from pull request to watched production.')
    .exitOverride()
    .configureOutput({
      writeOut: text => host.stdout.write(text),
      // Errors are rendered once, by the program.
      writeErr: () => {},
      getOutHelpWidth: () => host.stdout.columns,
    })
    .addHelpText('after', footer)
    .option('--version', 'print the version')
  const meant = argv.find(word => !word.startsWith('-') && word !== 'help')
  for (const [name, { summary, group, load }] of Object.entries(commands)) {
    const entry = program.command(name).summary(summary).description(summary).helpGroup(groups[group])
    if (name === meant) fill(entry, (await load()).command, host, ended)
  }
  return program
}

const footer = `
Every command takes --json and --help, which shows an example.
Exit codes: 0 done, 1 the thing checked is bad, 2 called wrongly, 3 Gantry or a service it needs failed.`

function fill(entry: CommanderCommand, command: Command, host: Host, ended: (exitCode: ExitCode) => void): void {
  const takesMore = (command.arguments ?? []).length > 1
  for (const spec of command.arguments ?? []) entry.addArgument(argumentOf(spec, takesMore ? entry.name() : null))
  for (const spec of command.options ?? []) entry.addOption(optionOf(spec))
  if (command.isOfProject) entry.option('--project <project>', 'which one (GANTRY_PROJECT; the one of this folder)')
  entry.option('--json', 'print what was found as JSON, for programs')
  const examples = command.examples.map(example => `  $ gantry ${example}`).join('\n')
  const heading = command.examples.length > 1 ? 'Examples:' : 'Example:'
  entry.addHelpText('after', `${command.details ? `\n${command.details}\n` : ''}\n${heading}\n${examples}`)
  const names = (command.arguments ?? []).map(({ name: text }) => text.replace(/[<>[\].]/g, ''))
  entry.action(async (...given: unknown[]) => {
    const values = Object.fromEntries(names.map((argument, index) => [argument, given[index]]))
    ended(await command.run(new Call(merged(entry.opts(), values)), host, commands))
  })
}

/** A value may be typed in its place or by an option of that name; @throws CalledWrongly when the two differ */
function merged(options: Record<string, unknown>, placed: Record<string, unknown>): Record<string, unknown> {
  const typed = Object.entries(placed).filter(([, value]) => value !== undefined)
  for (const [name, value] of typed) {
    const other = options[name]
    if (other !== undefined && other !== value)
      throw new CalledWrongly(`expected one ${name}, got "${value}" and --${name} "${other}"`)
  }
  return { ...options, ...Object.fromEntries(typed) }
}

/** @param command whose first word may have been left out, as in `gantry runs 12`; null where nothing follows that word */
function argumentOf({ choices, ...spec }: ArgumentSpec, command: string | null): Argument {
  const argument = new Argument(spec.name, spec.text)
  if (choices) {
    argument.choices(choices).argParser((given: string) => {
      if (choices.includes(given)) return given
      const isName = command !== null && choices.includes('show') && /\d/.test(given)
      const hint = isName ? `Try \`gantry ${command} show ${given}\`.` : null
      throw new CalledWrongly(`"${given}" is none of ${choices.join(', ')}`, hint)
    })
  }
  if (spec.default !== undefined) argument.default(spec.default)
  return argument
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.text)
  if (spec.choices) option.choices(spec.choices)
  if (spec.default !== undefined) option.default(spec.default)
  if (spec.isRepeatable) {
    option.argParser((value: string, former: unknown) => [...(Array.isArray(former) ? former : []), value])
  }
  return option
}
