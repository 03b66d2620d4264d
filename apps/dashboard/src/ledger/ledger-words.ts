import type { LedgerRow } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'

const said: Record<LedgerRow['action'], string> = {
  'release.created': 'made release',
  'deployment.requested': 'asked for the deployment',
  'deployment.live': 'put live',
  'deployment.failed': 'could not deploy',
  'promotion.requested': 'asked for the promotion',
  'promotion.approved': 'approved',
  'promotion.rejected': 'rejected',
  'promotion.reopened': 'asks anew for',
  'promotion.expired': 'let expire',
  'approval.given': 'said yes to',
  'approval.withdrawn': 'took back the yes to',
  'gate.overridden': 'let pass',
  'task.ticked': 'ticked for',
  'task.unticked': 'took back the tick for',
  'rollback.requested': 'asked for the rollback',
  'rollback.done': 'rolled back to',
  'preview.removal-requested': 'asked for the removal of the preview',
  'preview.removed': 'removed the preview',
  'hold.placed': 'held promotions to',
  'hold.resumed': 'resumed promotions to',
  'release.marked-bad': 'marked bad',
  'incident.opened': 'opened',
  'incident.reopened': 'reopened',
  'incident.acknowledged': 'acknowledged',
  'incident.resolved': 'resolved',
  'issue.changed': 'changed',
  'import.begun': 'began the',
  'import.done': 'ended the',
  'import.taken-back': 'took back the',
  'run.cancelled': 'cancelled',
  'run.rerun': 'ran again',
  'token.created': 'created the token',
  'token.revoked': 'revoked the token',
  'secret.set': 'set the secret',
  'secret.removed': 'removed the secret',
  'secrets.rotated': 'sealed anew with another key',
  'variable.set': 'set the variable',
  'variable.removed': 'removed the variable',
  'channel.tested': 'sent a test to',
  'github.connected': 'connected GitHub',
  'github.changed': 'changed the connection with GitHub',
  'github.disconnected': 'disconnected GitHub',
  'key.created': 'made the ingest key of',
  'key.changed': 'changed the ingest key of',
  'key.rotated': 'rotated the ingest key of',
  'key.revoked': 'revoked the ingest key of',
  'project.added': 'added the project',
  'project.renamed': 'renamed the project',
  'project.archived': 'archived the project',
  'project.restored': 'took up again the project',
  'sign-in.done': 'signed in by',
  'sign-in.refused': 'was not let in by',
  'sign-in.link': 'made a sign-in link for',
  'sign-in.changed': 'changed how they sign in:',
  'session.ended': 'ended a session of',
  'access.refused': 'was refused',
  'invitation.created': 'invited',
  'invitation.revoked': 'revoked the invitation of',
  'invitation.accepted': 'accepted the invitation as',
  'person.role': 'gave another role to',
  'person.removed': 'took out of the project',
  'person.changed': 'changed the profile of',
}

export interface Sentence {
  actor: string
  verb: string
  subject: string
  path: string | null
}

/** A row in words, and where to what it is about. */
export function ledgerWords({ actor, action, subject, evidence }: LedgerRow): Sentence {
  const changed = action === 'issue.changed' && typeof evidence['state'] === 'string' ? evidence['state'] : null
  return {
    actor: actor === 'gantry' ? 'Gantry' : actor,
    verb: changed === 'open' ? 'reopened' : (changed ?? said[action]),
    subject: subject.replace(/\b[0-9a-f]{40}\b/g, shortSha),
    path: typeof evidence['run'] === 'string' ? `/runs/${encodeURIComponent(evidence['run'])}` : pathOf(subject),
  }
}

function pathOf(subject: string): string | null {
  const [, kind, number] = /^(incident|issue) (\d+)$/.exec(subject) ?? []
  if (kind) return `/${kind}s/${number}`
  const sha = /^[0-9a-f]{7,40}\b/.exec(subject)?.[0]
  return sha ? `/releases/${sha}` : null
}
