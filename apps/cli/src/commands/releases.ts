import { shortSha } from '@gantry/core'
import { DeliveryFigures, Line, Release, ReleaseComparison, ReleaseSessions, ReleaseView } from '@gantry/core/api'
import * as z from 'zod'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import type { Host } from '../host.ts'
import { renderComparison } from '../release/render-comparison.ts'
import { renderFigures } from '../release/render-figures.ts'
import { renderSessions } from '../release/render-sessions.ts'
import { ago } from '../terminal/ago.ts'
import { outputOf } from '../terminal/output.ts'
import { cut, table } from '../terminal/table.ts'

const actions = actionsOf({ list, show, compare, notes, figures })

export const command = defineCommand({
  isOfProject: true,
  arguments: [
    actions.argument,
    { name: '[release]', text: 'show, compare, notes: at least four characters of the release' },
    { name: '[since]', text: 'compare, notes: the one it is compared with' },
  ],
  options: [
    { flags: '-n, --limit <count>', text: 'list: how many, newest first', default: '20' },
    { flags: '--hours <count>', text: 'show: how far sessions go back, up to 720', default: '168' },
    { flags: '--environment <name>', text: 'figures: where releases go to', default: 'production' },
    { flags: '--days <count>', text: 'figures: how far they look back, up to 365', default: '30' },
  ],
  details: `\`show\` says where it runs, the verdicts on it, and how sessions of its users went. \`compare\` says what a release has that another has not: commits, authors, files, migrations, names of variables, dependencies.
\`notes\` prints release notes as Markdown, from changesets and commits. \`figures\` are those of DORA, each with how it is counted.`,
  examples: [
    'releases -n 5',
    'releases show 8f3c2a1',
    'releases compare 8f3c2a1 71be09d',
    'releases notes 8f3c2a1 71be09d',
    'releases figures --days 90',
  ],
  run: actions.run,
})

async function list(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const api = connectProject(call, host)
  const limit = call.int('limit', { min: 1, max: 200 })
  const [releases, line] = await Promise.all([
    api.get(`/releases${query({ limit })}`, listIn('releases', Release)),
    api.get('/line', one(Line)),
  ])
  const liveIn = (id: string) => [
    ...new Set(line.cells.filter(({ release }) => release === id).map(({ environment }) => environment)),
  ]
  output.json({ releases: releases.map(release => ({ ...release, liveIn: liveIn(release.id) })) })
  const rows = releases.map(({ id, createdAt, author, title, badBecause }) => [
    shortSha(id),
    ago(createdAt, host.now()),
    output.paint.green(liveIn(id).join(', ')),
    author,
    `${cut(title, 60)}${badBecause ? output.paint.red(`  bad: ${cut(badBecause, 50)}`) : ''}`,
  ])
  output.print(table(['release', 'made', 'live in', 'author', 'title'], rows).trimEnd() || 'no release yet')
}

async function show(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const id = call.text('release')
  if (!id) throw new CalledWrongly('expected a release', 'gantry releases show 8f3c2a1')
  const api = connectProject(call, host)
  const path = `/releases/${encodeURIComponent(id)}`
  const hours = call.int('hours', { min: 1, max: 720 })
  const [release, sessions] = await Promise.all([
    api.get(path, one(ReleaseView)),
    api.get(`${path}/sessions${query({ hours })}`, one(ReleaseSessions)),
  ])
  output.json({ ...release, sessions })
  const { paint } = output
  output.print(`${paint.bold(shortSha(release.id))} ${cut(release.title, 80)}`)
  output.print(`by ${release.author}, ${ago(release.createdAt, host.now())}`)
  if (release.badBecause) output.print(paint.red(`marked bad: ${cut(release.badBecause, 100)}`))
  for (const { environment, kind, state, liveAt, createdAt, verdict } of release.deployments)
    output.print(
      `${kind} to ${environment}: ${state}, ${ago(liveAt ?? createdAt, host.now())}${verdict ? `; ${verdict.state}: ${verdict.summary}` : ''}`,
    )
  for (const line of renderSessions(sessions, host.now())) output.print(line)
}

async function compare(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const comparison = await connectProject(call, host).get(between(call, 'compare'), one(ReleaseComparison))
  output.json(comparison)
  output.print(renderComparison(comparison, output.paint))
}

async function notes(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const answer = await connectProject(call, host).get(between(call, 'notes'), one(z.object({ notes: z.string() })))
  output.json(answer)
  output.print(answer.notes.trimEnd())
}

async function figures(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const environment = encodeURIComponent(call.required('environment'))
  const days = call.int('days', { min: 1, max: 365 })
  const found = await connectProject(call, host).get(
    `/environments/${environment}/figures${query({ days })}`,
    one(DeliveryFigures),
  )
  output.json(found)
  output.print(renderFigures(found, output.paint))
}

function between(call: Call, what: 'compare' | 'notes'): string {
  const [release, since] = [call.text('release'), call.text('since')]
  if (!release || !since)
    throw new CalledWrongly('expected two releases, the newer first', `gantry releases ${what} 8f3c2a1 71be09d`)
  return `/releases/${encodeURIComponent(release)}/${what}${query({ since })}`
}
