import { expect, it } from 'vitest'
import { asName, servicesOf } from './services.ts'
import { factsOf } from './testing/repository-of.ts'

const api = (more: object) => ({
  'apps/api/package.json': {
    ...{ name: 'api', private: true, dependencies: { fastify: '5' }, scripts: { start: 'node dist/index.js' } },
    ...more,
  },
})
const only = (files: Record<string, unknown>) => servicesOf(factsOf(files)).at(-1)
const next = { private: true, dependencies: { next: '16' }, scripts: { build: 'next build' } }

it.each([
  ['its start script', api({ scripts: { build: 'tsc', start: 'node --enable-source-maps dist/main.js' } }), 'main.js'],
  ['its main', { ...api({ main: './dist/app.cjs', scripts: { build: 'tsc' } }), 'apps/api/Procfile': '' }, 'app.cjs'],
  [
    'a script of the root',
    { 'package.json': { scripts: { api: 'node apps/api/dist/run.mjs' } }, ...api({ scripts: { build: 'tsc' } }) },
    'run.mjs',
  ],
])('starts the file that %s names, and ships its folder', (_, files, entry) => {
  expect(only(files)).toMatchObject({ artifact: 'apps/api/dist', deploy: { kind: 'node', entry } })
})

it('says when it had to guess what is started', () => {
  const files = { ...api({ scripts: { build: 'tsc' } }), 'apps/api/Dockerfile': '' }
  expect(only(files)?.remark).toContain('`entry` is a guess')
})

it('ships what is not built as it lies there, and says that this needs more', () => {
  const found = only({ ...api({ scripts: { start: 'node src/main.js' } }), 'apps/api/src/main.js': '' })
  expect(found).toMatchObject({ artifact: 'apps/api', deploy: { entry: 'src/main.js' } })
  expect(found?.remark).toContain('add a build')
})

it.each([
  ["{ output: 'export' }", { artifact: 'apps/web/out', deploy: { kind: 'static' } }],
  ["{ output: 'standalone' }", { artifact: 'apps/web/.next/standalone', deploy: { entry: 'apps/web/server.js' } }],
])('Next.js with %s', (config, expected) => {
  const web = { 'apps/web/package.json': next, 'apps/web/next.config.mjs': config }
  expect(only(web)).toMatchObject(expected)
  expect(only(web)).not.toHaveProperty('remark')
})

it('tells what Next.js needs before it can be shipped', () => {
  expect(only({ 'apps/web/package.json': next })?.remark).toContain("output: 'standalone'")
})

it('finds the path for health in the code of a service and of what it imports', () => {
  const shared = { 'packages/http/package.json': { name: 'http' }, 'packages/http/a.ts': "app.get('/healthz')" }
  expect(only({ ...api({}), 'apps/api/a.ts': 'app.get("/health")' })?.health).toBe('/health')
  expect(only({ ...api({ dependencies: { fastify: '5', http: 'workspace:*' } }), ...shared })?.health).toBe('/healthz')
  expect(only(api({}))).not.toHaveProperty('health')
})

it('gives the database to services that read its address', () => {
  const files = { ...api({}), 'apps/api/a.ts': 'process.env.DATABASE_URL', 'supabase/migrations/1_a.sql': '' }
  expect(servicesOf(factsOf(files)).map(({ name, needs }) => [name, needs])).toEqual([
    ['database', []],
    ['api', ['database']],
  ])
})

it('names services as the config wants them, each once', () => {
  const files = {
    ...api({}),
    'packages/api/package.json': { name: 'b', dependencies: { koa: '3' }, scripts: { start: 'node a.js' } },
  }
  expect(servicesOf(factsOf(files)).map(({ name }) => name)).toEqual(['api', 'api-2'])
  expect(['My App', '2nd_try', '@@', 'API'].map(asName)).toEqual(['my-app', 'nd-try', 'app', 'api'])
})
