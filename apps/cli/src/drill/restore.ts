import { GantryError, isUnfinished, shortSha } from '@gantry/core'
import { Deployment, Incident, Line } from '@gantry/core/api'
import { nothing, one } from '../api/read.ts'
import { followDeployment } from '../deployment/follow-deployment.ts'
import { type DrillParts, deploymentsIn, revertedOnMain } from './line-to-production.ts'
import { waitFor } from './wait.ts'

const reason = 'the drill is over'

const settledWithinMs = 120_000

/** Leaves the line as it was: the good release live, main without the break, nothing held, nothing open. */
export async function restore(sha: string, isApproved: boolean, parts: DrillParts): Promise<void> {
  const { api, environment, say } = parts
  const place = `/environments/${encodeURIComponent(environment)}`
  // What is on its way goes live later, when nobody looks any more.
  if (isApproved) await settled(sha, parts)
  const before = await environmentNow(parts)
  if (before?.current?.release === sha && before.current.state === 'live') {
    say('it was not rolled back by itself; rolling back')
    const started = await api.post(`${place}/rollback`, { reason }, one(Deployment))
    await followDeployment(api, started, { say, now: () => new Date(parts.nowMs()) })
  }
  await revertedOnMain(sha, parts)
  if ((await environmentNow(parts))?.hold) {
    await api.post(`${place}/resume`, { reason }, nothing)
    say(`promotions to ${environment} go on`)
  }
  for (const incident of await openIncidents(parts)) {
    const resolved = await api.post(`/incidents/${incident.number}/resolve`, { reason }, one(Incident))
    say(`incident #${resolved.number} is ${resolved.state}`)
  }
}

/** Until it was deployed there and nothing is under way any more; when that never comes, the rest is put back all the same. */
async function settled(sha: string, parts: DrillParts): Promise<void> {
  const look = async () => {
    const deployments = await deploymentsIn(parts)
    return deployments.some(({ release }) => release === sha) && !deployments.some(({ state }) => isUnfinished(state))
      ? deployments
      : null
  }
  try {
    await waitFor(`${shortSha(sha)} deployed to ${parts.environment}`, settledWithinMs, look)
  } catch (cause) {
    if (!(cause instanceof GantryError && cause.code === 'RUN_FAILED')) throw cause
    parts.say(cause.message)
  }
}

/** None was open when the drill began. */
const openIncidents = async ({ api, environment }: DrillParts): Promise<Incident[]> =>
  (await api.get('/line', one(Line))).incidents.filter(incident => incident.environment === environment)

const environmentNow = async ({ api, environment }: DrillParts): Promise<Line['environments'][number] | undefined> =>
  (await api.get('/line', one(Line))).environments.find(({ name }) => name === environment)
