import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tempFolder, typed } from '../../testing/test-host.ts'

const example = `# Key of the payments
# @type=string @sensitive @required @service=backend
PAY_KEY=
# Where the API is
# @type=url @required @service=builder
VITE_API_URL=
`
const config = `export default {
  project: 'shop',
  services: { backend: { path: 'api', deploy: { provider: 'local', kind: 'node', entry: 'x' } } },
  environments: { staging: { on: 'main' }, production: { from: 'staging' } },
}
`
const cwd = tempFolder()
for (const [name, text] of Object.entries({
  '.env.example': example,
  'api/a.ts': 'process.env.PAY_KEY; import.meta.env.VITE_API_URL\n',
  'gantry.config.ts': config,
})) {
  mkdirSync(dirname(join(cwd, name)), { recursive: true })
  writeFileSync(join(cwd, name), text)
}
execFileSync('git', ['init', '--quiet'], { cwd })
execFileSync('git', ['add', '--all'], { cwd })
// Before the first commit: that is when people ask.

/** Vercel, Fly.io and Render at once: each path answers in its vendor's own shape. */
const answers: Record<string, unknown> = {
  '/v10/projects/web/env?teamId=team_1': {
    envs: [
      { key: 'VITE_API_URL', target: ['production', 'preview'], type: 'plain', value: 'https://api.example.com' },
      { key: 'OLD', target: 'production', type: 'encrypted', value: 'e30=' },
    ],
    pagination: { count: 2, next: 17, prev: null },
  },
  '/v10/projects/web/env?teamId=team_1&until=17': {
    envs: [{ key: 'PAY_KEY', target: [], customEnvironmentIds: ['env_9'], type: 'sensitive' }],
    pagination: { count: 1, next: null, prev: 17 },
  },
  '/v9/projects/web/custom-environments?teamId=team_1': { environments: [{ id: 'env_9', slug: 'staging' }] },
  '/v1/apps/shop/secrets': { secrets: [{ name: 'PAY_KEY', digest: 'abc' }] },
  '/v1/apps/odd/secrets': { names: [] },
  '/v1/services/srv-1/env-vars?limit=100': Array.from({ length: 100 }, (_, nth) => ({
    envVar: { key: `N${nth}`, value: '' },
    cursor: `c${nth}`,
  })),
  '/v1/services/srv-1/env-vars?limit=100&cursor=c99': [{ envVar: { key: 'PAY_KEY', value: 'same' }, cursor: 'd' }],
  '/v1/services/srv-2/env-vars?limit=100': [{ envVar: { key: 'PAY_KEY', value: 'same' }, cursor: 'd' }],
}
const server = createServer((request, response) => {
  if (request.headers.authorization !== 'Bearer good')
    return void response.writeHead(403).end('{"error":{"code":"forbidden","message":"Not authorized"}}')
  const found = answers[request.url ?? '']
  if (found === undefined) return void response.writeHead(404).end('{"error":"app not found"}')
  response.end(JSON.stringify(found))
})
await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
afterAll(() => server.close())
const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const env = {
  ...{ VERCEL_API_URL: api, FLY_API_HOSTNAME: api, RENDER_API_URL: `${api}/v1`, VERCEL_ORG_ID: 'team_1' },
  ...{ VERCEL_TOKEN: 'good', FLY_API_TOKEN: 'good', RENDER_API_KEY: 'good' },
}
async function messages(...places: string[]): Promise<string[]> {
  const at = places.flatMap(place => ['--at', place])
  const { out } = await typed(['env', '--no-leaks', '--json', ...at], { cwd, env })
  return JSON.parse(out).findings.map(({ message }: { message: string }) => message)
}

test("a place of one service is held to that service's variables", async () => {
  expect(await messages('production/backend=fly:shop')).toEqual([])
  expect(await messages('production=fly:shop')).toEqual([
    'production (Fly.io shop) has no VITE_API_URL, which is required',
  ])
  expect(await messages('production/builder=fly:shop')).toEqual([
    'production (Fly.io shop) has no VITE_API_URL, which is required',
    'production (Fly.io shop) has PAY_KEY, which is not declared for it',
  ])
})

test("Vercel's pages are read to the end, each environment for itself, custom ones by name", async () => {
  expect(await messages('production/builder=vercel:web')).toEqual([
    'production (Vercel web) has OLD, which is not declared for it',
  ])
  expect(await messages('staging/builder=vercel:web/preview')).toEqual([])
  expect(await messages('staging/backend=vercel:web/staging')).toEqual([])
})

test('a secret that two services of Render share is found, and not printed', async () => {
  const at = ['--at', 'staging/backend=render:srv-2', '--at', 'production/backend=render:srv-1']
  const { code, out } = await typed(['env', '--no-leaks', '--json', ...at], { cwd, env })
  expect(code).toBe(1)
  const rules = JSON.parse(out).findings.map(({ rule }: { rule: string }) => rule)
  expect(rules.filter((rule: string) => rule === 'shared-secret')).toHaveLength(1)
  expect(rules.filter((rule: string) => rule === 'unknown')).toHaveLength(100)
  expect(out).not.toContain('same"')
})

test.each([
  ['production=fly', 2, 'expected <environment>[/<service>]=<vendor>:<place>'],
  ['production=heroku:x', 2, 'Vendors and places: vercel:<project>[/<environment>], fly:<app>, render:<service>'],
  ['prod=fly:shop', 2, 'expected one of staging, production, got "prod"'],
  ['production=fly:gone', 3, 'Fly.io answered 404 to /v1/apps/gone/secrets: app not found'],
  ['production=fly:odd', 3, 'Fly.io answered something unexpected'],
  ['production=vercel:web/qa', 3, 'it has production, preview, development, staging, not "qa"'],
])('%s is answered with what was expected', async (place, code, said) => {
  const answer = await typed(['env', '--no-leaks', '--at', place], { cwd, env })
  expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(said)])
})

test('a missing token, one that is refused, and a vendor that is gone are told apart', async () => {
  const ask = (changes: Record<string, string>) =>
    typed(['env', '--no-leaks', '--at', 'production=fly:shop'], { cwd, env: { ...env, ...changes } })
  expect(await ask({ FLY_API_TOKEN: '' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected FLY_API_TOKEN'),
  })
  expect((await ask({ FLY_API_TOKEN: 'bad' })).err).toContain(
    'Fly.io answered 403 to /v1/apps/shop/secrets: Not authorized',
  )
  expect((await ask({ FLY_API_HOSTNAME: 'http://127.0.0.1:1' })).err).toContain('Fly.io could not be reached')
})
