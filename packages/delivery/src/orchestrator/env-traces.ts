import { randomBytes } from 'node:crypto'
import type { Deployment, DeploymentFacts, EnvFingerprint, ProjectStore } from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'

const saltName = 'envSalt'

/** The project's own, made once: a trace of one project says nothing in another. */
export async function envSaltOf(
  projects: Pick<ProjectStore, 'setting' | 'saveSetting'>,
  project: string,
): Promise<string> {
  const known = await projects.setting(project, saltName)
  if (typeof known === 'string') return known
  await projects.saveSetting(project, saltName, randomBytes(16).toString('hex'))
  return String(await projects.setting(project, saltName))
}

/** What a release was started with when it was live there last; empty where nobody noted it. */
export const envWhenLive = (
  history: readonly Pick<Deployment, 'release' | 'environment' | 'liveAt' | 'env'>[],
  { environment, release }: { environment: string; release: string },
): EnvFingerprint =>
  history.find(each => each.environment === environment && each.release === release && each.liveAt !== null && each.env)
    ?.env ?? {}

/** Of what comes back as it was, because it never stopped or because its vendor keeps it so: what it had then. */
export function envOfThen(
  { name, runsIn, restoresEnv }: Pick<BoundService, 'name' | 'runsIn' | 'restoresEnv'>,
  { kind, isKept, earlier, environment }: DeploymentFacts,
): EnvFingerprint[string] | null {
  const comesBack = runsIn === 'server' ? isKept : restoresEnv
  if (kind !== 'rollback' || !comesBack) return null
  return earlier.find(each => each.environment === environment && each.env?.[name])?.env?.[name] ?? null
}
