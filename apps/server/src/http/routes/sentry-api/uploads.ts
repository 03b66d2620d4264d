import type { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import { readBody, readParts } from '@gantry/ingest'
import * as z from 'zod'
import { provenBy } from '../../../access/route-access.ts'
import { uploadLimits } from '../../../source-bundle/upload-limits.ts'
import type { Api, Scope } from '../../route.ts'
import { requireOwn, type SentryApiParts, uploaderIn } from './uploader.ts'

const access = provenBy('token of the project')
const tags = ['sentry']
const Sha1 = z.string().regex(/^[0-9a-f]{40}$/, 'expected a SHA-1')
const path = '/api/0/organizations/:org/chunk-upload/'
const mostChunks = Math.ceil(uploadLimits.bundleBytes / uploadLimits.chunkBytes)

const Wanted = z.looseObject({
  checksum: Sha1,
  chunks: z.array(Sha1).max(mostChunks, `a bundle may have at most ${uploadLimits.bundleBytes} bytes`),
  projects: z.array(z.string().max(100)).max(100).nullish(),
  version: z.string().max(250).nullish(),
  dist: z.string().max(64).nullish(),
})

/** Source maps: sentry-cli asks what is missing of a bundle, sends that in pieces, and asks again. */
export function uploadRoutes(app: Api, scope: Scope, parts: SentryApiParts): void {
  app.get(path, { access, schema: { tags, summary: 'How to upload: sizes, and what is taken' } }, async request => {
    const { org } = request.params as { org: string }
    await uploaderIn(request, parts)
    const { chunkBytes, chunksAtOnce, requestBytes, bundleBytes, concurrency } = uploadLimits
    return {
      url: `${parts.url()}/api/0/organizations/${encodeURIComponent(org)}/chunk-upload/`,
      ...{
        chunkSize: chunkBytes,
        chunksPerRequest: chunksAtOnce,
        maxFileSize: bundleBytes,
        maxRequestSize: requestBytes,
      },
      ...{ concurrency, hashAlgorithm: 'sha1', compression: ['gzip'] },
      accept: ['sources', 'release_files', 'artifact_bundles', 'artifact_bundles_v2'],
    }
  })
  scope.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload))
  app.post(
    path,
    { access, schema: { tags, summary: 'Send pieces of a bundle' }, bodyLimit: uploadLimits.requestBytes },
    async request => {
      const { context } = await uploaderIn(request, parts)
      const limits = { compressedBytes: uploadLimits.requestBytes, bytes: uploadLimits.requestBytes }
      const bytes = await readBody(request.body as Readable, request.headers['content-encoding'], limits)
      for (const { name, fileName, content } of readParts(bytes, request.headers['content-type'] ?? '')) {
        const checksum = Sha1.safeParse(fileName).data
        const isPacked = name === 'file_gzip'
        if (checksum === undefined || !(isPacked || name === 'file'))
          throw new GantryError('BAD_REQUEST', 'expected files called file or file_gzip, each named by its SHA-1')
        await context.sources.chunks.put(checksum, content, isPacked)
      }
      return {}
    },
  )
  app.post(
    '/api/0/organizations/:org/artifactbundle/assemble/',
    { access, schema: { tags, summary: 'Put a bundle together from its pieces', body: Wanted } },
    async request => {
      const { context, caller } = await uploaderIn(request, parts)
      const { checksum, chunks, projects, version, dist } = request.body
      requireOwn(context, projects ?? [])
      const by = { by: caller.name, release: version || null, dist: dist || null }
      const assembled = await context.sources.uploads.assemble({ checksum, chunks, ...by })
      const missingChunks = assembled.state === 'not_found' ? assembled.missing : []
      const detail = assembled.state === 'error' ? assembled.detail : null
      return { state: assembled.state, missingChunks, detail }
    },
  )
}
