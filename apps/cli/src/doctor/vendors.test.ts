import { parseConfig } from '@gantry/config'
import { planFiles, type RepositoryFiles } from '@gantry/init'
import { factsOf } from '@gantry/init/testing'
import { expect, test } from 'vitest'
import type { Examined } from './examination.ts'
import { vendors } from './vendors.ts'

const repository = {
  'package.json': '{ "name": "shop", "private": true }',
  'pnpm-workspace.yaml': 'packages: [apps/*]',
  'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  'apps/api/package.json':
    '{ "name": "api", "private": true, "scripts": { "build": "tsc", "start": "node dist/main.js" }, "dependencies": { "fastify": "5" } }',
  'apps/api/fly.toml': 'app = "shop-api"\nprimary_region = "ams"\n',
}
const deploy = '.github/workflows/deploy.yml'

const filesOf = (texts: Record<string, string>): RepositoryFiles => ({
  folder: 'shop',
  paths: Object.keys(texts).toSorted(),
  texts: new Map(Object.entries(texts)),
  defaultBranch: 'main',
})

async function problemsOf(said: object, texts: Record<string, string> = repository) {
  const config = parseConfig({
    project: 'shop',
    services: { api: { path: 'apps/api', deploy: said } },
    environments: { staging: { on: 'main' }, production: { from: 'staging' } },
  })
  const examined: Examined = {
    ...{ top: '/shop', isGit: true, files: filesOf(texts), config, configProblem: null, workflows: [] },
    ...{
      workflowProblems: [],
      runbooks: [],
      runbookProblems: [],
      nodeVersion: '24.0.0',
      github: null,
      vendorEnv: null,
    },
  }
  return (await vendors.examine(examined)).map(({ severity, message }) => `${severity}: ${message}`)
}

const fly = (app: string) => ({ provider: 'fly', app })

test('a config that names the app of fly.toml is well, and so is what init writes', async () => {
  expect(await problemsOf(fly('shop-api'))).toEqual([])
  const planned = planFiles(factsOf(repository, { github: 'acme/shop' })).files.find(({ path }) => path === deploy)
  expect(await problemsOf(fly('shop-api'), { ...repository, [deploy]: planned?.text ?? '' })).toEqual([])
})

test('a service that has the file of a vendor, and is deployed to this machine or to another app, is named', async () => {
  expect(await problemsOf({ provider: 'local', kind: 'node', entry: 'main.js' })).toEqual([
    "warning: service api: the files in apps/api deploy it to fly, gantry.config.ts to the server's machine",
  ])
  expect(await problemsOf(fly('other-{environment}'))).toEqual([
    'warning: service api: gantry.config.ts deploys it to other-staging and other-production, and its fly.toml is of shop-api',
  ])
})

test('an app without its fly.toml cannot be deployed', async () => {
  const { 'apps/api/fly.toml': _, ...without } = repository
  expect(await problemsOf(fly('shop-api'), without)).toEqual([
    'error: service api: there is no apps/api/fly.toml, which says what its machines are',
  ])
})

test('a workflow that deploys without the token of the vendor is an error, one that does not deploy is none', async () => {
  const workflow = (run: string) => `jobs:\n  staging:\n    steps:\n      - run: ${run}\n`
  const texts = { ...repository, [deploy]: workflow('gantry deploy --environment staging') }
  expect(await problemsOf(fly('shop-api'), texts)).toEqual([
    `error: ${deploy} does not hand FLY_API_TOKEN to its job, and services.api.deploy needs it`,
  ])
  expect(await problemsOf(fly('shop-api'), { ...texts, [deploy]: workflow('pnpm test') })).toEqual([])
})

test('a service of Render that the blueprint does not have, and a project that the folder is not linked to, are named', async () => {
  const blueprint = {
    ...repository,
    'render.yaml': 'services:\n  - { type: web, name: shop-web, rootDir: apps/web }\n',
  }
  const render = (service: object | string) => ({ provider: 'render', service })
  const { 'apps/api/fly.toml': _, ...plain } = blueprint
  expect(await problemsOf(render('shop-{environment}'), plain)).toEqual([
    'warning: service api: gantry.config.ts deploys it to shop-staging and shop-production, and render.yaml has shop-web',
  ])
  for (const service of [{ staging: 'x', production: 'shop-web' }, 'srv-1'])
    expect(await problemsOf(render(service), plain)).toEqual([])
  const linked = { ...plain, 'apps/api/.vercel/project.json': '{ "projectId": "prj_1", "projectName": "shop-api" }' }
  const vercel = (project: string) => ({ provider: 'vercel', project })
  expect(await problemsOf(vercel('other'), linked)).toEqual([
    'warning: service api: gantry.config.ts deploys it to the project other, and apps/api is linked to shop-api',
  ])
  for (const project of ['shop-api', 'prj_1', 'api-{environment}'])
    expect(await problemsOf(vercel(project), linked)).toEqual([])
})
