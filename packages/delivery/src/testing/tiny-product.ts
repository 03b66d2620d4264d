import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Release } from '@gantry/core'
import { Config } from '@gantry/core/config'
import { judgeMigrations } from '@gantry/migrations'
import type * as z from 'zod'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { packArtifact } from '../artifacts/pack-artifact.ts'
import { local } from '../providers/settings.ts'

/** A service that answers with its release; what else it does is in `extra`. */
export const tinyServer = (extra = ''): string => `
import { createServer } from 'node:http'
const release = process.env.SENTRY_RELEASE
const server = createServer(async (request, response) => {
  ${extra}
  if (request.url === '/env') return response.end(JSON.stringify(process.env))
  if (request.url === '/slow') await new Promise(resolve => setTimeout(resolve, 400))
  if (request.url === '/crash') process.exit(7)
  if (request.url === '/fail') response.statusCode = 500
  response.end(release)
})
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log('listening as', release))
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections() })
`

export interface TinyRelease {
  /** Content of `server.mjs`. */
  server?: string
  page?: string
  migrations?: { version: string; name: string; sql: string }[]
  /** Leaves the artifacts out of the store. */
  isUploaded?: boolean
}

export const tinyConfig = (over: Partial<z.input<typeof Config>> = {}): Config =>
  Config.parse({
    project: 'tiny',
    services: {
      api: { path: '.', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs', env: { OWN: 'own' } }) },
      web: {
        path: '.',
        needs: ['api'],
        deploy: local({ kind: 'static', rewrites: { '/api/*': 'api' }, publicEnv: ['SENTRY_RELEASE', 'API_URL'] }),
      },
    },
    environments: { staging: { on: 'main' }, production: { from: 'staging' } },
    ...over,
  })

/** The same with a database the API needs. */
export const tinyConfigWithDatabase = (): Config => {
  const config = tinyConfig()
  const { api, web } = config.services
  if (!api || !web) throw new Error('the tiny product has both')
  return Config.parse({
    ...config,
    services: {
      database: { path: 'db', deploy: local({ kind: 'postgres', migrations: 'migrations' }) },
      api: { ...api, needs: ['database'] },
      web,
    },
  })
}

/** Builds, packs and stores a release of the tiny product. */
export async function tinyRelease(artifacts: ArtifactStore, name: string, content: TinyRelease = {}): Promise<Release> {
  const id = createHash('sha1').update(name).digest('hex')
  const packed = [
    await pack(artifacts, 'api', { 'server.mjs': content.server ?? tinyServer() }, content.isUploaded ?? true),
    await pack(
      artifacts,
      'web',
      { 'index.html': content.page ?? `<title>${name}</title>` },
      content.isUploaded ?? true,
    ),
  ]
  return {
    id,
    project: 'tiny',
    sha: id,
    title: name,
    author: 'Dev <dev@example.com>',
    createdAt: '2026-11-23T00:00:00.000Z',
    runId: null,
    artifacts: packed,
    migrations: await judgeMigrations(content.migrations ?? []),
    badBecause: null,
  }
}

async function pack(artifacts: ArtifactStore, service: string, files: Record<string, string>, isUploaded: boolean) {
  const dir = await folderOf(files)
  try {
    await using packed = await packArtifact(dir)
    if (isUploaded) await artifacts.put(packed.open(), packed.digest)
    return { service, digest: packed.digest, bytes: packed.bytes }
  } finally {
    await rm(dir, { recursive: true })
  }
}

export async function folderOf(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-test-'))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), content)
  }
  return dir
}
