import type { Deployment } from '../deployment/deployment.ts'

/**
 * Whether a deployment gets a verdict: the first of an environment has none to be compared with, and what a rollback brought back
 * was judged before.
 */
export const isCompared = ({ kind, formerRelease }: Pick<Deployment, 'kind' | 'formerRelease'>): boolean =>
  kind === 'deploy' && formerRelease !== null
