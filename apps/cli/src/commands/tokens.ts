import { TokenView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, nothing, textIn } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({ list, create, revoke })

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[which]', text: 'create: a name for it; revoke: its id, or the beginning of it' },
  ],
  options: [
    {
      flags: '--scope <scope...>',
      text: 'create: what it may do: read, run, release, respond, ingest, deploy:<environment>, rollback:<environment>',
    },
    { flags: '--days <count>', text: 'create: how long it works, up to 365', default: '90' },
  ],
  details: `A token is for a program, such as GitHub's jobs: it does what its scopes say in this one project, and nothing that only
people do, such as approving. It is printed once. Tokens of jobs end with their jobs.`,
  examples: ['tokens', 'tokens create github --scope read release deploy:staging --days 30', 'tokens revoke 5f0c'],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const tokens = await connectProject(call, host).get('/tokens', listIn('tokens', TokenView))
  output.json({ tokens })
  const now = host.now()
  const rows = tokens.map(({ id, name, kind, scopes, createdBy, expiresAt, lastUsedAt }) => [
    id.slice(0, 8),
    cut(name, 50),
    kind,
    cut(scopes.join(' '), 50),
    createdBy ?? '–',
    lastUsedAt === null ? 'never' : ago(lastUsedAt, now),
    expiresAt.slice(0, 10),
  ])
  const titles = ['token', 'name', 'of a', 'may', 'made by', 'used', 'until']
  output.print(table(titles, rows).trimEnd() || 'no token')
}

async function create(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const scopes = call.list('scope')
  if (scopes.length === 0) throw new CalledWrongly('expected --scope, got none', 'See `gantry tokens --help`.')
  const asked = { name: which(call, 'a name'), scopes, days: call.int('days', { min: 1, max: 365 }) }
  const token = await connectProject(call, host).post('/tokens', asked, textIn('token'))
  output.json({ token })
  output.print(token)
  output.note('it is not shown again; keep it as the secret GANTRY_TOKEN of whoever is to use it')
}

async function revoke(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const asked = which(call, 'an id')
  const found = (await api.get('/tokens', listIn('tokens', TokenView))).filter(({ id }) => id.startsWith(asked))
  const [token] = found
  if (!token || found.length > 1)
    throw new CalledWrongly(`expected the id of one token, ${found.length} begin with ${asked}`, 'See `gantry tokens`.')
  await api.post(`/tokens/${encodeURIComponent(token.id)}/revoke`, {}, nothing)
  output.json({ revoked: token.id })
  output.print(`revoked ${token.name}`)
}

function which(call: Call, what: string): string {
  const given = call.text('which')
  if (given) return given
  throw new CalledWrongly(`expected ${what}, got none`, 'See `gantry tokens --help`.')
}
