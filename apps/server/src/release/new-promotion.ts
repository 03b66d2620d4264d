import type { Promotion } from '@gantry/core'
import { approvalRule, durationMs, type EnvironmentConfig } from '@gantry/core/config'

/** Who asks for which release to enter an environment. */
export interface AskedPromotion {
  release: string
  environment: string
  runId: string
  jobId: string
  actor: string
}

/** Nothing of it is judged yet. */
export function newPromotion(
  { release, environment, runId, jobId }: AskedPromotion,
  settings: EnvironmentConfig,
  { name, newId, now }: { name: string; newId(): string; now(): Date },
): Promotion {
  const rule = approvalRule(settings.approvals)
  return {
    id: newId(),
    project: name,
    release,
    fromEnvironment: settings.from ?? null,
    environment,
    state: 'waiting',
    gates: [],
    approvals: [],
    approvalsNeeded: rule.needed,
    approvalsBy: rule.by,
    runId,
    jobId,
    createdAt: now().toISOString(),
    expiresAt: new Date(now().getTime() + durationMs(settings.approvalExpires)).toISOString(),
    version: 1,
  }
}
