import type { Issue } from '@gantry/core'
import { indexable } from '../alert/traffic.ts'
import type { PackedEvent } from './packed-event.ts'
import { sha256 } from './sha256.ts'

export interface SavedIssue {
  id: string
  number: number
  /** Before these events came. */
  was: Issue['state'] | 'unknown'
  /** Not by a key of an earlier version only. */
  isByItsKey: boolean
}

/** By project and hash of the grouping key, with a line break between. Several keys may be of one issue. */
export type Issues = Map<string, SavedIssue>

/** What the events of one issue in one batch add up to. */
export interface IssueGroup {
  project: string
  issueId: string
  keyHash: string
  /** The first event to arrive: it names a new issue. */
  first: PackedEvent
  level: PackedEvent['event']['level']
  environments: string[]
  releases: string[]
  firstSeen: string
  lastSeen: string
  firstRelease: string | null
  lastRelease: string | null
  events: number
  /** Hashes: a user's key may be longer than an index takes, and is nobody's business here. */
  people: string[]
}

/**
 * In the order in which they were first met, so that new issues are numbered as they came. Events of several keys may be of
 * one issue.
 */
export function groupsOf(events: PackedEvent[], issues: Issues): IssueGroup[] {
  const byIssue = Map.groupBy(events, item => issues.get(groupKey(item))?.id ?? '')
  return [...byIssue].flatMap(([issueId, group]) => summary(issueId, group))
}

export const eventKey = ({ event }: PackedEvent): string => `${event.project}\n${event.id}`
export const groupKey = ({ event, keyHash }: PackedEvent): string => `${event.project}\n${keyHash}`

function summary(issueId: string, group: PackedEvent[]): IssueGroup[] {
  const byTime = group.toSorted((a, b) => Date.parse(a.event.at) - Date.parse(b.event.at))
  const [first, oldest, newest] = [group[0], byTime[0], byTime.at(-1)]
  if (!first || !oldest || !newest) return []
  const releases = byTime.flatMap(({ event }) => (event.release === null ? [] : [indexable(event.release)]))
  return [
    {
      project: first.event.project,
      issueId,
      keyHash: first.keyHash,
      first,
      level: newest.event.level,
      environments: distinct(group.map(({ event }) => event.environment)),
      releases: distinct(releases),
      firstSeen: oldest.event.at,
      lastSeen: newest.event.at,
      firstRelease: releases[0] ?? null,
      lastRelease: releases.at(-1) ?? null,
      events: group.length,
      people: distinct(group.flatMap(({ event }) => (event.user === null ? [] : [sha256(event.user)]))),
    },
  ]
}

const distinct = (names: string[]): string[] => [...new Set(names)].sort()
