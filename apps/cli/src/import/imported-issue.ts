import type { ImportedIssue, ImportedState } from '@gantry/core/api'
import { momentOf } from '../sentry/moment-of.ts'
import type { Activity, SentryIssue } from '../sentry/sentry-issues.ts'

const levels = ['fatal', 'error', 'warning', 'info', 'debug'] as const
const dayMs = 86_400_000
const mostCounted = 1_000_000_000_000
/** Of an issue: some are discussed by robots. */
const mostSaid = 100_000

export interface ReadIssue {
  issue: SentryIssue
  activity: readonly Activity[]
  reports: Record<string, unknown>[]
  service: string | null
  now: Date
}

/** An issue of Sentry in the words of Gantry. */
export function importedIssue({ issue, activity, reports, service, now }: ReadIssue): ImportedIssue {
  const { lifetime, assignedTo } = issue
  const lastSeen = momentOf(lifetime?.lastSeen ?? issue.lastSeen) ?? now.toISOString()
  const firstSeen = momentOf(lifetime?.firstSeen ?? issue.firstSeen) ?? lastSeen
  return {
    ...{ sourceId: issue.id, shortId: issue.shortId ?? null, url: issue.permalink ?? null },
    ...{ title: issue.title ?? '', culprit: issue.culprit || null, service, firstSeen, lastSeen },
    level: levels.find(level => level === issue.level) ?? 'error',
    events: Math.min(mostCounted, lifetime?.count || issue.count),
    people: Math.min(mostCounted, lifetime?.userCount || issue.userCount),
    state: stateOf(issue, activity, { firstSeen, lastSeen, now }),
    assignee: assignedTo ? { email: assignedTo.email ?? null, name: assignedTo.name ?? assignedTo.email ?? '' } : null,
    comments: withinLimit(activity.filter(({ type }) => type === 'note').flatMap(commentOf)),
    reports,
  }
}

function commentOf({ data, dateCreated, user }: Activity): ImportedIssue['comments'] {
  const text = data?.['text']
  const at = momentOf(dateCreated)
  if (typeof text !== 'string' || text === '' || at === null) return []
  return [{ by: user?.name || user?.email || 'somebody', at, text: text.slice(0, 10_000) }]
}

/** The newest, which come first. */
function withinLimit(comments: ImportedIssue['comments']): ImportedIssue['comments'] {
  let chars = 0
  return comments.slice(0, 200).filter(({ text }) => {
    chars += text.length
    return chars <= mostSaid
  })
}

interface Lived {
  firstSeen: string
  lastSeen: string
  now: Date
}

function stateOf(issue: SentryIssue, activity: readonly Activity[], lived: Lived): ImportedState {
  const { status, substatus, statusDetails: details } = issue
  if (status === 'resolved') return resolved(details, activity, lived)
  if (status === 'ignored' || status === 'muted') return ignored(issue, lived)
  const regressedAt = substatus === 'regressed' ? newest(activity, ['set_regression']) : null
  return { to: 'open', regressedAt }
}

/** What happened after it was resolved opens it again; where nobody says when that was, what happened after it was last seen. */
function resolved(details: Record<string, unknown>, activity: readonly Activity[], { lastSeen }: Lived): ImportedState {
  const kinds = ['set_resolved', 'set_resolved_in_release', 'set_resolved_by_age', 'set_resolved_in_commit']
  const at = newest(activity, kinds) ?? lastSeen
  const release = details['inRelease']
  if (typeof release === 'string' && release !== '') return { to: 'resolved', at, how: 'in-release', release }
  const before = activity.find(({ type }) => type === 'set_resolved_in_release')?.data?.['current_release_version']
  if (details['inNextRelease'] === true && typeof before === 'string' && before !== '')
    return { to: 'resolved', at, how: 'in-next-release', release: before }
  return { to: 'resolved', at, how: 'now', release: null }
}

/** Activities come the newest first. */
const newest = (activity: readonly Activity[], kinds: readonly string[]): string | null =>
  momentOf(activity.find(({ type }) => kinds.includes(type ?? ''))?.dateCreated)

function ignored({ substatus, statusDetails: details, count }: SentryIssue, lived: Lived): ImportedState {
  const muted = { to: 'muted', until: null, moreEvents: null, rate: null } as const
  const wholeIn = (name: string, most: number) => {
    const value = Number(details[name])
    return Number.isInteger(value) && value > 0 ? Math.min(value, most) : null
  }
  const until = momentOf(details['ignoreUntil'])
  const events = wholeIn('ignoreCount', 100_000)
  const minutes = wholeIn('ignoreWindow', 60 * 24 * 365)
  if (until !== null) return { ...muted, until }
  if (events !== null && minutes !== null) return { ...muted, rate: { events, overMs: minutes * 60_000 } }
  if (events !== null) return { ...muted, moreEvents: events }
  const byPeople = wholeIn('ignoreUserCount', 100_000) !== null
  if (substatus === 'archived_until_escalating' || byPeople) return { ...muted, rate: unusual(count, lived) }
  return { to: 'archived' }
}

/** Neither forecasts nor people end a silence here: five times as many in a day as it had on the average day does. */
function unusual(count: number, { firstSeen, lastSeen }: Lived) {
  const days = Math.max(1, (Date.parse(lastSeen) - Date.parse(firstSeen)) / dayMs)
  return { events: Math.min(100_000, Math.max(10, Math.ceil((5 * count) / days))), overMs: dayMs }
}
