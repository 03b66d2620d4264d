import { SavedSearchView } from '@gantry/core/api'
import { connectProject } from '../api/connect.ts'
import { nothing, one } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand, type ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import { savedSearch, savedSearches } from '../search/saved-search.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, shown, table } from '../terminal/table.ts'

const actions = actionsOf({ list, save, rename, share, unshare, remove, 'put-back': putBack })

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[name]', text: 'its name; put-back: the id that `remove` printed' }],
  options: [
    { flags: '--issues', text: 'one of issues, instead of one of lines' },
    { flags: '-q, --query <words>', text: 'save: what is searched for' },
    { flags: '--environment <name>', text: 'save: in this environment' },
    { flags: '--since <when>', text: 'save: how far back, of lines: 15m, 1h, 6h, 24h' },
    { flags: '--columns <names>', text: 'save: which fields of lines to show' },
    { flags: '--shared', text: 'save: for everybody in the project' },
    { flags: '--to <name>', text: 'rename: what it is called from now on' },
  ],
  details:
    'A saved search is one’s own, or shared with the project. It is used by `gantry logs --saved <name>` and `gantry issues --saved <name>`.',
  examples: [
    'searches',
    'searches save "slow checkout" -q "service:web duration_ms:>2000" --since 6h --shared',
    'searches rename "slow checkout" --to "slow payments"',
    'searches remove "slow payments"',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const searches = await savedSearches(connectProject(call, host))
  output.json({ searches })
  const rows = searches.map(({ name, kind, isShared, search }) => [
    ...[shown(name), kind, isShared ? 'everybody' : 'you'],
    cut(
      Object.entries(search)
        .map(([field, value]) => `${field}=${value}`)
        .join(' '),
      80,
    ),
  ])
  output.print(table(['search', 'of', 'of whom', 'looks for'], rows).trimEnd() || 'no saved search')
}

async function save(call: Call, host: Host): Promise<void> {
  const [q, environment] = [call.text('query'), call.text('environment')]
  const ofLines = { range: call.text('since'), columns: call.text('columns') }
  if (call.flag('issues') && (ofLines.range ?? ofLines.columns) !== undefined)
    throw new CalledWrongly('--since and --columns are of lines, and not of issues')
  const search = { q, environment, ...ofLines }
  const body = { kind: kindOf(call), name: call.required('name'), isShared: call.flag('shared'), search }
  said(call, host, await connectProject(call, host).post('/searches', body, one(SavedSearchView)), 'saved')
}

function rename(call: Call, host: Host): Promise<void> {
  return change(call, host, { name: call.required('to') }, 'renamed')
}

function share(call: Call, host: Host): Promise<void> {
  return change(call, host, { isShared: true }, 'shared with everybody in the project')
}

function unshare(call: Call, host: Host): Promise<void> {
  return change(call, host, { isShared: false }, 'yours alone now')
}

async function change(call: Call, host: Host, wanted: object, what: string): Promise<void> {
  const api = connectProject(call, host)
  const { id, version } = await savedSearch(api, kindOf(call), call.required('name'))
  said(call, host, await api.post(`/searches/${id}`, { version, ...wanted }, one(SavedSearchView)), what)
}

async function remove(call: Call, host: Host): Promise<void> {
  const api = connectProject(call, host)
  const search = await savedSearch(api, kindOf(call), call.required('name'))
  await api.post(`/searches/${search.id}/remove`, {}, nothing)
  said(call, host, search, `removed; \`gantry searches put-back ${search.id}\` takes that back`)
}

async function putBack(call: Call, host: Host): Promise<ExitCode> {
  const id = encodeURIComponent(call.required('name'))
  said(
    call,
    host,
    await connectProject(call, host).post(`/searches/${id}/put-back`, {}, one(SavedSearchView)),
    'put back',
  )
  return 0
}

const kindOf = (call: Call) => (call.flag('issues') ? 'issues' : 'logs')

function said(call: Call, host: Host, search: SavedSearchView, what: string): void {
  const output = outputOf(call, host)
  output.json({ search })
  output.print(`${shown(search.name)}: ${what}`)
}
