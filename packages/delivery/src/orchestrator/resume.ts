import { setTimeout as sleep } from 'node:timers/promises'
import { advanceDeployment, type Deployment, type Release, shortSha } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { BoundService } from '../providers/bound-service.ts'
import { claim, follow } from './deploy.ts'
import type { EnvironmentState, Placed, Started } from './environments.ts'
import { openWork, type Prepared, prepareWork, stepsOf } from './open-work.ts'
import { takeUp } from './order-steps.ts'
import type { Inside } from './parts.ts'

export type LoadConfig = (release: Release) => Promise<Config>

/**
 * After a start: what was live serves again, and what was under way goes on from where it was, or fails with the former
 * release serving. Answers the deployments taken up; one that cannot go on is failed and not among them.
 */
export async function resume(inside: Inside, project: string, loadConfig: LoadConfig): Promise<Started[]> {
  const { deployments } = inside.parts.store
  const unfinished = await deployments.unfinished(project)
  const names = await environmentsOf(inside, project)
  const taken = await Promise.all(
    names.map(async environment => {
      const state = inside.environments.of(project, environment)
      await bringBack(inside, state, loadConfig)
      const [newest, ...older] = unfinished
        .filter(each => each.environment === environment)
        .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      for (const each of older) await fail(inside, each, 'a newer deployment was begun after it')
      return newest ? goOn(inside, state, newest, loadConfig) : []
    }),
  )
  return taken.flat()
}

async function environmentsOf({ parts }: Inside, project: string): Promise<string[]> {
  const [rows, known] = await Promise.all([
    parts.store.deployments.list(project, { limit: 500 }),
    parts.store.projects.get(project),
  ])
  return [...new Set([...rows.map(row => row.environment), ...Object.keys(known?.config?.environments ?? {})])]
}

async function bringBack(inside: Inside, state: EnvironmentState, loadConfig: LoadConfig): Promise<void> {
  const { parts } = inside
  const live = await parts.store.deployments.live(state.project, state.environment)
  if (!live) return
  const placed = await placedOf(inside, live, loadConfig)
  if (typeof placed === 'string') {
    parts.log(`${shortSha(live.release)} cannot be brought back in ${state.environment}: ${placed}`)
    return
  }
  const prepared = await prepareWork(inside, state, placed, 'deploy')
  state.live = placed
  for (const level of levelsOf(prepared.services)) {
    await Promise.all(level.map(service => restore(inside, state, prepared, service)))
  }
}

const retryMs = 5_000

/** What does not come back at once is tried again, as long as it is what should be live. */
async function restore(
  inside: Inside,
  state: EnvironmentState,
  prepared: Prepared,
  service: BoundService,
): Promise<void> {
  const { parts, isStopping } = inside
  const { release } = prepared.facts
  const tryOnce = async () => {
    try {
      const outcome = await service.restore(prepared.facts, await prepared.contextOf(service))
      return outcome.ok ? null : outcome.why
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause)
    }
  }
  const goOnTrying = async (): Promise<void> => {
    await sleep(retryMs, undefined, { ref: false })
    if (isStopping(state.project) || state.live?.release.id !== release.id) return
    if ((await tryOnce()) !== null) await goOnTrying()
  }
  const fault = await tryOnce()
  if (fault === null) return
  parts.log(
    `${service.name} ${shortSha(release.id)} did not come back in ${state.environment}, it is tried again: ${fault}`,
  )
  void goOnTrying()
}

/** Takes a deployment up where the last process left it. */
async function goOn(
  inside: Inside,
  state: EnvironmentState,
  deployment: Deployment,
  loadConfig: LoadConfig,
): Promise<Started[]> {
  const { release, kind } = deployment
  const placed = await placedOf(inside, deployment, loadConfig)
  if (typeof placed === 'string') {
    await fail(inside, deployment, placed)
    return []
  }
  const begun = claim(state, { release, kind }, async () => {
    const prepared = await prepareWork(inside, state, placed, kind)
    const work = openWork(inside, prepared, deployment)
    const taken = await work.journal.change(each => ({ ...each, steps: takeUp(stepsOf(prepared), each.steps) }))
    return { deployment: taken, ended: follow(inside, state, placed, work) }
  })
  return [{ ...(await begun), isNew: false }]
}

async function placedOf(
  { parts }: Inside,
  { project, release: id }: Deployment,
  loadConfig: LoadConfig,
): Promise<Placed | string> {
  const release = await parts.store.releases.get(project, id)
  if (!release) return `release ${shortSha(id)} is no longer known`
  try {
    return { release, config: await loadConfig(release) }
  } catch (cause) {
    return `its config cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

async function fail({ parts }: Inside, deployment: Deployment, failure: string): Promise<void> {
  const failed = advanceDeployment(deployment, { failed: failure }, parts.now().toISOString())
  if (failed.failure !== failure) parts.log(`deployment ${deployment.id} cannot go on: ${failure}`)
  parts.onChange(await parts.store.deployments.update(failed))
}

/** Services that can start at the same time, those that others need first. */
function levelsOf(services: BoundService[]): BoundService[][] {
  const levels: BoundService[][] = []
  const placed = new Set<string>()
  while (placed.size < services.length) {
    const level = services.filter(each => !placed.has(each.name) && each.config.needs.every(name => placed.has(name)))
    if (level.length === 0) return [...levels, services.filter(each => !placed.has(each.name))]
    for (const each of level) placed.add(each.name)
    levels.push(level)
  }
  return levels
}
