import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '@gantry/config'
import type { DeploymentFacts } from '@gantry/core'
import { bindServices } from '@gantry/delivery'
import { planFiles } from '@gantry/init'
import { factsOf, shapes } from '@gantry/init/testing'
import { lintText } from '@gantry/lint'
import { readWorkflow } from '@gantry/workflow'
import { expect, it } from 'vitest'

it.each(shapes.map(shape => [shape.name, shape] as const))(
  'finds nothing in what `gantry init` writes: %s',
  (_, shape) => {
    const lockfile = { 'pnpm-lock.yaml': "lockfileVersion: '9.0'" }
    const { files } = planFiles(factsOf({ ...shape.files, ...lockfile }, { github: 'acme/shop' }))
    const texts = new Map([
      ...Object.entries(shape.files).map(([path, content]): [string, string] => [
        path,
        typeof content === 'string' ? content : JSON.stringify(content),
      ]),
      ...files.map(({ path, text }): [string, string] => [path, text]),
    ])
    const workflows = files.filter(({ path }) => path.endsWith('.yml'))
    expect(workflows.length).toBeGreaterThan(1)
    const findings = workflows.flatMap(({ path, text }) =>
      lintText(path, text, { read: each => texts.get(each) ?? null }),
    )
    expect(findings.map(({ rule, path, line, message }) => `${path}:${line} ${rule} ${message}`)).toEqual([])
  },
)

it('installs the command from the server that gives the token, never by a name of a registry', () => {
  const sample = join(import.meta.dirname, '../../../../examples/sitebuilder/.github/workflows')
  const generated = shapes.flatMap(({ files }) => planFiles(factsOf(files, { github: 'acme/shop' })).files)
  const texts = [
    ...readdirSync(sample).map(name => readFileSync(join(sample, name), 'utf8')),
    ...generated.filter(({ path }) => path.endsWith('.yml')).map(({ text }) => text),
  ]
  const installs = texts.flatMap(
    text => text.match(/.*\bnpm (?:i|install|exec)\b.*gantry.*|.*\bnpx\b.*gantry.*/g) ?? [],
  )
  expect(installs.length).toBeGreaterThan(6)
  expect(installs.filter(line => !/"\$(GANTRY_URL|\{GANTRY_URL:-\$FALLBACK_URL\})\/gantry\.tgz"$/.test(line))).toEqual(
    [],
  )
})

const sha = 'a'.repeat(40)
const facts: DeploymentFacts = {
  ...{ project: 'shop', environment: 'staging', former: null, kind: 'deploy', isKept: false, retire: [] },
  ...{ formerAnswers: {}, envSalt: 'salt', earlier: [] },
  release: {
    ...{ id: sha, project: 'shop', sha, title: 'a', author: 'a', runId: null, createdAt: '2026-11-23T00:00:00.000Z' },
    ...{ artifacts: [], migrations: [], badBecause: null },
  },
}

it('names vendors in a config that every provider takes, and hands their secrets to a workflow without findings', async () => {
  const start = { scripts: { build: 'tsc', start: 'node dist/main.js' }, dependencies: { fastify: '5' } }
  const files = {
    'apps/api/package.json': { private: true, ...start },
    'apps/api/fly.toml': 'app = "shop-api"\n[mounts]\nsource = "data"\n[build]\ndockerfile = "Dockerfile"\n',
    'apps/api/Dockerfile': 'COPY pnpm-lock.yaml .\n',
    'apps/jobs/package.json': { private: true, ...start },
    'render.yaml': 'services:\n  - { type: web, name: jobs, rootDir: apps/jobs }\n',
    'apps/web/package.json': { private: true, scripts: { build: 'vite build' }, dependencies: { vite: '7' } },
    'apps/web/index.html': '',
    'apps/web/vercel.json': '{}',
    'supabase/migrations/20260101000000_items.sql': 'create table items ();',
    'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  }
  const plan = planFiles(factsOf(files, { github: 'acme/shop' }))
  const textOf = (path: string) => plan.files.find(file => file.path === path)?.text ?? ''
  const written: { default: unknown } = await import(
    `data:text/javascript,${encodeURIComponent(textOf('gantry.config.ts'))}`
  )
  const config = parseConfig(written.default)
  const { services } = config
  expect(Object.entries(services).map(([name, { deploy }]) => `${name}: ${deploy.provider}`)).toEqual([
    'database: supabase',
    'api: fly',
    'jobs: render',
    'web: vercel',
  ])
  const [deploy, rollback] = ['.github/workflows/deploy.yml', '.github/workflows/rollback.yml']
  expect(lintText(deploy, textOf(deploy), { read: () => null })).toEqual([])
  // A step that is given up is taken back by its job, which has to be there then.
  const jobs = [deploy, rollback].flatMap(path => readWorkflow(path, textOf(path)).jobs)
  const carrying = jobs.filter(({ key }) => ['staging', 'promoted', 'production', 'rollback'].includes(key))
  const limits = (await bindServices(config)).flatMap(service =>
    service.plan(facts).map(step => step.limitMs ?? 3_600_000),
  )
  expect(carrying.map(({ timeoutMinutes }) => Number(timeoutMinutes) * 60_000 > Math.max(...limits))).toEqual([
    ...[true, true, true, true],
  ])
  expect(limits.length).toBeGreaterThan(4)
})
