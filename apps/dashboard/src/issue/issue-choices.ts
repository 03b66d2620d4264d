import type { Assignee, Member } from '@gantry/core/api'
import type { IssueVerb } from '../api/acts.ts'

/** Something people do with issues, one or many. */
export interface IssueChoice {
  text: string
  hint: string
  /** Behind `Issue 12 is` and `12 issues are`. */
  said: string
  verb: IssueVerb
  body: Record<string, unknown>
}

const choice = (text: string, hint: string, said: string, verb: IssueVerb, body = {}): IssueChoice => ({
  ...{ text, hint, said, verb, body },
})

export const resolvedNow = choice('Now', 'Whatever happens from now on opens it again', 'resolved', 'resolve')
export const reopened = choice('Reopen', '', 'open again', 'reopen')
export const mutedForGood = choice('For good', 'It goes on counting, and disturbs nobody', 'muted', 'mute')
export const archived = choice('Archive', 'Nothing ever opens it again', 'archived', 'archive')

export const resolveChoices: readonly IssueChoice[] = [
  resolvedNow,
  choice('In the next release', 'What runs now may still fail', 'resolved in the next release', 'resolve', {
    in: 'next-release',
  }),
  choice('In this release', 'Older ones may still fail', 'resolved in this release', 'resolve', { in: 'this-release' }),
]

export const muteChoices: readonly IssueChoice[] = [
  choice('For an hour', '', 'muted for an hour', 'mute', { for: '1h' }),
  choice('For a day', '', 'muted for a day', 'mute', { for: '24h' }),
  choice('For a week', '', 'muted for a week', 'mute', { for: '7d' }),
  choice('Until 100 more events', '', 'muted until 100 more events', 'mute', { events: 100 }),
  choice('Until 100 within an hour', '', 'muted until 100 events within an hour', 'mute', {
    rate: { events: 100, over: '1h' },
  }),
  mutedForGood,
  archived,
]

export function assignChoices(people: readonly Pick<Member, 'id' | 'name' | 'email'>[], now: Assignee | null | 'any') {
  const to = (text: string, hint: string, name: string | null) =>
    choice(text, hint, name === null ? 'assigned to nobody' : `assigned to ${text}`, 'assign', { to: name })
  const all = people.map(({ id, name, email }) => to(name, email ?? '', id))
  return [to('Me', '', 'me'), ...all, ...(now === null ? [] : [to('Nobody', '', null)])]
}
