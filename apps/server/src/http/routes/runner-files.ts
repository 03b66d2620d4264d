import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type FollowedJob, GantryError, type RunStore } from '@gantry/core'
import {
  artifactFacts,
  artifactNames,
  checkArtifactName,
  digestOf,
  packFolder,
  runArtifacts,
  storeFolder,
  unpackInto,
} from '@gantry/runner'
import { numericRunId } from '@gantry/workflow'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { provenBy } from '../../access/route-access.ts'
import { type UploadPack, uploadPack } from '../../git/upload-pack.ts'
import type { ProjectFolders } from '../../home/home.ts'
import type { SharedUploads } from '../../run/shared-uploads.ts'
import type { RunnerService } from '../../runner/runner-service.ts'
import type { Api } from '../route.ts'
import { oneJob } from './runner-protocol.ts'

export interface RunnerFileParts {
  service: RunnerService
  runs: RunStore
  /** Brings the repository of this machine to where pushes to other servers left it; left out where it has no copies. */
  sync?(project: string): Promise<void>
  /** What other machines have of the artifacts; left out, or null, where there are none. */
  uploads?(project: string): SharedUploads | null
  /** Where a project's commits and the artifacts of its runs are kept. */
  folders(project: string): Pick<ProjectFolders, 'repository' | 'actionsArtifacts' | 'actionsCache'>
}

const access = provenBy('runner token')
const artifactBytes = 10 * 2 ** 30
const oneArtifact = oneJob.extend({ name: z.string().max(255) })
const ofRun = z.object({ run: z.string() })

/** What the job of a runner reads and writes: the commits and the artifacts of its own project. */
export function runnerFileRoutes(app: Api, parts: RunnerFileParts): void {
  gitRoutes(app, parts)
  const dirOf = ({ project }: FollowedJob) => parts.folders(project).actionsArtifacts
  const jobOf = async (request: FastifyRequest, id: string) =>
    parts.service.jobOf(await parts.service.runnerOf(request.headers.authorization), id)
  app.get(
    '/api/v1/runners/jobs/:id/artifacts',
    { access, schema: { hide: true, params: oneJob, querystring: ofRun } },
    async request => {
      const job = await jobOf(request, request.params.id)
      const run = await runOf(parts, job, request.query.run)
      await parts.uploads?.(job.project)?.fetch(run)
      const folder = runArtifacts(dirOf(job), run)
      const facts = await Promise.all((await artifactNames(folder)).map(name => artifactFacts(folder, name)))
      return { run, artifacts: facts.filter(each => each !== undefined) }
    },
  )
  app.get(
    '/api/v1/runners/jobs/:id/artifacts/:name',
    { access, schema: { hide: true, params: oneArtifact, querystring: ofRun } },
    async (request, reply) => {
      const { id, name } = request.params
      const job = await jobOf(request, id)
      const run = await runOf(parts, job, request.query.run)
      await parts.uploads?.(job.project)?.fetch(run)
      const folder = runArtifacts(dirOf(job), run)
      if (!(await artifactNames(folder)).includes(name)) throw new GantryError('NOT_FOUND', `no artifact ${name}`)
      return reply.type('application/x-tar').send(packFolder(join(folder, name)))
    },
  )
  app.scope((scoped, parsers) => {
    parsers.addContentTypeParser('application/x-tar', (_request, body, done) => done(null, body))
    scoped.put(
      '/api/v1/runners/jobs/:id/artifacts/:name',
      {
        access,
        bodyLimit: artifactBytes,
        schema: {
          hide: true,
          params: oneArtifact,
          querystring: z.object({ attempt: z.coerce.number().int(), overwrite: z.enum(['true', 'false']) }),
        },
      },
      async request => {
        const job = await jobOf(request, request.params.id)
        const given = { ...request.query, name: request.params.name, runId: job.runId, tar: request.body as Readable }
        const shared = parts.uploads?.(job.project)
        await shared?.fetch(job.runId)
        const stored = await taken(dirOf(job), given)
        await shared?.keep(job.runId, given.name)
        return stored
      },
    )
  })
}

async function taken(
  artifactsDir: string,
  given: { name: string; attempt: number; overwrite: 'true' | 'false'; runId: string; tar: Readable },
): Promise<{ digest: string }> {
  const { name, attempt, overwrite, runId, tar } = given
  checkArtifactName(name)
  const folder = runArtifacts(artifactsDir, runId)
  await mkdir(folder, { recursive: true })
  const existing = await artifactFacts(folder, name)
  const root = await mkdtemp(join(folder, '.taken-'))
  try {
    await unpackInto(tar, root)
    if (existing !== undefined && overwrite === 'false' && existing.attempt >= attempt) {
      // Sent again, because the answer went astray.
      if (existing.attempt === attempt && existing.digest === digestOf(root)) return { digest: existing.digest }
      const message = `expected a new artifact name, got "${name}", which this run has already; set overwrite: true`
      throw new GantryError('BAD_REQUEST', message)
    }
    const { digest } = await storeFolder(folder, { name, attempt, root })
    return { digest }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** A run of the same project, by its id or the digits that jobs know it by. */
async function runOf(
  { runs, folders, uploads }: RunnerFileParts,
  { project, runId }: FollowedJob,
  asked: string,
): Promise<string> {
  if (asked === runId || asked === numericRunId(runId)) return runId
  const here = await readdir(folders(project).actionsArtifacts).catch(() => [])
  const known = [...here, ...((await uploads?.(project)?.runs()) ?? [])].filter(
    id => id === asked || numericRunId(id) === asked,
  )
  for (const id of [asked, ...known]) if (await runs.get(project, id)) return id
  throw new GantryError('NOT_FOUND', `no run ${asked} in ${project}`)
}

/** Git's own protocol over HTTP, to fetch and nothing else. https://git-scm.com/docs/http-protocol */
function gitRoutes(app: Api, { service, folders, sync }: RunnerFileParts): void {
  const pathOf = async (request: FastifyRequest, id: string) => {
    const job = await service.jobOf(await service.runnerOf(request.headers.authorization), id)
    await sync?.(job.project)
    return folders(job.project).repository
  }
  app.get(
    '/api/v1/runners/jobs/:id/git/info/refs',
    {
      access,
      schema: { hide: true, params: oneJob, querystring: z.object({ service: z.literal('git-upload-pack') }) },
    },
    async (request, reply) => {
      const path = await pathOf(request, request.params.id)
      return sent(reply, uploadPack(path, { ...asked(request), isAdvertised: true }))
    },
  )
  app.scope((scoped, parsers) => {
    parsers.addContentTypeParser('application/x-git-upload-pack-request', (_request, body, done) => done(null, body))
    scoped.post(
      '/api/v1/runners/jobs/:id/git/git-upload-pack',
      { access, bodyLimit: artifactBytes, schema: { hide: true, params: oneJob } },
      async (request, reply) => {
        const path = await pathOf(request, request.params.id)
        const body = request.body as Readable
        const input = request.headers['content-encoding'] === 'gzip' ? body.pipe(createGunzip()) : body
        return sent(reply, uploadPack(path, { ...asked(request), input }))
      },
    )
  })
}

const asked = ({ headers }: FastifyRequest) => ({ protocol: [headers['git-protocol']].flat()[0] })

const sent = (reply: FastifyReply, { type, output }: UploadPack) =>
  reply.type(type).header('cache-control', 'no-cache').send(output)
