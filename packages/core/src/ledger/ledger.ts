import * as z from 'zod'

/** One act, chained to the one before by hash. */
export const LedgerRow = z.object({
  seq: z.int(),
  project: z.string(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.enum([
    'release.created',
    'deployment.requested',
    'deployment.live',
    'deployment.failed',
    'promotion.requested',
    'promotion.approved',
    'promotion.rejected',
    'promotion.reopened',
    'promotion.expired',
    'approval.given',
    'approval.withdrawn',
    'gate.overridden',
    'task.ticked',
    'task.unticked',
    'rollback.requested',
    'rollback.done',
    'preview.removal-requested',
    'preview.removed',
    'hold.placed',
    'hold.resumed',
    'release.marked-bad',
    'incident.opened',
    'incident.reopened',
    'incident.acknowledged',
    'incident.resolved',
    'issue.changed',
    'import.begun',
    'import.done',
    'import.taken-back',
    'run.cancelled',
    'run.rerun',
    'token.created',
    'token.revoked',
    'secret.set',
    'secret.removed',
    'secrets.rotated',
    'variable.set',
    'variable.removed',
    'channel.tested',
    'github.connected',
    'github.changed',
    'github.disconnected',
    'key.created',
    'key.changed',
    'key.rotated',
    'key.revoked',
    'project.added',
    'project.renamed',
    'project.archived',
    'project.restored',
    'sign-in.done',
    'sign-in.refused',
    'sign-in.changed',
    'sign-in.link',
    'session.ended',
    'access.refused',
    'invitation.created',
    'invitation.revoked',
    'invitation.accepted',
    'person.role',
    'person.removed',
    'person.changed',
  ]),
  subject: z.string(),
  reason: z.string().nullable(),
  evidence: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
})
export type LedgerRow = z.output<typeof LedgerRow>

/** An act as it is handed over, before it is numbered and chained. */
export type LedgerEntry = Omit<LedgerRow, 'seq' | 'previousHash' | 'hash'>

/** What the hash of a row is taken over: every field but the hash, keys sorted, so that it can be recomputed anywhere, whatever the fields. */
export function ledgerText(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(sorted(row))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
