import { advanceDeployment, type Deployment, type Release, shortSha } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { bringBack } from './bring-back.ts'
import { claim, follow } from './deploy.ts'
import type { EnvironmentState, Placed, Started } from './environments.ts'
import { openWork, prepareWork, stepsOf } from './open-work.ts'
import { takeUp } from './order-steps.ts'
import type { Inside } from './parts.ts'
import { takeBack } from './take-back.ts'

export type LoadConfig = (release: Release) => Promise<Config>

/** What a start takes up of a project, each environment by itself: one whose services are sick keeps no other waiting. */
export interface Resuming {
  /** The deployments taken up; one that cannot go on is failed and not among them. */
  started: Promise<Started[]>
  /** Once nothing of the environment is being brought back any more, whatever came of it. */
  settled(environment: string): Promise<void>
}

/**
 * After a start: what was live serves again, and what was under way goes on from where it was, or fails with the former
 * release serving.
 */
export function resume(inside: Inside, project: string, loadConfig: LoadConfig, after: Promise<unknown>): Resuming {
  const begun = after.then(() => resumeEach(inside, project, loadConfig))
  const started = begun.then(async each => (await Promise.all(each.values())).flat())
  return {
    started,
    settled: environment =>
      begun
        .then(each => each.get(environment))
        .then(
          () => undefined,
          () => undefined,
        ),
  }
}

async function resumeEach(
  inside: Inside,
  project: string,
  loadConfig: LoadConfig,
): Promise<Map<string, Promise<Started[]>>> {
  const unfinished = await inside.parts.store.deployments.unfinished(project)
  const names = await environmentsOf(inside, project)
  const resumeIn = async (environment: string) => {
    const state = inside.environments.of(project, environment)
    await bringBackLive(inside, state, loadConfig)
    const [newest, ...older] = unfinished
      .filter(each => each.environment === environment)
      .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    return newest ? goOn(inside, state, { newest, older }, loadConfig) : []
  }
  return new Map(names.map(environment => [environment, resumeIn(environment)]))
}

async function environmentsOf({ parts }: Inside, project: string): Promise<string[]> {
  const [rows, known] = await Promise.all([
    parts.store.deployments.list(project, { limit: 500 }),
    parts.store.projects.get(project),
  ])
  return [...new Set([...rows.map(row => row.environment), ...Object.keys(known?.config?.environments ?? {})])]
}

async function bringBackLive(inside: Inside, state: EnvironmentState, loadConfig: LoadConfig): Promise<void> {
  const { parts } = inside
  state.configOf = loadConfig
  const live = await parts.store.deployments.live(state.project, state.environment)
  if (!live) return
  state.addresses = live.addresses ?? {}
  const placed = await placedOf(inside, live, loadConfig)
  if (typeof placed === 'string') {
    parts.log(`${shortSha(live.release)} cannot be brought back in ${state.environment}: ${placed}`)
    return
  }
  await bringBack(inside, state, placed)
}

/** Takes a deployment up where the last process left it. */
async function goOn(
  inside: Inside,
  state: EnvironmentState,
  { newest: deployment, older }: { newest: Deployment; older: Deployment[] },
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
    // What is being taken back says what was begun.
    const taken = deployment.undoing
      ? deployment
      : await work.journal.change(each => ({ ...each, steps: takeUp(stepsOf(prepared), each.steps) }))
    const why = 'a newer deployment was begun after it'
    const goFirst = async () => {
      for (const each of older) await takeBack(inside, state, { deployment: each, placed, why })
    }
    const ended = goFirst().then(() => follow(inside, state, { placed, work }))
    return { deployment: taken, ended }
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
