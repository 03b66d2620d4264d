import { GantryError } from '../errors/gantry-error.ts'
import { inOneSentence } from '../words/one-sentence.ts'
import type { Deployment, DeploymentState } from './deployment.ts'

/** Which state may follow which. Anything else is an error. */
export const deploymentTransitions = {
  planned: ['deploying', 'failed'],
  deploying: ['verifying', 'failed', 'removed'],
  verifying: ['live', 'failed'],
  live: ['superseded', 'rolled-back', 'removed'],
  superseded: [],
  failed: [],
  'rolled-back': [],
  removed: [],
} as const satisfies Record<DeploymentState, readonly DeploymentState[]>

/** Whether it is still being worked on: to be resumed or undone after a crash. */
export const isUnfinished = (state: DeploymentState): boolean =>
  state === 'planned' || state === 'deploying' || state === 'verifying'

/**
 * The deployment in its next state, with the times that belong to it and the failure in one sentence: it goes into the ledger,
 * the run and every list. What there is to read about it belongs to the failed step.
 * @throws GantryError ILLEGAL_TRANSITION
 */
export function advanceDeployment(
  deployment: Deployment,
  to: Exclude<DeploymentState, 'planned' | 'failed'> | { failed: string },
  now: string,
): Deployment {
  const state = typeof to === 'string' ? to : 'failed'
  requireTransition(deployment.id, deployment.state, state)
  return {
    ...deployment,
    state,
    liveAt: state === 'live' ? now : deployment.liveAt,
    finishedAt: isEnd(state, deployment) ? now : deployment.finishedAt,
    failure: typeof to === 'string' ? deployment.failure : inOneSentence(to.failed).sentence,
  }
}

/** Of one that was live, what becomes of it later changes nothing. */
const isEnd = (state: DeploymentState, { kind }: Deployment): boolean =>
  state === 'live' || state === 'failed' || (state === 'removed' && kind === 'removal')

/** @throws GantryError ILLEGAL_TRANSITION */
export function requireTransition(id: string, from: DeploymentState, to: DeploymentState): void {
  const allowed: readonly DeploymentState[] = deploymentTransitions[from]
  if (allowed.includes(to)) return
  throw new GantryError(
    'ILLEGAL_TRANSITION',
    `deployment ${id} is ${from}, which ${nextStates(allowed)}; it cannot become ${to}`,
    { deployment: id, from, to },
  )
}

/** What was live before `live` took its place, as it is from then on. */
export function settleFormer(former: Deployment, live: Pick<Deployment, 'kind' | 'release'>): Deployment {
  const isUndone = live.kind === 'rollback' && former.release !== live.release
  const state = isUndone ? 'rolled-back' : 'superseded'
  requireTransition(former.id, former.state, state)
  return { ...former, state }
}

const nextStates = (allowed: readonly DeploymentState[]): string =>
  allowed.length === 0 ? 'is an end' : `may become ${allowed.join(' or ')}`
