import type { ErrorEvent } from '../event/error-event.ts'
import type { Grouping, Issue } from './issue.ts'
import type { IssueTerm } from './query/issue-term.ts'
import type { SeenRelease, SpreadCell } from './spread/issue-spread.ts'

export interface GroupedEvent {
  event: ErrorEvent
  /** What the client sent, scrubbed: what this version does not read, a later one can. Left out: nothing is kept of it. */
  payload?: Uint8Array
  grouping: Grouping
  /** SHA-256 of its key, which may be longer than an index takes. */
  keyHash: string
  title: string
  culprit: string | null
  /** How an earlier version of grouping called it; null where its issue is known by its key already. */
  formerKey: string | null
}

/** What became of one stored event. */
export interface StoredEvent {
  eventId: string
  issueId: string
  issueNumber: number
  isNewIssue: boolean
  /** It was resolved, and is open again. */
  isRegression: boolean
  /** It was silent until something that has come to pass. */
  isWoken: boolean
  isDuplicate: boolean
}

/** `buckets` stretches of time, oldest first, that end at `until`. A spread is counted by quarters of an hour: its stretches begin with one. */
export interface TimeBuckets {
  until: string
  bucketMs: number
  buckets: number
}

export interface IssueStore {
  /**
   * Stores many events, their issues and counters in one transaction; when it answers they are durable.
   * An event id that is known already changes nothing.
   */
  record(events: GroupedEvent[]): Promise<StoredEvent[]>
  get(project: string, id: string): Promise<Issue | null>
  /** By the number of a part, the issue it is part of. */
  byNumber(project: string, number: number): Promise<Issue | null>
  /** Ids of the issues of these numbers; those that do not exist are left out. */
  idsByNumber(project: string, numbers: readonly number[]): Promise<ReadonlyMap<number, string>>
  /** `total` is one more than `mostIssuesCounted` where there are more than that. */
  list(
    project: string,
    filter: {
      state?: Issue['state']
      term?: IssueTerm
      environment?: string
      release?: string
      firstRelease?: string
      limit?: number
      offset?: number
    },
  ): Promise<{ issues: Issue[]; total: number }>
  events(
    project: string,
    issueId: string,
    page: { limit: number; offset: number },
  ): Promise<{ events: ErrorEvent[]; total: number }>
  /** One event by the id its client gave it, of whichever issue. */
  event(project: string, eventId: string): Promise<{ issueId: string; event: ErrorEvent } | null>
  /** Events of a trace, those that came first, with the numbers of their issues; `total` counts all of them. */
  ofTrace(
    project: string,
    traceId: string,
    limit: number,
  ): Promise<{ events: { issue: number; event: ErrorEvent }[]; total: number }>
  /** Ids of the events since then with the numbers of their issues, by the day of their arrival; `next` is where the rest begins. */
  eventIds(
    project: string,
    page: { from: string; after: string | null; limit: number },
  ): Promise<{ events: { id: string; at: string; issue: number }[]; next: string | null }>
  /** What its client sent, as it was stored; null: nothing is kept of it. */
  payload(project: string, eventId: string): Promise<Uint8Array | null>
  /** When the newest events of these issues came, the newest first, by the numbers of the issues; none of before `since`. */
  newestTimes(
    project: string,
    numbers: readonly number[],
    window: { since: string; limit: number },
  ): Promise<ReadonlyMap<number, string[]>>
  /** Events per bucket, oldest first, `buckets` of them ending at `until`. */
  trend(project: string, issueId: string, window: TimeBuckets): Promise<number[]>
  /** The same apart by environment and release, of the events that are counted so; and how often each release met it, ever. */
  spread(
    project: string,
    issueId: string,
    window: TimeBuckets,
  ): Promise<{ cells: SpreadCell[]; releases: SeenRelease[] }>
}
