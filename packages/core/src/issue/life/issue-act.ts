import * as z from 'zod'
import { Issue } from '../issue.ts'
import { IssueLife } from './issue-life.ts'

/** A row that became part of another issue, or of none: what was, and what is. */
export const MovedPart = z.object({ id: z.string(), from: z.string().nullable(), to: z.string().nullable() })
export type MovedPart = z.output<typeof MovedPart>

/** What Gantry noticed by itself; rules say whether somebody is told. */
export const TurnKind = z.enum(['new', 'regressed', 'woken'])
export type TurnKind = z.output<typeof TurnKind>

export const IssueActKind = z.enum([
  ...TurnKind.options,
  'resolved',
  'reopened',
  'muted',
  'archived',
  'assigned',
  'commented',
  'merged',
  'split',
  'imported',
])
export type IssueActKind = z.output<typeof IssueActKind>

/** One thing somebody did with an issue, or Gantry noticed of it. */
export const IssueAct = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  kind: IssueActKind,
  by: z.string().nullable().describe('null: Gantry'),
  text: z.string().nullable().describe('why, or the comment'),
  isUndone: z.boolean(),
  canUndo: z.boolean().describe('whether it can be taken back, as long as nobody changed the same since'),
  event: z.string().nullable().describe('id of the event that made it new or brought it back'),
  release: z.string().nullable(),
  change: z.object({ before: IssueLife, after: IssueLife }).nullable(),
  issues: z.array(z.int()).describe('numbers of the issues merged into it, or split from it'),
})
export type IssueAct = z.output<typeof IssueAct>

/** An issue after an act, and the act itself. */
export const ActedIssue = Issue.extend({
  act: z.string().nullable().describe('id of the act, to undo it by; null: it was so already, and nothing changed'),
})
export type ActedIssue = z.output<typeof ActedIssue>

/** What events with one key brought to an issue: what it is merged from, and can be split into. */
export const IssuePart = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  culprit: z.string().nullable(),
  because: z.array(z.string()).describe('what its events have in common'),
  keys: z.int().describe('how many keys lead to it; several cannot be split'),
  events: z.int(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  isOwn: z.boolean().describe('the one the issue has its number and title from'),
})
export type IssuePart = z.output<typeof IssuePart>
