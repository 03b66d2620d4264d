import type { Project, RunState, RunStateName } from '@gantry/core'
import type { ProjectView } from '@gantry/core/api'
import type { ProjectContext } from './open-project.ts'

/** What one sees of a project among others. */
export async function projectView({ project, store, repository }: ProjectContext): Promise<ProjectView> {
  const current = await project.current()
  const { name, config } = current
  const [runs, incidents, environments] = await Promise.all([
    store.runs.list(name, { branch: 'main', limit: 1 }),
    store.incidents.list(name, { state: 'open' }),
    Promise.all(Object.keys(config?.environments ?? {}).map(environment => liveIn(environment, name, store))),
  ])
  const [newest] = runs
  return {
    ...restingView(current),
    gitRemote: repository.path,
    checks: newest ? { run: newest.id, state: stateOf(newest) } : null,
    environments,
    openIncidents: incidents.length,
  }
}

/** One that is over without saying how died before it could: that is not green. */
const stateOf = ({ status, conclusion }: RunState): RunStateName =>
  conclusion ?? (status === 'completed' ? 'failure' : status)

/** Of one that rests nothing is live. */
export const restingView = ({ name, title, createdAt, archivedAt }: Project): ProjectView => ({
  ...{ name, title, createdAt, archivedAt, gitRemote: '', checks: null, environments: [], openIncidents: 0 },
})

async function liveIn(
  name: string,
  project: string,
  store: Pick<ProjectContext['store'], 'deployments' | 'releases'>,
): Promise<ProjectView['environments'][number]> {
  const live = await store.deployments.live(project, name)
  const release = live && (await store.releases.get(project, live.release))
  return { name, release: live?.release ?? null, title: release?.title ?? null, since: live?.liveAt ?? null }
}
