import { GantryError, Release } from '@gantry/core'
import { NewRelease, ReleaseSessions, ReleaseSummary, ReleaseView } from '@gantry/core/api'
import * as z from 'zod'
import { runIdOf } from '../../access/caller.ts'
import { anythingWith, itsCommit, type ShaOfRun } from '../../access/job-rules.ts'
import { may } from '../../access/route-access.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { judgedMigrations } from '../../release/judged-migrations.ts'
import { releaseList } from '../../release/release-list.ts'
import { releaseMeant } from '../../release/release-meant.ts'
import { releaseSessions } from '../../release/release-sessions.ts'
import { releaseView } from '../../release/release-view.ts'
import type { ContextOf } from '../context-of.ts'
import { callerIn } from '../door.ts'
import type { Api } from '../route.ts'
import { artifactRoutes, requireArtifacts } from './artifacts.ts'

const one = z.object({ id: z.string() })

export function releaseRoutes(app: Api, contextOf: ContextOf, shaOfRun: ShaOfRun): void {
  app.get(
    '/releases',
    {
      access: may('look'),
      schema: {
        tags: ['releases'],
        summary: 'Releases, newest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: z.object({ releases: z.array(ReleaseSummary) }) },
      },
    },
    async request => {
      const { store, stored } = contextOf(request)
      return { releases: await releaseList(stored.name, request.query.limit, store) }
    },
  )
  app.get(
    '/releases/:id',
    {
      access: may('look'),
      schema: {
        tags: ['releases'],
        summary: 'A release: changes, gates, deployments',
        params: one,
        response: { 200: ReleaseView },
      },
    },
    async request => {
      const context = contextOf(request)
      return releaseView(await context.project.current(), (await releaseMeant(request.params.id, context)).id, {
        ...context,
        desk: context.promotions,
      })
    },
  )
  sessionsRoute(app, contextOf)
  app.post(
    '/releases',
    {
      access: may('release', itsCommit('body', ['release'], shaOfRun)),
      schema: {
        tags: ['releases'],
        summary: 'Record a release made of uploaded artifacts',
        body: NewRelease,
        response: { 201: Release },
      },
    },
    async (request, reply) => {
      const release = await recorded(request.body, runIdOf(callerIn(request)), contextOf(request))
      return reply.status(201).send(release)
    },
  )
  artifactRoutes(app, contextOf, { below: '', access: may('release', anythingWith('release')) })
}

function sessionsRoute(app: Api, contextOf: ContextOf): void {
  app.get(
    '/releases/:id/sessions',
    {
      access: may('look'),
      schema: {
        tags: ['releases'],
        summary: 'Sessions of a release: without a crash, over time, and beside the release before',
        params: one,
        querystring: z.object({ hours: z.coerce.number().int().min(1).max(720).default(168) }),
        response: { 200: ReleaseSessions },
      },
    },
    async request => {
      const context = contextOf(request)
      return releaseSessions(await releaseMeant(request.params.id, context), request.query.hours, context)
    },
  )
}

async function recorded(
  body: z.output<typeof NewRelease>,
  runId: string | null,
  parts: ProjectContext,
): Promise<Release> {
  const { name } = parts.stored
  await requireArtifacts(body.artifacts, parts.artifacts)
  const commit = await parts.repository.commit(body.sha).catch(() => null)
  if (!commit) throw new GantryError('NOT_FOUND', `no commit ${body.sha} in the repository of ${name}`)
  const release = await parts.store.releases.add({
    id: body.sha,
    project: name,
    sha: body.sha,
    title: commit.title,
    author: commit.author,
    createdAt: parts.now().toISOString(),
    runId,
    artifacts: body.artifacts,
    migrations: await judgedMigrations(body.migrations),
    badBecause: null,
  })
  if (release.runId === runId)
    await parts.record({
      actor: commit.author,
      action: 'release.created',
      subject: release.id,
      evidence: { artifacts: release.artifacts.length },
    })
  parts.live.tell({ topic: 'release', key: release.id })
  return release
}
