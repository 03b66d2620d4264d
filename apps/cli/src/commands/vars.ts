import { VariableList, type VariableView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { requireName } from '../secret/given-value.ts'
import {
  environmentOption,
  localOption,
  type NamedValues,
  ofEnvironment,
  removeValue,
  setValue,
  valuesHere,
} from '../secret/named-value.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const variables: NamedValues = { kind: 'variables', word: 'variable', command: 'vars', lossOf: null }
const actions = actionsOf({
  list,
  get,
  set: (call, host) => setValue(variables, call, host),
  rm: (call, host) => removeValue(variables, call, host),
})

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[name]', text: 'get, set, rm: its name, as in `vars.NAME`' },
    { name: '[value]', text: 'set: what it is; left out: from the standard input' },
  ],
  options: [environmentOption, localOption],
  details: `Variables are no secrets: everybody who may look sees them, and logs show them. A job has those of the repository, and those
of its \`environment:\`; of two with one name the environment's wins. \`get\` answers what a job of the environment has.`,
  examples: ['vars', 'vars set REGION fra --environment production', 'vars get REGION -e production', 'vars rm REGION'],
  run: actions.run,
})

type Shown = Pick<VariableView, 'name' | 'environment' | 'value'>

async function all(call: Call, host: Host): Promise<Shown[]> {
  if (call.flag('local')) return valuesHere(variables, host)
  return (await connectProject(call, host).get('/variables', one(VariableList))).variables
}

async function list(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const shown = await all(call, host)
  output.json({ variables: shown })
  const rows = shown.map(({ name, environment, value }) => [name, environment ?? 'repository', cut(value, 60)])
  output.print(table(['variable', 'of', 'value'], rows).trimEnd() || 'no variable')
  return 0
}

async function get(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'vars').toUpperCase()
  const environment = call.text('environment') ?? null
  const named = (await all(call, host)).filter(each => each.name === name)
  const found = named.find(each => each.environment === environment) ?? named.find(each => each.environment === null)
  if (!found) throw new CalledWrongly(`no variable ${name}${ofEnvironment(environment)}`, 'See `gantry vars`.')
  output.json({ variable: found })
  output.print(found.value)
  return 0
}
