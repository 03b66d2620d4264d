import { VariableList, type VariableView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { nothing, one, textIn } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { hiddenValue, requireName } from '../secret/given-value.ts'
import { forgetValue, keepValue, readKept } from '../secret/kept-values.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = { list, get, set, rm: remove } as const

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    { name: '[action]', text: 'what to do', choices: Object.keys(actions), default: 'list' },
    { name: '[name]', text: 'get, set, rm: its name, as in `vars.NAME`' },
    { name: '[value]', text: 'set: what it is; left out: from the standard input' },
  ],
  options: [
    { flags: '-e, --environment <name>', text: 'of that environment; left out: of the whole repository' },
    { flags: '--local', text: 'on this machine, for your own `gantry ci` and `gantry run` in this repository' },
  ],
  details: `Variables are no secrets: everybody who may look sees them, and logs show them. A job has those of the repository, and those
of its \`environment:\`; of two with one name the environment's wins. \`get\` answers what a job of the environment has.`,
  examples: ['vars', 'vars set REGION fra --environment production', 'vars get REGION -e production', 'vars rm REGION'],
  async run(call, host) {
    const [, action] = Object.entries(actions).find(([name]) => name === call.required('action')) ?? []
    return action ? action(call, host) : 2
  },
})

type Shown = Pick<VariableView, 'name' | 'environment' | 'value'>

async function all(call: Call, host: Host): Promise<Shown[]> {
  if (!call.flag('local')) return (await connectProject(call, host).get('/variables', one(VariableList))).variables
  const { remote, top } = await treeFacts(host.cwd)
  const { variables } = await readKept(host, remote, top)
  return Object.entries(variables).flatMap(([scope, values]) =>
    Object.entries(values).map(([name, value]) => ({ name, value, environment: scope || null })),
  )
}

async function list(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const variables = await all(call, host)
  output.json({ variables })
  const rows = variables.map(({ name, environment, value }) => [name, environment ?? 'repository', cut(value, 60)])
  output.print(table(['variable', 'of', 'value'], rows).trimEnd() || 'no variable')
  return 0
}

async function get(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'vars').toUpperCase()
  const environment = call.text('environment') ?? null
  const named = (await all(call, host)).filter(each => each.name === name)
  const found = named.find(each => each.environment === environment) ?? named.find(each => each.environment === null)
  if (!found) throw new CalledWrongly(`no variable ${name}${of(environment)}`, 'See `gantry vars`.')
  output.json({ variable: found })
  output.print(found.value)
  return 0
}

async function set(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'vars')
  const environment = call.text('environment') ?? null
  const value = call.text('value') ?? (await hiddenValue(host, name))
  const kept = call.flag('local')
    ? await keepValue(host, await treeFacts(host.cwd), { kind: 'variables', environment, name }, value)
    : await connectProject(call, host).post('/variables', { name, environment, value }, textIn('name'))
  output.json({ name: kept, environment })
  output.print(`set ${kept}${of(environment)}`)
  return 0
}

async function remove(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'vars')
  const environment = call.text('environment') ?? null
  if (call.flag('local')) {
    const isThere = await forgetValue(host, await treeFacts(host.cwd), { kind: 'variables', environment, name })
    if (!isThere) throw new CalledWrongly(`no variable ${name}${of(environment)} on this machine`)
  } else await connectProject(call, host).post('/variables/remove', { name, environment }, nothing)
  output.json({ removed: name, environment })
  output.print(`removed ${name}${of(environment)}`)
  return 0
}

const of = (environment: string | null): string => (environment === null ? '' : ` of ${environment}`)
