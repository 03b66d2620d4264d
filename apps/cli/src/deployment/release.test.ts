import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, local, parseConfig } from '@gantry/config'
import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { tempFolder, typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'
import { migrationsFolder } from './upload-artifacts.ts'

const config = defineConfig({
  project: 'sitebuilder',
  services: {
    database: { path: 'supabase', deploy: local({ kind: 'postgres', migrations: 'db/migrations' }) },
    backend: {
      path: 'apps/backend',
      artifact: 'apps/backend/dist',
      deploy: local({ kind: 'node', entry: 'server.mjs' }),
    },
    web: { path: 'apps/web', artifact: 'apps/web/dist', deploy: local({ kind: 'static' }) },
  },
  environments: { staging: { on: 'main' } },
})

function built(): string {
  const cwd = tempFolder()
  for (const folder of ['apps/backend/dist', 'apps/web/dist', 'db/migrations'])
    mkdirSync(join(cwd, folder), { recursive: true })
  writeFileSync(join(cwd, 'apps/backend/dist/server.mjs'), 'serve()')
  writeFileSync(join(cwd, 'apps/web/dist/index.html'), '<p>web</p>')
  writeFileSync(join(cwd, 'db/migrations/20261104140000_publications.sql'), 'create table b ();')
  writeFileSync(join(cwd, 'db/migrations/20261102090000_sites_and_more.sql'), 'create table a ();')
  writeFileSync(join(cwd, 'db/migrations/README.md'), 'not SQL')
  return cwd
}

async function server() {
  const stored = new Map<string, Buffer>()
  const created = await testServer({
    [`GET /api/v1/projects/shop/commits/${sample.sha}/config`]: () => ({
      config: parseConfig(config),
      sha: sample.sha,
    }),
    'HEAD /api/v1/projects/shop/artifacts/*': ({ path }) => (stored.has(path) ? 200 : 404),
    'PUT /api/v1/projects/shop/artifacts/*': ({ path, bytes }) => {
      stored.set(path, bytes)
      return {}
    },
    'POST /api/v1/projects/shop/releases': () => sample.release,
  })
  return { ...created, stored }
}

it('uploads what the server does not have, and records the release with its migrations', async () => {
  const gantry = await server()
  const cwd = built()
  const file = join(cwd, 'output.txt')
  const env = { ...gantry.env, GITHUB_SHA: sample.sha, GITHUB_OUTPUT: file }
  const { code, out, err } = await typed(['release'], { cwd, env })
  expect(code).toBe(0)
  expect(out).toBe(`release=${sample.sha}\n`)
  expect(readFileSync(file, 'utf8')).toBe(out)
  expect(err).toMatch(/backend {2}apps\/backend\/dist {2}sha256:[0-9a-f]{12} {2}\d+ KB\n/)
  expect(gantry.stored.size).toBe(2)
  for (const [path, bytes] of gantry.stored) {
    expect(path).toBe(`/api/v1/projects/shop/artifacts/sha256:${createHash('sha256').update(bytes).digest('hex')}`)
  }
  expect(gantry.asked[0]).toMatchObject({ path: `/api/v1/projects/shop/commits/${sample.sha}/config` })
  expect(gantry.asked.at(-1)?.body).toMatchObject({
    sha: sample.sha,
    artifacts: [{ service: 'backend' }, { service: 'web' }],
    migrations: [
      { version: '20261102090000', name: 'sites_and_more', sql: 'create table a ();' },
      { version: '20261104140000', name: 'publications' },
    ],
  })
})

it('sends nothing twice', async () => {
  const gantry = await server()
  const cwd = built()
  const argv = ['release', '--sha', sample.sha]
  await typed(argv, { cwd, env: gantry.env })
  expect((await typed(argv, { cwd, env: gantry.env })).err).toContain('KB, known')
  expect(gantry.asked.filter(({ method }) => method === 'PUT')).toHaveLength(2)
})

it('names the service whose build left nothing', async () => {
  const gantry = await server()
  const { code, err } = await typed(['release', '--sha', sample.sha], { env: gantry.env })
  expect(code).toBe(2)
  expect(err).toContain('error RELEASE_ARTIFACT_MISSING  backend: expected a folder at')
})

it('needs the whole id of a commit', async () => {
  expect((await typed(['release', '--sha', '8f3c2a1'])).err).toContain(
    'expected the whole id of a commit, got "8f3c2a1"',
  )
})

it('finds migrations where the database says, else wherever they are', async () => {
  expect(await migrationsFolder(parseConfig(config))).toBe('db/migrations')
  const { database: _, ...services } = config.services
  expect(await migrationsFolder(parseConfig({ ...config, services }))).toBeUndefined()
})
