import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseConfig } from '@gantry/config'
import type { RepositoryFiles } from '@gantry/init'
import { readWorkflow } from '@gantry/workflow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atVendors } from './at-vendors.ts'
import type { Examined } from './examination.ts'
import { githubSecrets } from './github-secrets.ts'

const answers: Record<string, unknown> = {
  '/v1/apps/shop-api/secrets': { secrets: [{ name: 'PAY_KEY' }, { name: 'DATABASE_URL' }] },
  '/v1/apps/shop-api-staging/secrets': { secrets: [{ name: 'DATABASE_URL' }] },
  '/v10/projects/shop-web/env?': { envs: [{ key: 'CMS_URL', target: ['production'] }] },
  '/v1/services?name=jobs-production': [{ service: { id: 'srv-1', name: 'jobs-production' } }],
  '/v1/services?name=jobs-staging': [],
  '/v1/services/srv-1/env-vars?limit=100': [{ envVar: { key: 'QUEUE_URL', value: 'x' }, cursor: 'c' }],
}
const server = createServer((request, response) => {
  const found = answers[request.url ?? '']
  response.writeHead(found === undefined ? 404 : 200).end(JSON.stringify(found ?? { error: 'app not found' }))
})
let api = ''
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const repository = {
  'package.json': '{ "name": "shop", "private": true }',
  'pnpm-workspace.yaml': 'packages: [apps/*]',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  'apps/api/package.json': '{ "name": "api", "private": true, "scripts": { "start": "node a.js" } }',
  'apps/api/a.js': 'const { PAY_KEY, DATABASE_URL, PORT, FLY_REGION, SENT, LOG_LEVEL } = process.env; app.listen(PORT)',
  'apps/api/fly.toml': 'app = "shop-api"\n[env]\n  LOG_LEVEL = "info"\n',
  'apps/web/package.json':
    '{ "name": "web", "private": true, "dependencies": { "next": "16" }, "scripts": { "build": "next build" } }',
  'apps/web/page.tsx': 'process.env.CMS_URL',
  'apps/jobs/package.json': '{ "name": "jobs", "private": true }',
  'apps/jobs/a.js': 'process.env.QUEUE_URL',
}
const files: RepositoryFiles = {
  ...{
    folder: 'shop',
    paths: Object.keys(repository),
    texts: new Map(Object.entries(repository)),
    defaultBranch: 'main',
  },
}
const config = parseConfig({
  project: 'shop',
  services: {
    api: {
      path: 'apps/api',
      deploy: { provider: 'fly', app: { staging: 'shop-api-staging', production: 'shop-api' }, secrets: ['SENT'] },
    },
    web: {
      path: 'apps/web',
      deploy: { provider: 'vercel', project: 'shop-web', aliases: { staging: 'staging.shop.example' } },
    },
    jobs: { path: 'apps/jobs', deploy: { provider: 'render', service: 'jobs-{environment}' } },
  },
  environments: { staging: { on: 'main' }, production: { from: 'staging' } },
})
const examined: Examined = {
  ...{ top: '/shop', isGit: true, files, config, configProblem: null, workflows: [], workflowProblems: [] },
  ...{ runbooks: [], runbookProblems: [], nodeVersion: '24.0.0', github: null, vendorEnv: null },
}

async function saidOf(vendorEnv: Record<string, string>): Promise<string[]> {
  const problems = await atVendors.examine({ ...examined, vendorEnv })
  return problems.map(({ severity, message, fix }) => `${severity}: ${message} → ${fix}`)
}

test('each name that code of a service reads and its vendor has not is named, by environment, with how to set it', async () => {
  const tokens = { FLY_API_TOKEN: 't', VERCEL_TOKEN: 't', RENDER_API_KEY: 't' }
  const found = await saidOf({ ...tokens, FLY_API_HOSTNAME: api, VERCEL_API_URL: api, RENDER_API_URL: `${api}/v1` })
  expect(found).toEqual([
    'warning: api in staging: Fly.io shop-api-staging has no PAY_KEY, which its code reads → fly secrets set PAY_KEY=… -a shop-api-staging',
    'warning: web in staging: Vercel shop-web/preview has no CMS_URL, which its code reads → vercel env add CMS_URL preview, where shop-web is linked',
    'error: jobs in staging: Render has no service "jobs-staging" that RENDER_API_KEY sees → Look whether jobs-staging is there, and whether RENDER_API_KEY may read it.',
  ])
})

test('a vendor whose token is not here is said not to have been asked, and nobody is without the option', async () => {
  expect(await saidOf({})).toEqual([
    'warning: api: Fly.io was not asked, for FLY_API_TOKEN is not set → Set FLY_API_TOKEN and type it again; a token that may read is enough.',
    'warning: web: Vercel was not asked, for VERCEL_TOKEN is not set → Set VERCEL_TOKEN and type it again; a token that may read is enough.',
    'warning: jobs: Render was not asked, for RENDER_API_KEY is not set → Set RENDER_API_KEY and type it again; a token that may read is enough.',
  ])
  expect(await atVendors.examine(examined)).toEqual([])
})

test('a secret that a job is handed and GitHub has not is named: an error where the deployment needs it', async () => {
  const path = '.github/workflows/deploy.yml'
  const job = (environment: string, env: string) =>
    `    runs-on: ubuntu-latest\n    environment: ${environment}\n    steps:\n      - run: "true"\n        env: ${env}\n`
  const workflow = readWorkflow(
    path,
    `on: push\njobs:\n  staging:\n${job('staging', "{ A: '${{ secrets.FLY_API_TOKEN }}', B: '${{ secrets.GANTRY_TOKEN }}' }")}` +
      `  promoted:\n${job('${{ inputs.environment }}', "{ A: '${{ secrets.VERCEL_TOKEN }}', B: '${{ secrets.EXTRA }}' }")}`,
  )
  const names = (...list: string[]) => ({ secrets: list.map(name => ({ name })) })
  const stored: Record<string, unknown> = {
    '/actions/secrets': names('EXTRA'),
    '/environments/production/secrets': names('VERCEL_TOKEN'),
  }
  const github = {
    repository: 'acme/shop',
    get: async (path_: string) => stored[path_.replace(/\?.*/, '')] ?? {},
    root: async () => null,
    send: async () => undefined,
  }
  const found = await githubSecrets.examine({ ...examined, github, workflows: [workflow] })
  expect(found.map(({ severity, message, fix }) => `${severity}: ${message} → ${fix}`)).toEqual([
    'error: job staging is handed FLY_API_TOKEN, which the environment staging has not → gh secret set FLY_API_TOKEN --env staging',
    'error: job promoted is handed VERCEL_TOKEN, which the environment staging has not → gh secret set VERCEL_TOKEN --env staging',
  ])
  const none: Record<string, unknown> = { ...stored, '/actions/secrets': {} }
  const without = { ...github, get: async (path_: string) => none[path_.replace(/\?.*/, '')] ?? {} }
  const more = await githubSecrets.examine({ ...examined, github: without, workflows: [workflow] })
  expect(more.map(({ severity, message }) => `${severity}: ${message}`)).toContain(
    'warning: job promoted is handed EXTRA, which the environment production has not',
  )
  expect(await githubSecrets.examine(examined)).toEqual([])
})

test('what fly.toml gives its machines is asked for nowhere else; a file that is not understood is said', async () => {
  const missing = async (toml: string) => {
    const texts = new Map(files.texts).set('apps/api/fly.toml', toml)
    const vendorEnv = { FLY_API_TOKEN: 't', FLY_API_HOSTNAME: api }
    const problems = await atVendors.examine({ ...examined, files: { ...files, texts }, vendorEnv })
    return problems.flatMap(({ message }) => /LOG_LEVEL|fly.toml is not understood/.exec(message)?.[0] ?? [])
  }
  expect(await missing('[env]\nLOG_LEVEL = 1')).toEqual([])
  expect(await missing('[env]\nOTHER = "x"')).toEqual(['LOG_LEVEL', 'LOG_LEVEL'])
  expect(await missing('[env')).toEqual(['fly.toml is not understood'])
})
