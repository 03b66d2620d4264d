import * as z from 'zod'
import { durationMs, PositiveDurationField } from '../config/duration-field.ts'
import { instantMs, instantOf, msBetween } from '../duration/instant.ts'
import { GantryError } from '../errors/index.ts'
import { Issue } from '../issue/issue.ts'
import { IssueAct, IssuePart } from '../issue/life/issue-act.ts'
import type { LifeRequest } from '../issue/life/issue-life-store.ts'

const Reason = z.string().trim().max(2_000).optional()
const act = { reason: Reason, version: z.int().optional().describe('the one that was looked at') }
/** As many as the screen lists at once. */
const mostAtOnce = 10_000
const Numbers = z.array(z.int().positive()).min(1).max(mostAtOnce)

export const IssueActBody = z.strictObject(act)
export const ResolveIssueBody = z.strictObject({
  ...act,
  in: z
    .union([z.enum(['next-release', 'this-release']), z.strictObject({ release: z.string().min(1).max(250) })])
    .optional()
    .describe('what is older than that never opens it again; left out: whatever happens from now on does'),
})
export const MuteIssueBody = z.strictObject({
  ...act,
  until: z.iso.datetime({ offset: true }).optional(),
  for: PositiveDurationField.optional().describe('instead of `until`: `24h`'),
  events: z.int().min(1).max(1_000_000_000).optional().describe('until that many more came'),
  rate: z
    .strictObject({ events: z.int().min(1).max(100_000), over: PositiveDurationField })
    .optional()
    .describe('until that many come within that time'),
})
export const AssignIssueBody = z.strictObject({
  ...act,
  to: z.string().trim().min(1).max(200).nullable().describe('`me`, or id, name or e-mail of a member; null: nobody'),
})
export const MergeIssuesBody = z.strictObject({ issues: Numbers, reason: Reason })
export const SplitIssueBody = z
  .strictObject({
    parts: z.array(z.string()).max(1_000).default([]).describe('ids of parts, see `/parts`'),
    events: z.array(z.string()).max(100).default([]).describe('ids of events: the parts they belong to'),
    reason: Reason,
  })
  .refine(({ parts, events }) => parts.length + events.length > 0, 'name a part or an event')

/** One act on many issues: all of them, or none. */
export const ManyIssuesBody = z.discriminatedUnion('act', [
  ResolveIssueBody.omit({ version: true }).extend({ act: z.literal('resolve'), issues: Numbers }),
  MuteIssueBody.omit({ version: true }).extend({ act: z.literal('mute'), issues: Numbers }),
  AssignIssueBody.omit({ version: true }).extend({ act: z.literal('assign'), issues: Numbers }),
  IssueActBody.omit({ version: true }).extend({ act: z.literal('reopen'), issues: Numbers }),
  IssueActBody.omit({ version: true }).extend({ act: z.literal('archive'), issues: Numbers }),
])
export type ManyIssuesBody = z.output<typeof ManyIssuesBody>

export const UndoActsBody = z.strictObject({
  acts: z.array(z.string().max(20)).min(1).max(mostAtOnce).describe('their ids, as the acts answered them'),
  reason: Reason,
})
export const UndoneActs = z.object({
  issues: z.array(Issue),
  changedSince: z
    .array(z.int())
    .describe('numbers of those that stay as they are: somebody, or an event, changed them since'),
})
export type UndoneActs = z.output<typeof UndoneActs>

export const IssueActs = z.object({ acts: z.array(IssueAct).describe('the newest first') })
export const IssueParts = z.object({ parts: z.array(IssuePart).describe('its own first') })

export function resolveRequest({ in: mended }: Pick<z.output<typeof ResolveIssueBody>, 'in'>): LifeRequest {
  if (mended === undefined) return { to: 'resolved', how: 'now' }
  if (mended === 'next-release') return { to: 'resolved', how: 'in-next-release' }
  return { to: 'resolved', how: 'in-release', release: mended === 'this-release' ? null : mended.release }
}

/** What nobody lives to see is a typing mistake, and the times of a database end sooner than those of a program. */
const longestMuteMs = 3_650 * 86_400_000

/** @throws GantryError BAD_REQUEST for a silence that is over already, or lasts longer than ten years */
export function muteRequest(
  body: Omit<z.output<typeof MuteIssueBody>, 'version' | 'reason'>,
  now: string,
): LifeRequest {
  const { until, events, rate } = body
  const untilMs = until === undefined ? null : msBetween(now, until)
  const lastsMs = body.for === undefined ? untilMs : durationMs(body.for)
  return {
    to: 'muted',
    until: lastsMs === null ? null : instantOf(instantMs(now) + bounded(lastsMs)),
    moreEvents: events ?? null,
    rate: rate ? { events: rate.events, overMs: bounded(durationMs(rate.over)) } : null,
  }
}

function bounded(ms: number): number {
  if (ms <= 0) throw new GantryError('BAD_REQUEST', 'that silence is over already: name a time to come')
  if (ms <= longestMuteMs) return ms
  throw new GantryError('BAD_REQUEST', 'ten years (3650d) are the most; leave the time out to mute it for good')
}
