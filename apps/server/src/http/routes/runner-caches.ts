import type { Readable } from 'node:stream'
import { GantryError } from '@gantry/core'
import { cacheFolder } from '@gantry/runner'
import type { FastifyRequest } from 'fastify'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import type { ProjectFolders } from '../../home/home.ts'
import type { RunnerService } from '../../runner/runner-service.ts'
import type { Api } from '../route.ts'
import { oneJob } from './runner-protocol.ts'

const access = provenBy('runner token')
/** As on GitHub. */
const cacheBytes = 10 * 2 ** 30
const keyText = z.string().min(1).max(512)
const ofVersion = z.object({ version: z.string().regex(/^[0-9a-f]{64}$/) })
const askedKeys = ofVersion.extend({
  keys: z.union([keyText.transform(key => [key]), z.array(keyText).min(1).max(10)]),
})
const object = z.string().regex(/^[0-9a-f]{64}$/)

/** Caches of the project of a job, as all its runners share them. */
export function runnerCacheRoutes(
  app: Api,
  parts: {
    service: RunnerService
    folders(project: string): Pick<ProjectFolders, 'actionsCache'>
    now(): Date
  },
): void {
  const { service, folders, now } = parts
  const cachesOf = async (request: FastifyRequest, id: string) => {
    const { project } = await service.jobOf(await service.runnerOf(request.headers.authorization), id)
    return cacheFolder(folders(project).actionsCache, now)
  }
  app.get(
    '/api/v1/runners/jobs/:id/caches',
    { access, schema: { hide: true, params: oneJob, querystring: askedKeys } },
    async request => {
      const caches = await cachesOf(request, request.params.id)
      return { entry: (await caches.find(request.query.version, request.query.keys)) ?? null }
    },
  )
  app.get(
    '/api/v1/runners/jobs/:id/caches/:object',
    { access, schema: { hide: true, params: oneJob.extend({ object }) } },
    async (request, reply) => {
      const caches = await cachesOf(request, request.params.id)
      const archive = await caches.read(request.params.object)
      if (archive === null) throw new GantryError('NOT_FOUND', 'that cache is gone: others were used more')
      return reply.type('application/x-tar').send(archive)
    },
  )
  app.scope((scoped, parsers) => {
    parsers.addContentTypeParser('application/x-tar', (_request, body, done) => done(null, body))
    scoped.put(
      '/api/v1/runners/jobs/:id/caches',
      {
        access,
        bodyLimit: cacheBytes,
        schema: { hide: true, params: oneJob, querystring: ofVersion.extend({ key: keyText }) },
      },
      async request => {
        const caches = await cachesOf(request, request.params.id)
        return { cache: await caches.take(request.query, request.body as Readable) }
      },
    )
  })
}
