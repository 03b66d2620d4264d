import {
  AskedVendors,
  channelsFor,
  decideReadiness,
  isToAskVendors,
  type Notice,
  type Project,
  type ReadinessPlace,
  type RollbackPlan,
  type Store,
} from '@gantry/core'

export interface ReadinessWatchParts {
  store: Pick<Store, 'alerts' | 'deployments' | 'projects'>
  project(): Promise<Project>
  /** What a rollback would do there now. */
  rollbackPlan(environment: string): Promise<RollbackPlan>
  /** Starts a job that asks the vendors whether it can be put back. */
  askVendors(environment: string): Promise<void>
  now(): Date
  /** Address of the project's screens. */
  pages(): string
  /** Something waits in the outbox. */
  onNotices(): void
  /** An environment lost its way back, or has one again. */
  onChange(): void
}

/**
 * Looks in each environment whether what was live before could be put back, and tells when it no longer could: before somebody needs
 * it, and not when they press the button. Vendors are asked once a day by a job, which holds their credentials.
 */
export async function watchReadiness(parts: ReadinessWatchParts): Promise<void> {
  const { store, now } = parts
  const { name, config } = await parts.project()
  if (!config) return
  const lives = (await store.deployments.allLive(name)).filter(({ environment }) => environment in config.environments)
  const places: ReadinessPlace[] = []
  for (const live of lives) places.push(await placeOf(live, name, parts))
  const open = await store.alerts.open(name)
  const changes = decideReadiness({ project: name, places, open, now: now().toISOString() })
  for (const alert of changes) {
    const { environment, severity, release, summary, id, state } = alert
    const isOver = state === 'resolved'
    const notice: Notice = {
      ...{ kind: isOver ? 'alert-resolved' : 'alert-firing', dedupKey: `gantry-${name}-${id}`.slice(0, 255) },
      ...{ project: name, severity, environment, release, service: null, incident: null, by: null, runbookUrl: null },
      title: isOver ? `Over: ${summary}` : summary,
      at: now().toISOString(),
      url: `${parts.pages()}${release === null ? '' : `/releases/${release}`}`,
    }
    const notices = channelsFor(severity, config.routes).map(channel => ({ channel, notice }))
    if (!(await store.alerts.saveAndTell(alert, notices))) continue
    parts.onNotices()
    parts.onChange()
  }
}

/** Asked before it is judged: that no job can be started is a reason of its own. */
async function placeOf(
  live: ReadinessPlace['live'] & { environment: string },
  project: string,
  { store: { projects }, rollbackPlan, askVendors, now }: ReadinessWatchParts,
): Promise<ReadinessPlace> {
  const { environment } = live
  const setting = `wayBackAsked:${environment}`
  const asked = AskedVendors.safeParse(await projects.setting(project, setting)).data ?? null
  const place = { live, plan: await rollbackPlan(environment), asked }
  const at = now().toISOString()
  if (!isToAskVendors(place, at)) return place
  const failure = await askVendors(environment).then(
    () => null,
    cause => (cause instanceof Error ? cause.message : String(cause)),
  )
  await projects.saveSetting(project, setting, { at, failure })
  return { ...place, asked: { at, failure } }
}
