import type { LedgerEntry } from '../ledger/ledger.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Deployment, DeploymentKind } from './deployment.ts'

const requested = {
  deploy: 'deployment.requested',
  rollback: 'rollback.requested',
  removal: 'preview.removal-requested',
} as const satisfies Record<DeploymentKind, string>

/**
 * The ledger row that belongs to a deployment's reaching its present state; null where that state is no act of its own.
 * The store writes it in the transaction that changes the deployment, so that neither is ever there without the other.
 */
export function deploymentAct(deployment: Deployment, evidence: Record<string, unknown> = {}): LedgerEntry | null {
  const { id, project, kind, state, release, environment, requestedBy, reason, failure, runId } = deployment
  const what = { deployment: id, release, environment, former: deployment.formerRelease }
  const subject =
    kind === 'removal'
      ? environment
      : kind === 'rollback'
        ? `${environment} → ${shortSha(release)}`
        : `${shortSha(release)} → ${environment}`
  const act = { project, subject, actor: 'gantry', evidence: { ...evidence, ...what } }
  switch (state) {
    case 'planned': {
      const action = requested[kind]
      const asked = { ...act.evidence, run: runId }
      return { ...act, at: deployment.createdAt, actor: requestedBy, action, reason, evidence: asked }
    }
    case 'live': {
      const action = kind === 'rollback' ? 'rollback.done' : 'deployment.live'
      return { ...act, at: deployment.liveAt ?? deployment.createdAt, action, reason: null }
    }
    case 'removed':
      return kind === 'removal'
        ? { ...act, at: deployment.finishedAt ?? deployment.createdAt, action: 'preview.removed', reason: null }
        : null
    case 'failed':
      return { ...act, at: deployment.finishedAt ?? deployment.createdAt, action: 'deployment.failed', reason: failure }
    default:
      return null
  }
}
