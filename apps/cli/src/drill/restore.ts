import { Deployment, Incident, Line } from '@gantry/core/api'
import { nothing, one } from '../api/read.ts'
import { followDeployment } from '../deployment/follow-deployment.ts'
import { type DrillParts, revertedOnMain } from './line-to-production.ts'

const reason = 'the drill is over'

/** Leaves the line as it was: the good release live, main without the break, nothing held, nothing open. */
export async function restore(sha: string, incident: number | null, parts: DrillParts): Promise<void> {
  const { api, environment, say } = parts
  const place = `/api/v1/environments/${encodeURIComponent(environment)}`
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
  if (incident !== null) {
    const resolved = await api.post(`/api/v1/incidents/${incident}/resolve`, { reason }, one(Incident))
    say(`incident #${resolved.number} is ${resolved.state}`)
  }
}

const environmentNow = async ({ api, environment }: DrillParts): Promise<Line['environments'][number] | undefined> =>
  (await api.get('/api/v1/line', one(Line))).environments.find(({ name }) => name === environment)
