import * as z from 'zod'
import { instantMs } from '../../duration/instant.ts'

export const IssueState = z.enum(['open', 'resolved', 'muted', 'archived'])
export type IssueState = z.output<typeof IssueState>

/** Since when an issue is resolved, and which events would show that it is not. */
export const Resolution = z.object({
  at: z.iso.datetime(),
  how: z
    .enum(['now', 'in-release', 'in-next-release'])
    .describe('`now`: whatever happens later opens it again; else what happens in the release, or after it'),
  release: z.string().nullable().describe('the newest at the time, or the one it is mended in'),
})
export type Resolution = z.output<typeof Resolution>

/** What ends the silence. */
export const Mute = z.object({
  until: z.iso.datetime().nullable(),
  events: z.int().nullable().describe('as soon as it has as many events altogether'),
  rate: z
    .object({ events: z.int(), overMs: z.int() })
    .nullable()
    .describe('as soon as as many events come within that time'),
})
export type Mute = z.output<typeof Mute>

/** Null where nothing ends it: a silence for good costs no event a look. */
export const endOfMute = (mute: Mute | null): Mute | null => (mute?.until || mute?.events || mute?.rate ? mute : null)

export const Assignee = z.object({
  person: z.string().nullable().describe('id of the person; null: a team, or somebody Gantry does not know'),
  name: z.string(),
  why: z.enum(['by-hand', 'code-owners', 'suspect-commit']),
})
export type Assignee = z.output<typeof Assignee>

/** Where an issue stands; all that acts of people change. */
export const IssueLife = z.object({
  state: IssueState,
  resolution: Resolution.nullable(),
  mute: Mute.nullable(),
  regressedAt: z.iso.datetime().nullable().describe('when it came back the last time after it was resolved'),
  assignee: Assignee.nullable(),
})
export type IssueLife = z.output<typeof IssueLife>

/** What somebody wants of an issue, with what was asked of the store filled in. */
export type LifeChange =
  | { to: 'open' }
  | { to: 'resolved'; resolution: Resolution }
  | { to: 'muted'; mute: Mute }
  | { to: 'archived' }
  | { to: 'assigned'; assignee: Assignee | null }

export function changeLife(life: IssueLife, change: LifeChange): IssueLife {
  if (change.to === 'assigned') return { ...life, assignee: change.assignee }
  const rest = { ...life, resolution: null, mute: null }
  if (change.to === 'resolved') return { ...rest, state: 'resolved', resolution: change.resolution, regressedAt: null }
  if (change.to === 'muted') return { ...rest, state: 'muted', mute: endOfMute(change.mute) }
  return { ...rest, state: change.to }
}

/** Whether two are the same, whatever the order of their fields. */
export const isSameLife = (a: IssueLife, b: IssueLife): boolean => keyOfLife(a) === keyOfLife(b)

function keyOfLife({ state, resolution, mute: kept, regressedAt, assignee }: IssueLife): string {
  const mute = endOfMute(kept)
  return JSON.stringify([
    state,
    resolution && [instantMs(resolution.at), resolution.how, resolution.release],
    mute && [mute.until && instantMs(mute.until), mute.events, mute.rate?.events, mute.rate?.overMs],
    regressedAt && instantMs(regressedAt),
    assignee && [assignee.person, assignee.name, assignee.why],
  ])
}
