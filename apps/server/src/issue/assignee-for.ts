import type { Assignee, ErrorEvent, Member } from '@gantry/core'
import type { EventView } from '@gantry/core/api'
import type { IssuesConfig } from '@gantry/core/config'

export interface AssigneeParts {
  located(event: ErrorEvent): Promise<Pick<EventView, 'owners' | 'lastChange'>>
  members(): Promise<Member[]>
}

/**
 * Who looks after what an event is about: the first owner of the file blamed, else who changed it last. Somebody Gantry does not know by
 * the mail address of their commits, and a team, stand there by name.
 */
export function assigneeFinder({ located, members }: AssigneeParts) {
  return async (event: ErrorEvent, by: IssuesConfig['assign']): Promise<Assignee | null> => {
    const { owners, lastChange } = await located(event)
    const [owner] = by.includes('code-owners') ? owners : []
    if (owner !== undefined) return assignee(owner, 'code-owners', await members())
    if (lastChange === null || !by.includes('suspect-commit')) return null
    return assignee(lastChange.author, 'suspect-commit', await members())
  }
}

/** `Mira <mira@shop.example>`, `mira@shop.example`, `@mira` or `@shop/web`. */
function assignee(text: string, why: Assignee['why'], members: readonly Member[]): Assignee {
  const [, spelled = text, mail = text] = /^(.*?)\s*<([^>]*)>$/.exec(text) ?? []
  const name = spelled.trim() || mail
  const bare = name.replace(/^@/, '').toLowerCase()
  const isTheirs = (member: Member) => member.email !== null && member.email.toLowerCase() === mail.toLowerCase()
  const member = members.find(isTheirs) ?? members.find(one => one.name.toLowerCase() === bare)
  return member ? { person: member.id, name: member.name, why } : { person: null, name, why }
}
