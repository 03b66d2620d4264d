import { EventIds, Incident, Issue } from '@gantry/core/api'
import type { Api } from '../api/api.ts'
import { connectProject } from '../api/connect.ts'
import { listIn, one, query } from '../api/read.ts'
import { actionsOf } from '../command/actions.ts'
import type { Call } from '../command/call.ts'
import { defineCommand } from '../command/command.ts'
import { compareEvents, type GroupedId } from '../compare/compare-events.ts'
import { renderComparison } from '../compare/render-comparison.ts'
import type { Host } from '../host.ts'
import { sentryProject } from '../sentry/sentry-api.ts'
import { outputOf } from '../terminal/output.ts'

const actions = actionsOf({ sentry })
const usualDays = 7
const usualMost = 20_000

export const command = defineCommand({
  isOfProject: true,
  arguments: [actions.argument],
  options: [
    { flags: '--days <count>', text: 'how far back, up to 90', default: String(usualDays) },
    {
      flags: '--most <count>',
      text: 'events read of each side; those of Sentry newest first',
      default: String(usualMost),
    },
  ],
  details: `With both fed (see \`gantry forwards\`): events by day, which issues of one are several of the other, by the ids of events, and what
fired. Reads Sentry, or GlitchTip, with SENTRY_AUTH_TOKEN (event:read, project:read), SENTRY_ORG, SENTRY_PROJECT and SENTRY_URL, as
sentry-cli does, and changes nothing there.`,
  examples: ['compare sentry', 'compare sentry --days 14 --json'],
  run: actions.run,
})

async function sentry(call: Call, host: Host): Promise<void> {
  const output = outputOf(call, host)
  const days = call.int('days', { min: 1, max: 90 }) ?? usualDays
  const most = call.int('most', { min: 1, max: 1_000_000 }) ?? usualMost
  const other = sentryProject(host.env)
  const api = connectProject(call, host)
  const from = new Date(host.now().getTime() - days * 86_400_000)
  const theirs: GroupedId[] = []
  const sentryTitles = new Map<string, string>()
  for await (const page of other.events(from, most))
    for (const { eventID: id, groupID: group, dateCreated: at, title } of page) {
      theirs.push({ id, at, group })
      sentryTitles.set(group, title)
    }
  // What of Sentry was not read for want of room is missing in neither.
  const isCut = theirs.length >= most
  const since = isCut ? new Date(Math.min(...theirs.slice(-1).map(({ at }) => Date.parse(at)))) : from
  const ours = await eventsOf(api, since, most)
  const issues = await api.get(`/issues${query({ limit: 10_000 })}`, listIn('issues', Issue))
  const gantryTitles = new Map(issues.map(({ number, title }) => [String(number), title]))
  const incidents = await api.get(`/incidents${query({ limit: 500 })}`, listIn('incidents', Incident))
  const alerts = {
    sentry: await other.rules(),
    gantry: incidents.filter(({ openedAt }) => openedAt >= since.toISOString()),
  }
  const comparison = compareEvents(ours, theirs)
  output.json({ sentryProject: other.name, from: since.toISOString(), isCut, ...comparison, alerts })
  const cut = isCut ? `\nOnly the newest ${most} events of Sentry were read: --most reads more.` : ''
  output.print(renderComparison(comparison, { gantry: gantryTitles, sentry: sentryTitles }, alerts, host.now()) + cut)
}

async function eventsOf(api: Api, since: Date, most: number): Promise<GroupedId[]> {
  const all: GroupedId[] = []
  for (let after: string | null = ''; after !== null && all.length < most; ) {
    const asked = { from: since.toISOString(), limit: Math.min(10_000, most - all.length), after: after || undefined }
    const page: EventIds = await api.get(`/event-ids${query(asked)}`, one(EventIds))
    all.push(...page.events.map(({ id, at, issue }) => ({ id, at, group: String(issue) })))
    after = page.next
  }
  return all
}
