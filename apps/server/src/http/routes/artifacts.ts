import type { Readable } from 'node:stream'
import { type Artifact, GantryError } from '@gantry/core'
import type { ArtifactStore } from '@gantry/delivery'
import * as z from 'zod'
import type { RouteAccess } from '../../access/route-access.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const largestArtifactBytes = 512 * 1024 * 1024

/** Where artifacts are uploaded, and by whom. */
interface ArtifactPlace {
  below: '' | '/previews/:environment'
  access: RouteAccess
}

/** Artifacts travel as they are, streamed to disk, and are kept only when their digest is the one in the address. */
export function artifactRoutes(app: Api, contextOf: ContextOf, { below, access }: ArtifactPlace): void {
  app.scope((within, scope) => {
    scope.addContentTypeParser(
      'application/octet-stream',
      { bodyLimit: largestArtifactBytes },
      (_request, payload, done) => done(null, payload),
    )
    const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
    const params = below === '' ? z.object({ digest }) : z.object({ environment: z.string(), digest })
    const schema = { tags: ['releases'], params }
    within.head(
      `${below}/artifacts/:digest`,
      { access, schema: { ...schema, summary: 'Whether an artifact is here' } },
      async (request, reply) => {
        const { artifacts } = contextOf(request)
        return reply.status((await artifacts.has(request.params.digest)) ? 200 : 404).send()
      },
    )
    within.get(
      `${below}/artifacts/:digest`,
      { access, schema: { ...schema, summary: 'The bytes of an artifact' } },
      async (request, reply) =>
        reply.type('application/octet-stream').send(await contextOf(request).artifacts.open(request.params.digest)),
    )
    within.put(
      `${below}/artifacts/:digest`,
      { access, bodyLimit: largestArtifactBytes, schema: { ...schema, summary: 'Upload an artifact' } },
      async (request, reply) => {
        const stored = await contextOf(request).artifacts.put(request.body as Readable, request.params.digest)
        return reply.status(201).send(stored ?? { digest: request.params.digest })
      },
    )
  })
}

/** @throws GantryError RELEASE_ARTIFACT_MISSING for one that was not uploaded */
export async function requireArtifacts(
  wanted: readonly Artifact[],
  artifacts: Pick<ArtifactStore, 'has'>,
): Promise<void> {
  for (const { digest, service } of wanted) {
    if (!(await artifacts.has(digest)))
      throw new GantryError('RELEASE_ARTIFACT_MISSING', `the artifact of ${service} (${digest}) was not uploaded`)
  }
}
