import { RotationView, SecretList } from '@gantry/core/api'
import { connect, connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import {
  environmentOption,
  localOption,
  type NamedValues,
  removeValue,
  setValue,
  valuesHere,
} from '../secret/named-value.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

const secrets: NamedValues = {
  kind: 'secrets',
  word: 'secret',
  command: 'secrets',
  lossOf: 'Its value cannot be had back.',
}
const actions = actionsOf({
  list,
  set,
  rm: (call, host) => removeValue(secrets, call, host),
  'rotate-key': rotate,
})

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[name]', text: 'set, rm: its name, as in `secrets.NAME`' }],
  options: [
    environmentOption,
    {
      flags: '--any-branch',
      text: 'set: pull requests and other branches have it too, whatever their files do with it',
    },
    localOption,
    { flags: '--yes', text: 'rm: do not ask' },
  ],
  details: `The value comes by the standard input, or is asked for without showing it; it is never an argument and never shown again.
A job has the secrets of the repository, and those of its \`environment:\` once it was let in; of two with one name the
environment's wins. Runs of pull requests have none but those set with --any-branch.
With --local they lie in a file of your configuration folder that only you can read. rotate-key seals all secrets of the
server with another key; docs/guides/secrets.md says how, and which secrets the vendors give out.`,
  examples: [
    'secrets',
    'secrets set FLY_API_TOKEN --environment production < token.txt',
    'secrets set NPM_TOKEN --local',
    'secrets rm FLY_API_TOKEN --environment staging',
    'secrets rotate-key',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<ExitCode> {
  if (call.flag('local')) return listLocal(call, host)
  const output = outputOf(call, host)
  const { secrets, unset } = await connectProject(call, host).get('/secrets', one(SecretList))
  const missing = unset.filter(({ kind }) => kind === 'secret')
  output.json({ secrets, unset: missing })
  const rows = secrets.map(({ name, environment, isForAnyBranch, isLost, updatedAt, updatedBy }) => [
    name,
    environment ?? 'repository',
    isLost ? 'its key is lost: set it again' : isForAnyBranch ? 'any branch' : '',
    ago(updatedAt, host.now()),
    updatedBy,
  ])
  output.print(table(['secret', 'of', '', 'set', 'by'], rows).trimEnd() || 'no secret')
  if (missing.length === 0) return 0
  output.print('\nasked for by workflows of main, and not set:')
  const asked = missing.map(({ name, environment, askedBy }) => [name, environment ?? 'repository', askedBy.join(', ')])
  output.print(table(['secret', 'of', 'asked for by'], asked).trimEnd())
  return 0
}

async function listLocal(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const names = (await valuesHere(secrets, host)).map(({ name, environment }) => ({ name, environment }))
  output.json({ secrets: names })
  const rows = names.map(({ name, environment }) => [name, environment ?? 'repository'])
  output.print(table(['secret', 'of'], rows).trimEnd() || 'no secret on this machine')
  return 0
}

async function set(call: Call, host: Host): Promise<ExitCode> {
  const isForAnyBranch = call.flag('anyBranch')
  if (isForAnyBranch && (call.text('environment') !== undefined || call.flag('local')))
    throw new CalledWrongly('--any-branch is for secrets of the repository on the server')
  return setValue(secrets, call, host, { isForAnyBranch })
}

async function rotate(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const rotation = await connect(host).post('/api/v1/secret-key/rotate', {}, one(RotationView))
  output.json(rotation)
  output.print(`sealed ${rotation.resealed} secrets with key ${rotation.key}`)
  for (const name of rotation.unopened) output.print(`could not be opened, set it again: ${name}`)
  return rotation.unopened.length === 0 ? 0 : 1
}
