import type { Issue } from '../issue.ts'
import type { IssueState } from '../life/issue-life.ts'
import type { IssuePhase } from '../life/issue-phase.ts'

/** What issues are searched for, as it was read from what a person typed. Patterns hold `*` for any text. */
export type IssueTerm =
  | { kind: 'and' | 'or'; of: readonly IssueTerm[] }
  | { kind: 'not'; of: IssueTerm }
  /** In a title it ever had, or in the place blamed. */
  | { kind: 'text'; pattern: string }
  | { kind: 'number'; number: number }
  | { kind: 'state'; state: IssueState }
  | { kind: 'phase'; phase: IssuePhase; freshSince: string }
  | { kind: 'level'; levels: readonly Issue['level'][] }
  | { kind: 'assigned'; to: AssignedTo }
  | { kind: 'field'; name: IssueField; pattern: string | null }
  | { kind: 'label'; name: string; pattern: string | null }
  | { kind: 'user'; user: string }
  | { kind: 'event'; id: string }
  | { kind: 'trace'; id: string }
  | { kind: 'count'; name: 'events' | 'people'; least: number | null; most: number | null }
  /** From an instant on, up to one, without it. */
  | { kind: 'seen'; which: 'first' | 'last'; from: string | null; to: string | null }

export type AssignedTo = { who: 'anybody' } | { who: 'person'; person: string } | { who: 'named'; pattern: string }
export type IssueField = 'service' | 'environment' | 'release' | 'first_release' | 'last_release' | 'culprit'

/** Who asks, and when. */
export interface IssueQueryMoment {
  now: string
  /** Id of the person; null: a program, to which nothing is assigned. */
  me: string | null
}
