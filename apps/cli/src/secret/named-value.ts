import { connectProject } from '../api/connect.ts'
import { nothing, textIn } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { hiddenValue, requireName } from './given-value.ts'
import { forgetValue, keepValue, readKept } from './kept-values.ts'

/** Secrets and variables are set and removed alike: on the server for a project, or on this machine for a person's own runs. */
export interface NamedValues {
  kind: 'secrets' | 'variables'
  word: 'secret' | 'variable'
  command: 'secrets' | 'vars'
  /** What a person is asked before one is removed; null: it can be read and set again. */
  lossOf: string | null
}

export const environmentOption = {
  flags: '-e, --environment <name>',
  text: 'of that environment; left out: of the whole repository',
}
export const localOption = {
  flags: '--local',
  text: 'on this machine, for your own `gantry ci` and `gantry run` in this repository',
}

/** @param more what the server is told besides */
export async function setValue(values: NamedValues, call: Call, host: Host, more: object = {}): Promise<ExitCode> {
  const { kind, command } = values
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), command)
  const environment = call.text('environment') ?? null
  const isLocal = call.flag('local')
  const value = call.text('value') ?? (await hiddenValue(host, name, command))
  const kept = isLocal
    ? await keepValue(host, await treeFacts(host.cwd), { kind, environment, name }, value)
    : await connectProject(call, host).post(`/${kind}`, { name, environment, value, ...more }, textIn('name'))
  output.json({ name: kept, environment })
  output.print(`set ${kept}${ofEnvironment(environment)}${isLocal ? ', for runs on this machine' : ''}`)
  return 0
}

export async function removeValue(values: NamedValues, call: Call, host: Host): Promise<ExitCode> {
  const { kind, word, command, lossOf } = values
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), command)
  const environment = call.text('environment') ?? null
  const which = `${name}${ofEnvironment(environment)}`
  const isAsked = lossOf !== null && host.isInteractive && !call.flag('yes')
  if (isAsked && !(await confirm(host, `Remove ${which}? ${lossOf}`))) return 1
  if (call.flag('local')) {
    if (!(await forgetValue(host, await treeFacts(host.cwd), { kind, environment, name })))
      throw new CalledWrongly(`no ${word} ${which} on this machine`, `See \`gantry ${command} --local\`.`)
  } else await connectProject(call, host).post(`/${kind}/remove`, { name, environment }, nothing)
  output.json({ removed: name, environment })
  output.print(`removed ${which}`)
  return 0
}

/** Those of this machine, for the repository of this folder. */
export async function valuesHere(
  { kind }: NamedValues,
  host: Host,
): Promise<{ name: string; environment: string | null; value: string }[]> {
  const { remote, top } = await treeFacts(host.cwd)
  const kept = (await readKept(host, remote, top))[kind]
  return Object.entries(kept).flatMap(([scope, values]) =>
    Object.entries(values).map(([name, value]) => ({ name, value, environment: scope || null })),
  )
}

export const ofEnvironment = (environment: string | null): string => (environment === null ? '' : ` of ${environment}`)
