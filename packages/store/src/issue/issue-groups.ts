import type { Issue } from '@gantry/core'
import { indexable } from '../alert/traffic.ts'
import { type PackedEvent, userNumber } from './packed-event.ts'
import { sha256 } from './sha256.ts'

/** The row that counts the events of a key: an issue, or a part of one. */
export interface SavedIssue {
  id: string
  /** 0 until it is saved. */
  number: number
  /** It is not saved yet. */
  isNew: boolean
  /** The issue it is part of, or itself. */
  root: { id: string; number: number; state: Issue['state'] | 'unknown'; isMutedUntil: boolean }
}

/** By project and hash of the grouping key, with a line break between. */
export type Issues = Map<string, SavedIssue>

/** Events of a quarter of an hour, of one environment and release. */
export interface SpreadRow {
  at: string
  environment: string
  /** Empty: the client says none. */
  release: string
  events: number
  firstAt: string
  lastAt: string
}

/** What the events of one row in one batch add up to. */
export interface IssueGroup {
  project: string
  issueId: string
  keyHash: string
  /** The first event to arrive: it names a new issue. */
  first: PackedEvent
  level: PackedEvent['event']['level']
  environments: string[]
  releases: string[]
  spread: SpreadRow[]
  firstSeen: string
  lastSeen: string
  firstRelease: string | null
  lastRelease: string | null
  events: number
  /** Hashes: a user's key may be longer than an index takes, and is nobody's business here. */
  people: string[]
  /** By what else they are asked for, see `userNumber`. */
  userNames: string[]
}

/**
 * In the order in which they were first met, so that new issues are numbered as they came. Events of several keys
 * may be of one.
 */
export function groupsOf(events: PackedEvent[], issues: Issues): IssueGroup[] {
  const byIssue = Map.groupBy(events, item => issues.get(groupKey(item))?.id ?? '')
  return [...byIssue].flatMap(([issueId, group]) => summary(issueId, group))
}

export const eventKey = ({ event }: PackedEvent): string => `${event.project}\n${event.id}`
export const groupKey = ({ event, keyHash }: { event: { project: string }; keyHash: string }): string =>
  `${event.project}\n${keyHash}`

function summary(issueId: string, group: PackedEvent[]): IssueGroup[] {
  const [first] = group
  if (!first) return []
  const { oldest, newest } = ends(group, first)
  const released = group.filter(({ event }) => event.release !== null)
  const releases = released[0] && ends(released, released[0])
  const people = new Set(group.flatMap(({ event }) => event.user ?? []))
  const names = new Set(group.flatMap(({ event }) => event.userNames ?? []))
  return [
    {
      project: first.event.project,
      issueId,
      keyHash: first.keyHash,
      first,
      level: newest.event.level,
      environments: distinct(group.map(({ event }) => event.environment)),
      releases: distinct(released.map(releaseOf)),
      spread: spreadOf(group),
      firstSeen: oldest.event.at,
      lastSeen: newest.event.at,
      firstRelease: releases ? releaseOf(releases.oldest) : null,
      lastRelease: releases ? releaseOf(releases.newest) : null,
      events: group.length,
      people: [...people].map(sha256).sort(),
      userNames: distinct([...names].map(userNumber)),
    },
  ]
}

const spreadStepMs = 15 * 60_000

function spreadOf(group: PackedEvent[]): SpreadRow[] {
  const rows = new Map<string, SpreadRow>()
  for (const item of group) {
    const { at: happened, environment } = item.event
    const at = new Date(Math.floor(Date.parse(happened) / spreadStepMs) * spreadStepMs).toISOString()
    const release = releaseOf(item)
    const key = `${at}\n${environment}\n${release}`
    const row = rows.get(key)
    if (!row) rows.set(key, { at, environment, release, events: 1, firstAt: happened, lastAt: happened })
    else {
      row.events++
      if (happened < row.firstAt) row.firstAt = happened
      if (happened > row.lastAt) row.lastAt = happened
    }
  }
  return [...rows.values()]
}

/** By the time they happened; of several at the same time, the order in which they came. */
function ends(group: PackedEvent[], first: PackedEvent): { oldest: PackedEvent; newest: PackedEvent } {
  let [oldest, newest, from, to] = [first, first, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const item of group) {
    const ms = Date.parse(item.event.at)
    if (ms < from) [oldest, from] = [item, ms]
    if (ms >= to) [newest, to] = [item, ms]
  }
  return { oldest, newest }
}

const releaseOf = ({ event }: PackedEvent): string => indexable(event.release ?? '')
const distinct = (names: string[]): string[] => [...new Set(names)].sort()
