import type { Readable } from 'node:stream'
import { GantryError, migrationEffect, type Project, Promotion, Release, type Store } from '@gantry/core'
import { ActBody, NewRelease, ReleaseSummary, ReleaseView } from '@gantry/core/api'
import type { ArtifactStore } from '@gantry/delivery'
import * as z from 'zod'
import { runIdOf } from '../../access/caller.ts'
import { anythingWith, itsCommit } from '../../access/job-rules.ts'
import { peopleOnly, signedIn } from '../../access/route-access.ts'
import type { Repository } from '../../git/repository.ts'
import type { Chronicle } from '../../ledger/chronicle.ts'
import type { LiveHub } from '../../live/live-hub.ts'
import type { PromotionDesk } from '../../release/promotion-desk.ts'
import { releaseList } from '../../release/release-list.ts'
import { releaseView } from '../../release/release-view.ts'
import { callerIn, personIn } from '../door.ts'
import type { Api } from '../route.ts'

export interface ReleaseRouteParts {
  project(): Promise<Project>
  store: Store
  repository: Repository
  artifacts: ArtifactStore
  desk: PromotionDesk
  record: Chronicle
  live: LiveHub
  now(): Date
  shaOfRun(runId: string): Promise<string | null>
}

const largestArtifactBytes = 512 * 1024 * 1024
const one = z.object({ id: z.string() })

export function releaseRoutes(app: Api, parts: ReleaseRouteParts): void {
  app.get(
    '/api/v1/releases',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['releases'],
        summary: 'Releases, newest first',
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: z.object({ releases: z.array(ReleaseSummary) }) },
      },
    },
    async ({ query }) => ({ releases: await releaseList((await parts.project()).name, query.limit, parts.store) }),
  )
  app.get(
    '/api/v1/releases/:id',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['releases'],
        summary: 'A release: changes, gates, deployments',
        params: one,
        response: { 200: ReleaseView },
      },
    },
    async ({ params }) => releaseView(await parts.project(), await wholeId(params.id, parts), parts),
  )
  app.post(
    '/api/v1/releases',
    {
      access: signedIn('developer', itsCommit('body', ['release'], parts.shaOfRun)),
      schema: {
        tags: ['releases'],
        summary: 'Record a release made of uploaded artifacts',
        body: NewRelease,
        response: { 201: Release },
      },
    },
    async (request, reply) => {
      const release = await recorded(request.body, runIdOf(callerIn(request)), parts)
      return reply.status(201).send(release)
    },
  )
  promotionRoutes(app, parts)
  artifactRoutes(app, parts)
}

function promotionRoutes(app: Api, parts: ReleaseRouteParts): void {
  for (const verb of ['approve', 'reject'] as const) {
    app.post(
      `/api/v1/promotions/:id/${verb}`,
      {
        access: peopleOnly('release-manager'),
        schema: {
          tags: ['releases'],
          summary: `${verb} a promotion`,
          params: one,
          body: ActBody,
          response: { 200: Promotion },
        },
      },
      async request => {
        const { person } = personIn(request)
        return parts.desk.shown(await parts.desk[verb](request.params.id, { person, ...request.body }))
      },
    )
  }
  app.get(
    '/api/v1/promotions',
    {
      access: signedIn('viewer'),
      schema: {
        tags: ['releases'],
        summary: 'Promotions that wait',
        response: { 200: z.object({ promotions: z.array(Promotion) }) },
      },
    },
    async () => {
      const open = await parts.store.promotions.list((await parts.project()).name, { open: true })
      return { promotions: await Promise.all(open.map(one => parts.desk.shown(one))) }
    },
  )
}

/** Artifacts travel as they are, streamed to disk, and are kept only when their digest is the one in the address. */
function artifactRoutes(app: Api, parts: ReleaseRouteParts): void {
  app.scope((within, scope) => {
    scope.addContentTypeParser(
      'application/octet-stream',
      { bodyLimit: largestArtifactBytes },
      (_request, payload, done) => done(null, payload),
    )
    const params = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })
    const schema = { tags: ['releases'], params }
    const access = signedIn('developer', anythingWith('release'))
    within.head(
      '/api/v1/artifacts/:digest',
      { access, schema: { ...schema, summary: 'Whether an artifact is here' } },
      async ({ params: { digest } }, reply) => reply.status((await parts.artifacts.has(digest)) ? 200 : 404).send(),
    )
    within.put(
      '/api/v1/artifacts/:digest',
      { access, bodyLimit: largestArtifactBytes, schema: { ...schema, summary: 'Upload an artifact' } },
      async (request, reply) => {
        const stored = await parts.artifacts.put(request.body as Readable, request.params.digest)
        return reply.status(201).send(stored ?? { digest: request.params.digest })
      },
    )
  })
}

async function recorded(
  body: z.output<typeof NewRelease>,
  runId: string | null,
  parts: ReleaseRouteParts,
): Promise<Release> {
  const { name } = await parts.project()
  for (const { digest, service } of body.artifacts) {
    if (!(await parts.artifacts.has(digest)))
      throw new GantryError('RELEASE_ARTIFACT_MISSING', `the artifact of ${service} (${digest}) was not uploaded`)
  }
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
    migrations: body.migrations.map(migration => ({ ...migration, ...migrationEffect(migration.sql) })),
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

/** Seven characters are enough to name a release. */
async function wholeId(id: string, { store, project }: ReleaseRouteParts): Promise<string> {
  if (id.length === 40) return id
  const releases = await store.releases.list((await project()).name, 200)
  return releases.find(release => release.id.startsWith(id))?.id ?? id
}
