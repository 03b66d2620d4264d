import { counted, percent, withShortShas } from '@gantry/core'
import { Issue, IssueActs, IssueEvents, IssueParts, IssueSpread, IssueView, Line, SpreadRange } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import {
  archive,
  assign,
  comment,
  merge,
  mute,
  numberOf,
  reopen,
  resolve,
  split,
  undo,
} from '../issue/change-issues.ts'
import { actLine } from '../issue/render-act.ts'
import { renderEvent } from '../issue/render-event.ts'
import { renderSpread } from '../issue/render-spread.ts'
import { unknownEnvironment } from '../line/unknown-environment.ts'
import { joinedQuery, savedSearch } from '../search/saved-search.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({
  ...{ list, show, activity, parts, resolve, reopen, mute, archive, assign, comment, merge, split, undo },
})

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument, { name: '[number]', text: 'number of an issue; several for acts: 12,13' }],
  options: [
    { flags: '-q, --query <text>', text: 'list: search, as `is:unresolved user:… browser:Safari* "declined"`' },
    { flags: '--saved <name>', text: 'list: a saved search; what is typed beside it narrows it' },
    { flags: '--environment <name>', text: 'list: seen in this environment' },
    { flags: '--new', text: 'list: first seen with the release that is live there (or anywhere)' },
    {
      flags: '--state <state>',
      text: 'list: in this state (open, unless the query says `is:`)',
      choices: ['open', 'resolved', 'muted', 'archived', 'all'],
    },
    { flags: '-n, --limit <count>', text: 'list: how many, last seen first', default: '25' },
    {
      flags: '--range <time>',
      text: 'show: how far its events over time go back',
      choices: SpreadRange.options,
      default: '24h',
    },
    { flags: '--in <release>', text: 'resolve: next-release, this-release or the name of one' },
    { flags: '--for <time>', text: 'mute: for that long, as 24h' },
    { flags: '--events <count>', text: 'mute: until that many more came' },
    { flags: '--rate <rate>', text: 'mute: until that many come within a time, as 100/1h' },
    { flags: '--to <person>', text: 'assign: me, or name or e-mail of a member; nobody' },
    { flags: '--with <numbers>', text: 'merge: the issues that become part of it, as 13,14' },
    { flags: '--part <id...>', text: 'split: the parts that leave' },
    { flags: '--event <id...>', text: 'split: the parts of these events' },
    { flags: '--act <id>', text: 'undo: which act; the newest that can be undone' },
    { flags: '--reason <text>', text: 'acts: why, which is kept; comment: what to say' },
  ],
  examples: [
    'issues --environment production --new',
    'issues --query "is:regressed user:mira@shop.example"',
    'issues show 12 --range 14d',
    'issues resolve 12 --in next-release --reason "mended in 4b1d0e7"',
    'issues mute 12,13 --for 24h',
    'issues merge 12 --with 13,14',
    'issues undo 12',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const name = call.text('saved')
  const saved = name === undefined ? {} : (await savedSearch(api, 'issues', name)).search
  const environment = call.text('environment') ?? saved.environment
  const search = joinedQuery([saved.q, call.text('query')])
  const limit = call.int('limit', { min: 1, max: 500 })
  const state = call.text('state') ?? saved.state ?? (/(^|[\s(-])is:/i.test(search ?? '') ? 'all' : 'open')
  const asked = query({
    environment,
    limit,
    query: search,
    release: saved.release,
    state: state === 'all' ? undefined : state,
  })
  const all = await api.get(`/issues${asked}`, listIn('issues', Issue))
  const fresh = call.flag('new') ? await liveReleases(api, environment) : null
  const issues = all.filter(({ firstRelease }) => fresh === null || (firstRelease !== null && fresh.has(firstRelease)))
  output.json({ issues })
  const rows = issues.map(issue => [
    `#${issue.number}`,
    issue.level,
    String(issue.events),
    String(issue.people),
    ago(issue.lastSeen, host.now()),
    issue.service ?? '–',
    cut(issue.title, 80),
  ])
  const head = ['issue', 'level', 'events', 'people', 'last seen', 'service', 'title']
  output.print(table(head, rows).trimEnd() || `no issue${await unknownEnvironment(api, environment)}`)
}

async function show(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const path = `/issues/${numberOf(call)}`
  const [issue, { events }, spread] = await Promise.all([
    api.get(path, one(IssueView)),
    api.get(`${path}/events?limit=1`, one(IssueEvents)),
    api.get(`${path}/spread${query({ range: call.text('range') })}`, one(IssueSpread)),
  ])
  output.json({ ...issue, newest: events[0] ?? null, spread })
  output.print(output.paint.bold(`#${issue.number} ${issue.title}`))
  output.print(
    `${issue.state}, ${issue.level}, ${counted(issue.events, 'event')} of ${counted(issue.people, 'person', 'people')}, last ${ago(issue.lastSeen, host.now())}`,
  )
  output.print(
    `in ${issue.environments.join(', ')}; first seen with ${withShortShas(issue.firstRelease ?? 'an unknown release')}`,
  )
  if (issue.assignee) output.print(`assigned to ${issue.assignee.name} (${issue.assignee.why.replaceAll('-', ' ')})`)
  if (issue.parts > 1) output.print(`${counted(issue.parts, 'part')}: see \`gantry issues parts ${issue.number}\``)
  output.print(`grouped by ${issue.grouping.because.join(', ') || 'its fingerprint'}`)
  for (const line of renderSpread(spread, host.now())) output.print(line)
  for (const { name, of, values } of issue.tags) {
    output.print(
      `  ${name}: ${values
        .slice(0, 3)
        .map(({ value, count }) => `${withShortShas(value)} (${percent(count / of)})`)
        .join(', ')}`,
    )
  }
  const [newest] = events
  if (newest) output.print(`\n${renderEvent(newest)}`)
  if (newest?.traceId) output.print(`its trace: \`gantry trace ${newest.traceId}\``)
}

async function activity(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const { acts } = await connectProject(call, host).get(`/issues/${numberOf(call)}/acts`, one(IssueActs))
  output.json({ acts })
  for (const act of acts) output.print(`${act.id}  ${ago(act.at, host.now())}  ${actLine(act)}`)
}

async function parts(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const { parts: all } = await connectProject(call, host).get(`/issues/${numberOf(call)}/parts`, one(IssueParts))
  output.json({ parts: all })
  const rows = all.map(part => [
    part.id,
    String(part.events),
    ago(part.lastSeen, host.now()),
    part.isOwn ? 'gives the number' : `was #${part.number}`,
    cut(part.title, 60),
    cut(part.because.join(', '), 80),
  ])
  output.print(table(['part', 'events', 'last seen', '', 'title', 'grouped by'], rows).trimEnd())
}

async function liveReleases(api: Api, environment: string | undefined): Promise<Set<string>> {
  const { cells } = await api.get('/line', one(Line))
  return new Set(
    cells
      .filter(cell => environment === undefined || cell.environment === environment)
      .flatMap(({ release }) => release ?? []),
  )
}
