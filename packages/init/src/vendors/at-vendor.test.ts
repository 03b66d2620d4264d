import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { planFiles } from '../plan-files.ts'
import { servicesOf } from '../services.ts'
import { factsOf } from '../testing/repository-of.ts'

const api = {
  'apps/api/package.json': {
    ...{ name: '@shop/api', private: true, dependencies: { fastify: '5' } },
    scripts: { build: 'tsc', start: 'node dist/main.js' },
  },
  'apps/api/src/main.ts': 'const { DATABASE_URL } = process.env\nserver.listen(3000)',
}
const web = {
  'apps/web/package.json': { private: true, dependencies: { next: '16' }, scripts: { build: 'next build' } },
}
const site = {
  'apps/site/package.json': { private: true, dependencies: { vite: '7' }, scripts: { build: 'vite build' } },
  'apps/site/index.html': '',
}
const flyToml = 'app = "shop-api"\nprimary_region = "ams"\n[http_service]\n  internal_port = 3000\n'
const one = (files: Record<string, unknown>) => servicesOf(factsOf(files)).at(-1)

describe('an app of Fly.io', () => {
  it('is the one its fly.toml names, with an app of its own for staging', () => {
    const found = one({ ...api, 'apps/api/fly.toml': flyToml })
    expect(found?.deploy).toEqual({ provider: 'fly', app: { staging: 'shop-api-staging', production: 'shop-api' } })
    expect(found).not.toHaveProperty('artifact')
    expect(found?.remark).toContain('fly apps create shop-api-staging')
  })

  it('has both names where each environment has a file', () => {
    const found = one({ ...api, 'apps/api/fly.toml': flyToml, 'apps/api/fly.staging.toml': 'app = "try-api"' })
    expect(found?.deploy['app']).toEqual({ staging: 'try-api', production: 'shop-api' })
    expect(found).not.toHaveProperty('remark')
  })

  it('lies at the top where its fly.toml names the folder, and is built from there when its Dockerfile needs all', () => {
    const atTop = `${flyToml}[build]\n  dockerfile = "apps/api/Dockerfile"\n`
    const dockerfile = 'FROM node:24\nCOPY pnpm-lock.yaml pnpm-workspace.yaml ./\n'
    const files = { ...api, ...web, 'fly.toml': atTop, 'apps/api/Dockerfile': dockerfile }
    const found = servicesOf(factsOf(files)).map(({ name, deploy }) => [
      name,
      deploy['provider'],
      deploy['config'],
      deploy['context'],
    ])
    expect(found).toEqual([
      ['api', 'fly', 'fly.toml', '.'],
      ['web', 'local', undefined, undefined],
    ])
  })

  it('with a volume is replaced in its place, and its check is asked for health', () => {
    const text = `${flyToml}  [[http_service.checks]]\n    interval = "10s"\n    path = "/up"\n[mounts]\n  source = "data"\n`
    expect(one({ ...api, 'apps/api/fly.toml': text })).toMatchObject({ health: '/up', deploy: { strategy: 'rolling' } })
  })
})

describe('a service of Render', () => {
  const yaml = (...services: string[]) => `services:\n${services.map(each => `  - ${each}\n`).join('')}`

  it('is the one of render.yaml that names the folder', () => {
    const files = {
      ...{ ...api, ...site },
      'render.yaml': yaml(
        '{ type: web, name: site, rootDir: apps/site }',
        "{ type: web, name: shop-api, buildCommand: 'pnpm --filter @shop/api build', healthCheckPath: /ready }",
      ),
    }
    const services = servicesOf(factsOf(files))
    expect(services.map(({ deploy }) => deploy['service'])).toEqual([
      { staging: 'shop-api-staging', production: 'shop-api' },
      { staging: 'site-staging', production: 'site' },
    ])
    expect(services[0]).toMatchObject({ health: '/ready', remark: expect.stringContaining('shop-api-staging') })
  })

  it('needs nothing made where each environment has one', () => {
    const both = yaml(
      '{ type: web, name: api-staging, rootDir: apps/api }',
      '{ type: web, name: api-production, rootDir: apps/api }',
    )
    expect(one({ ...api, 'render.yaml': both })).not.toHaveProperty('remark')
  })

  it('is none where render.yaml cannot be read or speaks of others', () => {
    const other = yaml('{ type: web, name: other, rootDir: other }')
    for (const text of ['services: [', 'services: 7', other])
      expect(one({ ...api, 'render.yaml': text })?.deploy['provider']).toBe('local')
  })
})

describe('a project of Vercel', () => {
  it('is the one that was linked, and gets what `vercel build` leaves', () => {
    const link = { projectId: 'prj_1', projectName: 'shop-web', orgId: 'team_1' }
    expect(one({ ...web, 'apps/web/.vercel/project.json': link })).toMatchObject({
      artifact: 'apps/web/.vercel/output',
      deploy: {
        provider: 'vercel',
        project: 'shop-web',
        team: 'team_1',
        aliases: { staging: 'shop-web-staging.vercel.app' },
      },
      remark: 'what `vercel build --prod` leaves is shipped: settings of its build belong into vercel.json',
    })
  })

  it('of plain files is shipped as it is built', () => {
    const found = one({ ...site, 'apps/site/vercel.json': '{ "rewrites": [], }' })
    expect(found).toMatchObject({ artifact: 'apps/site/dist', deploy: { static: { spa: true } } })
    expect(found?.remark).toContain('`project` is a guess')
  })
})

describe('what is written for services at vendors', () => {
  const files = {
    ...{ ...api, ...site, 'apps/api/fly.toml': flyToml, 'apps/site/vercel.json': '{}' },
    'supabase/migrations/20260101000000_items.sql': 'create table items ();',
  }
  const plan = planFiles(factsOf(files, { github: 'acme/shop' }))
  const text = (path: string) => plan.files.find(file => file.path === path)?.text ?? ''

  it('names each provider in the config, and the database by its address', () => {
    const config = text('gantry.config.ts')
    expect(config).toContain(
      "deploy: { provider: 'fly', app: { staging: 'shop-api-staging', production: 'shop-api' } },",
    )
    expect(config).toContain("deploy: { provider: 'supabase', migrations: 'supabase/migrations' },")
    expect(config).toContain("needs: ['database'],")
    expect(config).toContain("{ gate: 'migrationsSafe' },")
  })

  it('hands the secrets of those vendors to the jobs that deploy, and to no other', () => {
    const workflow = text('.github/workflows/deploy.yml')
    // To the one that looks what is missing, and those of staging, of a promotion and of production.
    for (const name of ['DATABASE_URL', 'FLY_API_TOKEN', 'VERCEL_TOKEN'])
      expect(workflow.split(`${name}: \${{ secrets.${name} }}`)).toHaveLength(5)
    expect(workflow).not.toContain('RENDER_API_KEY')
  })

  it('says which of them are missing, and builds nothing until they are there', () => {
    const { jobs } = parse(text('.github/workflows/deploy.yml'))
    expect(jobs.build).toMatchObject({ needs: ['ready'], if: "needs.ready.outputs.missing == ''" })
    expect(jobs.ready).toMatchObject({ environment: { name: 'staging', deployment: false }, steps: [{ id: 'look' }] })
    const look = (env: Record<string, string>) => {
      const GITHUB_OUTPUT = join(mkdtempSync(join(tmpdir(), 'gantry-ready-')), 'output')
      const said = execFileSync('sh', ['-e', '-c', jobs.ready.steps[0].run], { env: { ...env, GITHUB_OUTPUT } })
      return { said: String(said), output: readFileSync(GITHUB_OUTPUT, 'utf8').trim() }
    }
    const some = look({ FALLBACK_URL: '', VERCEL_TOKEN: 'x', FLY_API_TOKEN: '' })
    expect(some.output).toBe('missing= GANTRY_URL DATABASE_URL FLY_API_TOKEN')
    expect(some.said).toContain('::staging lacks GANTRY_URL DATABASE_URL FLY_API_TOKEN (')
    const all = { FALLBACK_URL: 'https://gantry.example', VERCEL_TOKEN: 'x', FLY_API_TOKEN: 'x', DATABASE_URL: 'x' }
    expect(look(all)).toEqual({ said: '', output: 'missing=' })
    // Once it is connected, a run that deploys nothing is no good run.
    expect(() => look({ ...all, FLY_API_TOKEN: '' })).toThrow(/Command failed/)
  })

  it('has migrations of Drizzle and Prisma applied by the command of the repository, in a job with its packages', () => {
    const drizzle = {
      'apps/api/drizzle.config.ts': "export default { dialect: 'postgresql', out: './drizzle' }",
      'apps/api/drizzle/0000_items.sql': 'create table items ();',
    }
    const atFly = { ...api, ...drizzle, 'apps/api/fly.toml': flyToml }
    expect(planFiles(factsOf(atFly)).notes).toContainEqual(expect.stringContaining('nothing here shows how'))
    const script = {
      'apps/api/package.json': {
        ...api['apps/api/package.json'],
        scripts: { ...api['apps/api/package.json'].scripts, 'db:migrate': 'drizzle-kit migrate' },
      },
    }
    const plan_ = planFiles(factsOf({ ...atFly, ...script }))
    const said = (path: string) => plan_.files.find(file => file.path === path)?.text ?? ''
    expect(said('gantry.config.ts')).toContain(
      "deploy: { provider: 'supabase', tool: 'drizzle', migrations: 'apps/api/drizzle', command: 'cd apps/api && pnpm run db:migrate' },",
    )
    // The job that builds, and the three that deploy.
    expect(said('.github/workflows/deploy.yml').split('pnpm install --frozen-lockfile')).toHaveLength(5)
    expect(servicesOf(factsOf({ ...api, ...drizzle })).map(({ name }) => name)).toEqual(['database', 'api'])
  })

  it('leaves migrations to the vendor whose own command applies them, behind the same gate', () => {
    const files = {
      ...api,
      'apps/api/package.json': { ...api['apps/api/package.json'], devDependencies: { prisma: '7' } },
      'apps/api/fly.toml': `${flyToml}[deploy]\n  release_command = "npx prisma migrate deploy"\n`,
      'apps/api/prisma/migrations/1_init/migration.sql': 'create table items ();',
    }
    const { notes, files: planned } = planFiles(factsOf(files))
    expect(notes).toContainEqual(expect.stringContaining('applied by the command in apps/api/fly.toml'))
    expect(planned.find(({ path }) => path === 'gantry.config.ts')?.text).toContain("{ gate: 'migrationsSafe' },")
    const elsewhere = { 'apps/api/prisma/migrations/migration_lock.toml': 'provider = "sqlite"' }
    expect(factsOf({ ...files, ...elsewhere })).not.toHaveProperty('migrations')
  })

  it('has what a framework builds brought into the form Vercel takes, unless the repository does so itself', () => {
    const next = { ...web, 'apps/web/vercel.json': '{}' }
    const workflow = (files: Record<string, unknown>) =>
      planFiles(factsOf(files)).files.find(({ path }) => path === '.github/workflows/deploy.yml')?.text
    expect(workflow(next)).toContain('vercel build --prod')
    expect(workflow(next)).toContain('"framework":"nextjs"')
    const own = {
      private: true,
      dependencies: { next: '16' },
      scripts: { build: 'vercel build --prod', dev: 'next dev', start: 'next start' },
    }
    expect(workflow({ ...next, 'apps/web/package.json': own })).not.toContain('Build web for Vercel')
    expect(text('.github/workflows/deploy.yml')).not.toContain('vercel build')
  })
})
