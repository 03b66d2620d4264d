import {
  type AccessStore,
  GantryError,
  givenApprovals,
  mayAct,
  type Person,
  type Promotion,
  type SlackAccountStore,
  shortSha,
} from '@gantry/core'
import { hashOf, newSecret } from '../access/access.ts'
import type { PromotionDesk } from '../release/promotion-desk.ts'
import { voterIn } from '../release/voter-in.ts'
import type { SlackPress } from './slack-press.ts'

export interface SlackVotesParts {
  accounts: SlackAccountStore
  access: Pick<AccessStore, 'person' | 'role' | 'knownAs'>
  /** Null where there is no such project. */
  promotionsOf(project: string): Pick<PromotionDesk, 'approve' | 'reject' | 'shown'> | null
  /** Address of this server's screens. */
  url(): string
  now(): Date
}

/** What Slack shows for it. */
export interface SlackAnswer {
  text: string
  /** Whether everybody in the channel sees it; else only who pressed. */
  isForAll: boolean
  /** Whether it takes the place of the message with the buttons: nobody decides any more. */
  replaces: boolean
}

const offerMs = 10 * 60_000

/**
 * Decides for the person whose account of Slack it is, as if they had pressed the button here: their role, and whether they had a
 * hand in it, are looked at now. An account that is nobody's is offered to whoever is signed in here and takes it.
 */
export async function voteBySlack(press: SlackPress, parts: SlackVotesParts): Promise<SlackAnswer> {
  const personId = await parts.accounts.personOf(press.account)
  const account = personId === null ? null : await parts.access.person(personId)
  if (!account) return toThem(await offered(press, parts))
  try {
    const desk = parts.promotionsOf(press.project)
    const { role } = await voterIn(press.project, account.id, parts.access)
    // The same words whether the project exists or not.
    if (!desk || role === null) throw new GantryError('PROJECT_UNKNOWN', `no project ${press.project}`)
    if (!mayAct(role, 'approve'))
      throw new GantryError('FORBIDDEN', `${account.name} has the role ${role} in this project`)
    const person: Person = { id: account.id, name: account.name, role }
    const decided = await desk.shown(await desk[press.verb](press.promotion, { person, reason: press.reason }))
    return said(decided, person, press)
  } catch (cause) {
    if (cause instanceof GantryError) return toThem(escaped(`${cause.message}. ${cause.hint}`))
    throw cause
  }
}

async function offered({ account }: SlackPress, { accounts, url, now }: SlackVotesParts): Promise<string> {
  const secret = newSecret()
  await accounts.offer(account, hashOf(secret), new Date(now().getTime() + offerMs).toISOString())
  return `Nobody in Gantry is linked to you. <${url()}/profile#slack=${secret}|Link your account> within 10 minutes, signed in to Gantry, then press again.`
}

function said(promotion: Promotion, { name }: Person, { verb, reason }: SlackPress): SlackAnswer {
  const { state, approvalsNeeded, release, environment } = promotion
  const what = `${name} ${verb === 'approve' ? 'approved' : 'rejected'} ${shortSha(release)} for ${environment}: ${reason.trim()}`
  const isOpen = state === 'waiting' || state === 'ready'
  const text = isOpen ? `${what} (${givenApprovals(promotion)} of ${approvalsNeeded} approvals)` : `${what} (${state})`
  return { text: escaped(text), isForAll: true, replaces: !isOpen }
}

const toThem = (text: string): SlackAnswer => ({ text, isForAll: false, replaces: false })

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
