import {
  type Beginning,
  type Deployment,
  GantryError,
  type Migration,
  type Release,
  type RollbackPlan,
  rollbackPlan,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { changedEnv } from './changed-env.ts'
import { deploy } from './deploy.ts'
import type { Started } from './environments.ts'
import type { Inside } from './parts.ts'
import { looksOf } from './way-back-looks.ts'

export interface RollbackQuestion {
  project: string
  config: Config
  environment: string
  /** Null or left out: the last good release that was live. */
  to?: string | null | undefined
  /** Plans without what vendors said before: they are about to be asked. */
  isAskedAnew?: boolean
  /** Plans as if that release were live there already: whether there would be a way back from it. */
  asIfLive?: Release | undefined
}

export interface RollbackRequest extends RollbackQuestion {
  requestedBy: string
  reason: string
  runId?: string | null
  /** What the beginning brings along, by the plan that is carried out. */
  beginning?: (plan: RollbackPlan) => Beginning
  /** Reads the config of the release that comes back; without it `config` is used. */
  configOf?: (release: Release) => Promise<Config>
}

const releasesLookedAt = 20

/** Whether there is a way back, and to where. */
export type WayBack = Pick<RollbackPlan, 'to' | 'candidates' | 'isSafe' | 'blockers'>

export const wayBack = (inside: Inside, question: RollbackQuestion): Promise<WayBack> =>
  planned(inside, question, async () => ({}))

/** What a rollback would do, what stands in its way, and what would stay different. Changes nothing. */
export const planRollback = (inside: Inside, question: RollbackQuestion): Promise<RollbackPlan> =>
  planned(inside, question, changedEnv)

async function planned(
  inside: Inside,
  question: RollbackQuestion,
  changedEnvOf: typeof changedEnv,
): Promise<RollbackPlan> {
  const { project, environment, config, asIfLive } = question
  const { deployments } = inside.parts.store
  const state = inside.environments.of(project, environment)
  const [present, past] = await Promise.all([
    deployments.live(project, environment),
    deployments.list(project, { environment, limit: 100 }),
  ])
  const live = present && asIfLive ? { ...present, release: asIfLive.id } : present
  const history = live && asIfLive ? [live, ...past] : past
  const known = await releasesOf(inside, project, history)
  const releases = asIfLive ? [asIfLive, ...known.filter(({ id }) => id !== asIfLive.id)] : known
  const services = await inside.bind(config)
  return rollbackPlan({
    environment,
    services,
    live,
    history,
    releases,
    applied: appliedMigrations(history, releases),
    keptReleases: state.kept ? [state.kept.release.id] : [],
    storedDigests: await storedDigests(inside, project, releases),
    changedEnv: await changedEnvOf(inside, state, { services, history, releases }),
    looks: question.isAskedAnew ? [] : await looksOf(inside.parts.store.projects, project, environment),
    wanted: question.to ?? null,
  })
}

/**
 * Puts an earlier release back: a switch while it still runs, else started anew beside the bad one first.
 * Where something stands in the way, only whoever names the release may go there all the same.
 * @throws GantryError NOTHING_TO_ROLL_BACK_TO, DEPLOY_LOCKED, RELEASE_ARTIFACT_MISSING
 */
export async function rollBack(inside: Inside, request: RollbackRequest): Promise<Started> {
  const { project, environment } = request
  const state = inside.environments.of(project, environment)
  const plan = await planRollback(inside, request)
  const release = plan.to === null ? null : await inside.parts.store.releases.get(project, plan.to)
  const isNamed = request.to !== null && request.to !== undefined
  if (!release || plan.to === plan.from || (!isNamed && !plan.candidates.includes(release.id))) {
    const why = plan.blockers.join('; ')
    throw new GantryError('NOTHING_TO_ROLL_BACK_TO', `no earlier release can be restored in ${environment}: ${why}`)
  }
  const kept = state.kept?.release.id === release.id ? state.kept.config : null
  const config = kept ?? (await request.configOf?.(release)) ?? request.config
  const beginning = request.beginning?.(plan) ?? {}
  return deploy(inside, { ...request, config, release, kind: 'rollback', beginning })
}

async function releasesOf({ parts }: Inside, project: string, history: Deployment[]): Promise<Release[]> {
  const ids = [...new Set(history.map(each => each.release))].slice(0, releasesLookedAt)
  const known = new Map((await parts.store.releases.some(project, ids)).map(release => [release.id, release]))
  return ids.flatMap(id => known.get(id) ?? [])
}

/** Those of every release whose migrations ran here, live or not; as the newest of them judges them. */
function appliedMigrations(history: Deployment[], releases: Release[]): Migration[] {
  const migrated = history.filter(
    each => each.liveAt !== null || each.steps.some(step => step.phase === 'migrate' && step.status === 'done'),
  )
  const known = new Map(
    releases
      .filter(release => migrated.some(each => each.release === release.id))
      .toReversed()
      .flatMap(release => release.migrations.map(migration => [migration.version, migration] as const)),
  )
  return [...known.values()]
}

async function storedDigests({ parts }: Inside, project: string, releases: Release[]): Promise<string[]> {
  const digests = [...new Set(releases.flatMap(release => release.artifacts.map(artifact => artifact.digest)))]
  const artifacts = parts.artifactsOf(project)
  const stored = await Promise.all(digests.map(digest => artifacts.has(digest)))
  return digests.filter((_, index) => stored[index])
}
