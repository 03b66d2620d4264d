import type { Notice } from '../../notice/notice.ts'
import type { Grouping, Issue } from '../issue.ts'
import type { ActedIssue, IssueAct, IssuePart, TurnKind } from './issue-act.ts'
import type { Assignee } from './issue-life.ts'

/** What is asked for; which release is meant, and how many events there are, the store knows. */
export type LifeRequest =
  | { to: 'open' }
  | { to: 'resolved'; how: 'now' | 'in-next-release' }
  /** Null: the newest one there is. */
  | { to: 'resolved'; how: 'in-release'; release: string | null }
  | { to: 'muted'; until: string | null; moreEvents: number | null; rate: { events: number; overMs: number } | null }
  | { to: 'archived' }
  | { to: 'assigned'; assignee: Assignee | null }

export interface ByWhom {
  by: string | null
  at: string
  text: string | null
}

/** Something Gantry noticed of an issue, of which rules have not been asked yet. */
export interface UntoldTurn {
  act: string
  kind: TurnKind
  at: string
  issue: Pick<Issue, 'id' | 'number' | 'title' | 'culprit' | 'level' | 'state' | 'events' | 'people'>
  event: string | null
  environment: string
  service: string | null
  release: string | null
}

/** What people do with issues. Each act is one transaction, and takes its turn with the events that come in. */
export interface IssueLifeStore {
  /**
   * All of them, or none.
   * @throws GantryError CONFLICT when `version` is not that of the issue; NOT_FOUND; BAD_REQUEST when no release is known
   */
  change(
    project: string,
    ids: readonly string[],
    request: LifeRequest,
    who: ByWhom,
    version?: number,
  ): Promise<ActedIssue[]>
  comment(project: string, id: string, who: ByWhom): Promise<void>
  /** @throws GantryError ISSUE_MERGED when one of them is part of another issue by now */
  merge(project: string, into: string, from: readonly string[], who: ByWhom): Promise<ActedIssue>
  /**
   * Names an issue by what became known of it later, and has events of that key join it; the keys it has stay its own. Answers the
   * issue that has the key: where another one had it already, nothing changes.
   */
  nameByKey(
    project: string,
    id: string,
    name: { grouping: Grouping; title: string; culprit: string | null },
  ): Promise<string>
  /** Whether somebody said that two are not one fault: split one from the other, or took back that they were merged. */
  areParted(project: string, one: string, other: string): Promise<boolean>
  /** Makes these parts an issue of their own, and answers it; the act is of the issue they were of. @throws GantryError ISSUE_NOT_SPLIT when nothing would be left */
  split(project: string, id: string, parts: readonly string[], who: ByWhom): Promise<ActedIssue>
  /** @throws GantryError CONFLICT when somebody changed the same since; NOT_FOUND */
  undo(project: string, id: string, act: string, who: ByWhom): Promise<Issue>
  /**
   * Takes back what one act did to many issues, but of those that somebody, or an event, changed since: `changedSince` has their
   * numbers. @throws GantryError NOT_FOUND for an act that changed no state; CONFLICT when all were changed since
   */
  undoMany(project: string, acts: readonly string[], who: ByWhom): Promise<{ undone: Issue[]; changedSince: number[] }>
  /** Newest first. */
  acts(project: string, id: string): Promise<IssueAct[]>
  /** Its own first, then by number of events. */
  parts(project: string, id: string): Promise<IssuePart[]>
  /** Opens those whose silence is over because time passed. */
  wake(project: string, now: string): Promise<number[]>
  /** When that has to be looked at next. */
  nextWake(project: string): Promise<string | null>
  /** Oldest first. `toldSince`: how many were told one by one since then. */
  untold(project: string, limit: number): Promise<UntoldTurn[]>
  toldSince(project: string, since: string): Promise<number>
  /** Marks them and puts the notices into the outbox, or neither; those that another server told are left out. */
  tell(
    project: string,
    turns: readonly { act: string; told: 'own' | 'digest' | 'nobody' }[],
    notices: readonly { channel: string; notice: Notice }[],
  ): Promise<boolean>
}
