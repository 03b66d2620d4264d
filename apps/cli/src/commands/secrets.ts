import { RotationView, SecretList } from '@gantry/core/api'
import { connect, connectProject } from '../api/connect.ts'
import { nothing, one, textIn } from '../api/read.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { treeFacts } from '../local-run/git-facts.ts'
import { hiddenValue, requireName } from '../secret/given-value.ts'
import { forgetValue, keepValue, readKept } from '../secret/kept-values.ts'
import { ago } from '../terminal/ago.ts'
import { confirm } from '../terminal/confirm.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

const actions = { list, set, rm: remove, 'rotate-key': rotate } as const

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    { name: '[action]', text: 'what to do', choices: Object.keys(actions), default: 'list' },
    { name: '[name]', text: 'set, rm: its name, as in `secrets.NAME`' },
  ],
  options: [
    { flags: '-e, --environment <name>', text: 'of that environment; left out: of the whole repository' },
    {
      flags: '--any-branch',
      text: 'set: pull requests and other branches have it too, whatever their files do with it',
    },
    { flags: '--local', text: 'on this machine, for your own `gantry ci` and `gantry run` in this repository' },
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
  async run(call, host) {
    const [, action] = Object.entries(actions).find(([name]) => name === call.required('action')) ?? []
    return action ? action(call, host) : 2
  },
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
  const { remote, top } = await treeFacts(host.cwd)
  const { secrets } = await readKept(host, remote, top)
  const names = Object.entries(secrets).flatMap(([scope, values]) =>
    Object.keys(values).map(name => ({ name, environment: scope || null })),
  )
  output.json({ secrets: names })
  const rows = names.map(({ name, environment }) => [name, environment ?? 'repository'])
  output.print(table(['secret', 'of'], rows).trimEnd() || 'no secret on this machine')
  return 0
}

async function set(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'secrets')
  const environment = call.text('environment') ?? null
  const isForAnyBranch = call.flag('anyBranch')
  if (isForAnyBranch && (environment !== null || call.flag('local')))
    throw new CalledWrongly('--any-branch is for secrets of the repository on the server')
  if (call.flag('local')) {
    const git = await treeFacts(host.cwd)
    const kept = await keepValue(host, git, { kind: 'secrets', environment, name }, await hiddenValue(host, name))
    output.json({ name: kept, environment })
    output.print(`set ${kept}${of(environment)}, for runs on this machine`)
    return 0
  }
  const body = { name, environment, isForAnyBranch, value: await hiddenValue(host, name) }
  const kept = await connectProject(call, host).post('/secrets', body, textIn('name'))
  output.json({ name: kept, environment })
  output.print(`set ${kept}${of(environment)}`)
  return 0
}

async function remove(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const name = requireName(call.text('name'), 'secrets')
  const environment = call.text('environment') ?? null
  const question = `Remove ${name}${of(environment)}? Its value cannot be had back.`
  if (host.isInteractive && !call.flag('yes') && !(await confirm(host, question))) return 1
  if (call.flag('local')) {
    if (!(await forgetValue(host, await treeFacts(host.cwd), { kind: 'secrets', environment, name })))
      throw new CalledWrongly(`no secret ${name}${of(environment)} on this machine`, 'See `gantry secrets --local`.')
  } else await connectProject(call, host).post('/secrets/remove', { name, environment }, nothing)
  output.json({ removed: name, environment })
  output.print(`removed ${name}${of(environment)}`)
  return 0
}

async function rotate(call: Call, host: Host): Promise<ExitCode> {
  const output = outputOf(call, host)
  const rotation = await connect(host).post('/api/v1/secret-key/rotate', {}, one(RotationView))
  output.json(rotation)
  output.print(`sealed ${rotation.resealed} secrets with key ${rotation.key}`)
  for (const name of rotation.unopened) output.print(`could not be opened, set it again: ${name}`)
  return rotation.unopened.length === 0 ? 0 : 1
}

const of = (environment: string | null): string => (environment === null ? '' : ` of ${environment}`)
