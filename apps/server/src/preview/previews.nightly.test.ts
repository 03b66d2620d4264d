import type { PreviewList, PreviewView } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  api,
  ask,
  get,
  product,
  restart,
  runOf,
  server,
  startPlane,
  stopPlane,
  toMain,
  until,
} from '../testing/control-plane.ts'

const preview = `on:
  pull_request: { types: [opened, synchronize, reopened, closed] }
jobs:
  preview:
    runs-on: ubuntu-latest
    environment: preview
    steps:
      - uses: actions/checkout@v7
      - run: gantry previews deploy --environment "pr-\${{ github.event.number }}" --sha "\${{ github.event.pull_request.head.sha }}"
        env:
          OWN: \${{ secrets.OWN }}
          STAGING: \${{ secrets.STAGING }}
          REPOSITORY: \${{ secrets.REPOSITORY }}
      - run: test "$OWN" = "of previews" && test -z "$STAGING$REPOSITORY"
        env:
          OWN: \${{ secrets.OWN }}
          STAGING: \${{ secrets.STAGING }}
          REPOSITORY: \${{ secrets.REPOSITORY }}
`
const config = `import { defineConfig, env, local } from '@gantry/config'
export default defineConfig({
  project: 'tiny',
  services: {
    web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs', env: { OWN: env('OWN') } }) },
  },
  environments: { staging: { on: 'main' } },
  previews: { most: 1 },
})
`
const answering = (status: string) => `import { createServer } from 'node:http'
createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok')
  response.end(\`${status} \${process.env.OWN} \${process.env.SENTRY_ENVIRONMENT}\`)
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
`

beforeAll(async () => {
  await startPlane()
  const secrets = [
    { name: 'OWN', value: 'of previews', environment: null },
    { name: 'OWN', value: 'of staging', environment: 'staging' },
    { name: 'REPOSITORY', value: 'x', environment: null },
  ]
  for (const secret of secrets) expect((await ask('POST', `${api}/secrets`, secret)).status).toBe(201)
  await product().write('gantry.config.ts', config)
  await product().write('.github/workflows/preview.yml', preview)
  await product().write('app/server.mjs', answering('main'))
  await toMain('first', 'First')
  // The place of previews is known from the config on.
  const own = { name: 'OWN', value: 'of previews', environment: 'preview' }
  await until(
    () => ask('POST', `${api}/secrets`, own),
    ({ status }) => status === 201,
    'the config',
  )
})
afterAll(stopPlane)

const list = async (query = '') => (await get<PreviewList>(`${api}/previews${query}`)).previews
const seen = (branch: string, state: PreviewView['state']) =>
  until(
    async () => (await list('?removed=true')).find(each => each.branch === branch),
    each => each?.state === state,
    `${branch} ${state}`,
    90_000,
  )
const textAt = async (address: string | null | undefined) => (await fetch(`${address}/`)).text()
async function pushBranch(branch: string): Promise<string> {
  await product().write('app/server.mjs', answering(branch))
  const sha = await product().commit(branch)
  await product().push(`+HEAD:refs/heads/${branch}`)
  return sha
}

test('a pull request is deployed once its checks are green, with what was set for previews, and goes with its branch', async () => {
  const sha = await pushBranch('menu')
  const run = await runOf(sha, 'preview.yml')
  expect(run?.conclusion).toBe('success')
  const menu = await seen('menu', 'ready')
  expect(menu).toMatchObject({ sha, address: expect.stringMatching(/^http:\/\//), because: null })
  expect(await textAt(menu?.address)).toBe(`menu of previews ${menu?.environment}`)

  await product().git('checkout', '--quiet', '-B', 'fonts', 'HEAD~1')
  await pushBranch('fonts')
  expect((await seen('fonts', 'refused'))?.because).toContain(`1 preview is there (#${menu?.number})`)

  // A start brings it back where it was.
  await server().stop()
  await restart()
  await until(
    () => textAt(menu?.address).catch(() => ''),
    text => text.startsWith('menu'),
    'the preview after a start',
  )
  await product().push(':refs/heads/menu')
  expect((await seen('menu', 'removed'))?.because).toBe('its pull request is gone')
  await expect(textAt(menu?.address)).rejects.toThrow()
  // Its place is free now.
  const next = await pushBranch('fonts')
  expect((await seen('fonts', 'ready'))?.sha).toBe(next)
}, 300_000)
