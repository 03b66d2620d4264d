import { parseDuration } from '@gantry/core'
import { IngestKeyView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { listIn, nothing, one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({ list, add, change, rotate, revoke })
const most = 1_000_000_000

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[which]', text: 'change, rotate, revoke: its id, or the beginning of it' }],
  options: [
    { flags: '--service <name>', text: 'add: whose reports come with it; the project’s when left out' },
    { flags: '--kind <kind>', text: 'add: who may see it', choices: ['client', 'server'], default: 'client' },
    {
      flags: '--origin <origin>',
      text: 'add, change: pages that may report with it; may be repeated',
      isRepeatable: true,
    },
    { flags: '--per-minute <count>', text: 'add, change: items it may send in a minute' },
    { flags: '--any-origin', text: 'change: let all pages report with it' },
    { flags: '--unlimited', text: 'change: let it send as much as there is' },
    { flags: '--grace <duration>', text: 'rotate: how long the former one still works', default: '7d' },
    { flags: '--dry-run', text: 'say what would be done' },
  ],
  details: `Each service gets a key of its own when its config is adopted, as SENTRY_DSN. After rotate it gets the new one with its
next deployment; the former works until its grace ends. A revoked key stops at once.`,
  examples: [
    'keys',
    'keys add --service builder --origin https://shop.example --per-minute 600',
    'keys change 5f0c --per-minute 1200',
    'keys rotate 5f0c --grace 1d',
    'keys revoke 5f0c',
  ],
  run: actions.run,
})

const keysOf = (call: Call, host: Host) => connectProject(call, host).get('/ingest-keys', listIn('keys', IngestKeyView))

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const keys = await keysOf(call, host)
  output.json({ keys })
  const rows = keys.map(key => [
    key.id.slice(0, 8),
    key.service ?? '–',
    key.kind,
    key.worksUntil !== null && key.state === 'rotated' ? `until ${key.worksUntil.slice(0, 16)}` : key.state,
    key.origins.length === 0 ? 'any' : cut(key.origins.join(' '), 40),
    key.perMinute === null ? '–' : String(key.perMinute),
    key.lastUsedAt === null ? 'never' : ago(key.lastUsedAt, host.now()),
    key.dsn,
  ])
  const head = ['key', 'service', 'kind', 'state', 'origins', 'a minute', 'used', 'dsn']
  output.print(table(head, rows).trimEnd() || 'no key')
}

async function add(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const perMinute = call.int('perMinute', { min: 1, max: most }) ?? null
  const asked = {
    service: call.text('service') ?? null,
    kind: call.required('kind'),
    origins: call.list('origin'),
    perMinute,
  }
  if (call.flag('dryRun'))
    return said(output, { would: 'add', ...asked }, `would make a key for ${asked.service ?? 'the project'}`)
  const key = await connectProject(call, host).post('/ingest-keys', asked, one(IngestKeyView))
  said(output, { key }, key.dsn)
}

async function change(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const key = await theOne(call, host)
  const given = call.list('origin')
  const limit = call.int('perMinute', { min: 1, max: most })
  const origins = call.flag('anyOrigin') ? [] : given.length > 0 ? given : key.origins
  const perMinute = call.flag('unlimited') ? null : (limit ?? key.perMinute)
  const words = `${origins.length === 0 ? 'any origin' : origins.join(', ')}; ${perMinute ?? 'any number'} a minute`
  if (call.flag('dryRun'))
    return said(output, { would: 'change', id: key.id, origins, perMinute }, `would allow ${words}`)
  const changed = await connectProject(call, host).post(`${at(key)}/limits`, { origins, perMinute }, one(IngestKeyView))
  said(output, { key: changed }, `${nameOf(key)}: ${words}`)
}

async function rotate(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const grace = call.required('grace')
  if (parseDuration(grace) === null) throw new CalledWrongly(`grace: expected a duration such as 7d, got "${grace}"`)
  const key = await theOne(call, host)
  if (call.flag('dryRun'))
    return said(output, { would: 'rotate', id: key.id, grace }, `would rotate the key of ${nameOf(key)}`)
  const next = await connectProject(call, host).post(`${at(key)}/rotate`, { grace }, one(IngestKeyView))
  said(output, { key: next, former: key.id }, next.dsn)
  output.note(
    `the former one works for ${grace}${key.isOwn ? '; its service gets this one with its next deployment' : ''}`,
  )
}

async function revoke(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const key = await theOne(call, host)
  if (call.flag('dryRun'))
    return said(output, { would: 'revoke', id: key.id }, `would revoke the key of ${nameOf(key)}`)
  await connectProject(call, host).post(`${at(key)}/revoke`, {}, nothing)
  said(output, { revoked: key.id }, `revoked the key of ${nameOf(key)}`)
}

async function theOne(call: Call, host: Host): Promise<IngestKeyView> {
  const asked = call.text('which')
  if (!asked) throw new CalledWrongly('expected the id of a key, got none', 'See `gantry keys`.')
  const found = (await keysOf(call, host)).filter(({ id }) => id.startsWith(asked))
  const [key] = found
  if (key && found.length === 1) return key
  throw new CalledWrongly(`expected the id of one key, ${found.length} begin with ${asked}`, 'See `gantry keys`.')
}

const at = ({ id }: IngestKeyView) => `/ingest-keys/${encodeURIComponent(id)}`

const nameOf = ({ service, kind, id }: IngestKeyView) => `${service ?? 'the project'} (${kind}, ${id.slice(0, 8)})`

function said(output: ReturnType<typeof outputOf>, json: object, text: string): void {
  output.json(json)
  output.print(text)
}
