import { randomBytes, randomUUID } from 'node:crypto'
import { canRun, GantryError, type JobProgress, type Runner, type RunnerStore } from '@gantry/core'
import { NewRunner, RunnerLabels, RunnerList, type RunnerView } from '@gantry/core/api'
import * as z from 'zod'
import type { Access } from '../../access/access.ts'
import { isSeen } from '../../access/caller.ts'
import { anybodyKnown, serverOwner } from '../../access/route-access.ts'
import { hashOfToken } from '../../runner/runner-service.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'

const tags = ['runners']
const aliveMs = 60_000
const waitingAtMost = 200

/** The runners of this server, and the jobs that wait for one. */
export function runnerRoutes(app: Api, parts: RunnerRouteParts): void {
  listRoute(app, parts)
  changeRoutes(app, parts)
}

interface RunnerRouteParts {
  access: Pick<Access, 'seenBy'>
  runners: RunnerStore
  onRemoved(id: string): Promise<void>
  now(): Date
}

function listRoute(app: Api, { access, runners, now }: RunnerRouteParts): void {
  app.get(
    '/api/v1/runners',
    {
      access: anybodyKnown,
      schema: { tags, summary: 'Runners, and jobs that wait for one', response: { 200: RunnerList } },
    },
    async request => {
      const seen = await access.seenBy(callerIn(request))
      const [all, claimed, queued] = await Promise.all([
        runners.list(),
        runners.claimed(),
        runners.queued(waitingAtMost),
      ])
      const isAlive = ({ lastSeenAt }: Runner) =>
        lastSeenAt !== null && now().getTime() - Date.parse(lastSeenAt) < aliveMs
      const alive = all.filter(isAlive)
      return {
        runners: all.map(one =>
          viewOf(
            one,
            isAlive(one),
            claimed.filter(({ project }) => isSeen(seen, project)),
          ),
        ),
        waiting: queued
          .filter(({ project }) => isSeen(seen, project))
          .map(({ project, runId, jobId, labels, createdAt }) => ({
            ...{ project, runId, jobId, labels, since: createdAt },
            isUnfit: !alive.some(one => canRun(one.labels, labels)),
            missing: labels.filter(label => !alive.some(one => canRun(one.labels, [label]))),
          })),
      }
    },
  )
}

function changeRoutes(app: Api, { runners, onRemoved }: RunnerRouteParts): void {
  app.post(
    '/api/v1/runners',
    {
      access: serverOwner,
      schema: {
        tags,
        summary: 'Add a runner; its token is shown this once',
        body: NewRunner,
        response: { 201: z.object({ id: z.string(), token: z.string() }) },
      },
    },
    async (request, reply) => {
      const [id, token] = [randomUUID(), `gantry_runner_${randomBytes(24).toString('base64url')}`]
      await runners.save({ id, ...request.body, isOwn: false }, hashOfToken(token))
      return reply.status(201).send({ id, token })
    },
  )
  app.post(
    '/api/v1/runners/:id/labels',
    {
      access: serverOwner,
      schema: {
        tags,
        summary:
          'Change what `runs-on` may ask of a runner; one that is started with labels of its own brings them again',
        params: z.object({ id: z.string() }),
        body: RunnerLabels,
      },
    },
    async ({ params: { id }, body: { labels } }) => {
      await requireForeign(runners, id, 'GANTRY_RUNNER_LABELS')
      await runners.label(id, labels)
      return {}
    },
  )
  app.post(
    '/api/v1/runners/:id/remove',
    {
      access: serverOwner,
      schema: {
        tags,
        summary: 'Remove a runner: its token is worth nothing, and what it has goes to another',
        params: z.object({ id: z.string() }),
        body: z.strictObject({}),
      },
    },
    async ({ params: { id } }) => {
      await requireForeign(runners, id, 'GANTRY_RUNNER=off')
      await runners.remove(id)
      await onRemoved(id)
      return {}
    },
  )
}

/** @throws GantryError NOT_FOUND, BAD_REQUEST for one that a server starts by itself: its setting says what becomes of it */
async function requireForeign(runners: RunnerStore, id: string, setting: string): Promise<void> {
  const known = (await runners.list()).find(one => one.id === id)
  if (!known) throw new GantryError('NOT_FOUND', `no runner ${id}`)
  if (known.isOwn)
    throw new GantryError('BAD_REQUEST', `${known.name} is started by a server itself; set ${setting} there`)
}

function viewOf(runner: Runner, isAlive: boolean, claimed: JobProgress[]): RunnerView {
  const { id, name, labels, isOwn, lastSeenAt, version, about } = runner
  const busyWith = claimed
    .filter(({ runnerId }) => runnerId === id)
    .map(({ project, runId, jobId }) => ({ project, runId, jobId }))
  return { id, name, labels, isOwn, isAlive, lastSeenAt, version, about, busyWith }
}
