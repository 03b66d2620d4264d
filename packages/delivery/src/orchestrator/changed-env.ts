import { type Deployment, type EnvChange, type EnvFingerprint, envChanges, type Release } from '@gantry/core'
import type { BoundService } from '../providers/bound-service.ts'
import { envSaltOf, envWhenLive } from './env-traces.ts'
import type { EnvironmentState } from './environments.ts'
import { baseContext } from './open-work.ts'
import type { Inside } from './parts.ts'

export interface EnvQuestion {
  services: BoundService[]
  history: Deployment[]
  releases: Release[]
}

/**
 * By release: variables and secrets that are others now than when it was live. What runs in the server is asked what it would be
 * started with; of what runs at a vendor, what was noted when the release that serves now went live.
 */
export async function changedEnv(
  inside: Inside,
  state: EnvironmentState,
  { services, history, releases }: EnvQuestion,
): Promise<Record<string, EnvChange[]>> {
  const { environment } = state
  const live = history.find(each => each.environment === environment && each.state === 'live')
  const changed: Record<string, EnvChange[]> = {}
  for (const release of releases.filter(({ id }) => id !== live?.release)) {
    const then = envWhenLive(history, { environment, release: release.id })
    if (Object.keys(then).length === 0) continue
    const now = { ...live?.env, ...(await presentEnv(inside, state, { services, release })) }
    changed[release.id] = envChanges(then, now)
  }
  return changed
}

/** What services in the server would be started with. Opens nothing. */
async function presentEnv(
  inside: Inside,
  state: EnvironmentState,
  { services, release }: { services: BoundService[]; release: Release },
): Promise<EnvFingerprint> {
  const { project, environment } = state
  const facts = {
    ...{ project, environment, release, former: null, kind: 'rollback' as const, isKept: false, retire: [] },
    ...{ envSalt: await envSaltOf(inside.parts.store.projects, project), formerAnswers: {}, earlier: [] },
  }
  const { signal } = new AbortController()
  const base = {
    ...(await baseContext(inside, state)),
    ...{ answers: () => null, signal, progress: async () => {}, sleep: (ms: number) => inside.clock.sleep(ms, signal) },
  }
  const env: EnvFingerprint = {}
  for (const service of services.filter(({ runsIn, isStateful }) => runsIn === 'server' && !isStateful)) {
    const context = await inside.hosts.get(service.provider)?.contextToLook(base, { service, all: services, facts })
    env[service.name] = await service.envOf(facts, context ?? base)
  }
  return env
}
