import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Config } from '@gantry/core/config'
import { readEnvExample } from '@gantry/core/env'
import { readWorkflow } from '@gantry/workflow'
import { describe, expect, it } from 'vitest'
import { authorshipOf } from './generated-mark.ts'
import { pins } from './pins.ts'
import { type FilePlan, planFiles } from './plan-files.ts'
import { servicesOf } from './services.ts'
import { shapes } from './shapes/index.ts'
import { factsOf } from './testing/repository-of.ts'

const github = { github: 'acme/shop' }
const lock = { 'pnpm-lock.yaml': "lockfileVersion: '9.0'" }
const planOf = (files: Readonly<Record<string, unknown>>, base = ''): FilePlan =>
  planFiles(
    factsOf(
      { ...files, ...(base === '' ? lock : { [`${base}/pnpm-lock.yaml`]: lock['pnpm-lock.yaml'] }) },
      { ...github, base },
    ),
  )
const textIn = ({ files }: FilePlan, path: string): string => files.find(file => file.path === path)?.text ?? ''
const api = {
  'apps/api/package.json': {
    name: 'api',
    dependencies: { fastify: '5' },
    scripts: { test: 'vitest', start: 'node a.js' },
  },
}

describe.each(shapes.map(shape => [shape.name, shape] as const))('%s', (_, shape) => {
  const plan = planOf(shape.files, shape.folder)
  const workflows = plan.files.filter(({ path }) => path.endsWith('.yml'))

  it('gets workflows that Gantry reads and that keep its rules', () => {
    expect(workflows.length).toBeGreaterThanOrEqual(2)
    for (const { path, text } of workflows) {
      const { permissions, jobs } = readWorkflow(path, text)
      expect(permissions).toEqual({ contents: 'read' })
      expect(jobs.every(({ timeoutMinutes }) => timeoutMinutes !== undefined)).toBe(true)
      // What stands in a script comes from nobody but the repository itself.
      expect(
        text.split('\n').filter(line => /^\s*run:.*\$\{\{|^\s{10,}.*\$\{\{/.test(line) && !/: \$\{\{/.test(line)),
      ).toEqual([])
    }
  })

  it('gets a ci.yml with one gate over everything, done within ten minutes', () => {
    const { jobs, concurrency } = readWorkflow('ci.yml', textIn(plan, '.github/workflows/ci.yml'))
    const gate = jobs.find(({ key }) => key === 'gate')
    expect(gate?.if).toBe('always()')
    expect(gate?.needs).toEqual(jobs.map(({ key }) => key).filter(key => key !== 'gate'))
    expect(jobs.every(({ timeoutMinutes }) => Number(timeoutMinutes) <= 10)).toBe(true)
    expect(JSON.stringify(concurrency)).toContain("github.event_name == 'pull_request'")
  })

  it('gets files that are its own, and the same ones every time', () => {
    expect(plan.files.filter(({ isBlock }) => !isBlock).map(({ text }) => authorshipOf(text))).not.toContain('edited')
    expect(plan.files.filter(({ isBlock }) => !isBlock).map(({ text }) => authorshipOf(text))).not.toContain('theirs')
    const written = Object.fromEntries(plan.files.map(({ path, text }) => [path, text]))
    const again = planOf({ ...shape.files, ...written }, shape.folder)
    expect(Object.fromEntries(again.files.map(({ path, text }) => [path, text]))).toEqual(written)
  })

  it('gets a config that the schema takes, or the reason why it has none', async () => {
    const text = textIn(plan, 'gantry.config.ts')
    if (text === '') expect(plan.leftOut.map(({ what }) => what)).toContain('gantry.config.ts')
    else {
      const module: { default: unknown } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
      const config = Config.parse(module.default)
      expect(Object.keys(config.services).length).toBeGreaterThan(0)
      // A runbook names alerts; each of them must be one the config defines.
      const runbooks = plan.files.filter(({ path }) => path.startsWith('docs/runbooks/')).map(file => file.text)
      const named = runbooks.flatMap(each => (/^alerts: \[(.*)\]$/m.exec(each)?.[1] ?? '').split(', ').filter(Boolean))
      expect(Object.keys(config.alerts).toSorted()).toEqual(named.toSorted())
    }
  })
})

it('finds in every shape what its people type', () => {
  const found = shapes.map(({ name, files, folder }) => [
    name,
    planOf(files, folder).tasks.map(task => `${task.name}: ${task.why}`),
  ])
  expect(Object.fromEntries(found)).toEqual({
    'next-fastify': [
      'lint: root "lint" hands on to "lint"',
      'typecheck: root "typecheck" hands on to "typecheck"',
      'test: "test" of the packages',
      'build: root "build" hands on to "build"',
    ],
    'vite-express-jest': [
      'lint: root "lint" without writing or waiting: oxlint client/src server/src',
      'test: "test:ci" of the packages; 1 without writing or waiting',
      'build: "build" of the packages',
    ],
    'library-changesets': [
      'lint: root "lint:check"',
      'typecheck: "check-types" of the packages',
      'test: "test:unit" of the packages',
      'build: "build" of the packages',
    ],
    turborepo: [
      'lint: root "lint" (turbo)',
      'typecheck: root "check-types" (turbo)',
      'test: root "test" (turbo)',
      'build: root "build" (turbo)',
    ],
    'no-root-scripts': [
      'lint: "lint:check" of the packages; 1 without writing or waiting',
      'typecheck: "tsc" of the packages',
      'test: "test:unit" of the packages',
      'build: "bundle" of the packages',
    ],
    'biome-worker': ['lint: root "lint"', 'test: root "test" hands on to "test"'],
    'eslint-single': ['lint: root "lint"', 'test: root "test"'],
    'library-prettier': ['lint: root "lint"', 'test: root "test"'],
    'meta-frameworks': ['lint: root "lint"', 'build: root "build" hands on to "build"'],
    'frontend-folder': [
      'lint: root "lint" hands on to "lint"',
      'test: root "test" hands on to "test"',
      'build: root "build" hands on to "build"',
    ],
  })
})

it('pins the very actions that the workflows of this repository use', () => {
  const folder = join(import.meta.dirname, '../../../.github/workflows')
  const own = ['ci.yml', 'e2e.yml', 'deploy.yml'].map(file => readFileSync(join(folder, file), 'utf8')).join('\n')
  for (const pin of Object.values(pins)) expect(own).toContain(`uses: ${pin}\n`)
})

describe('what is already there', () => {
  it('keeps a template of pull requests wherever GitHub finds one', () => {
    const plan = planOf({ ...api, 'docs/PULL_REQUEST_TEMPLATE.md': '' })
    expect(textIn(plan, '.github/pull_request_template.md')).toBe('')
    expect(plan.leftOut.find(({ what }) => what === '.github/pull_request_template.md')?.reason).toContain('docs/PULL')
  })

  it('adds to .env.example what it lacks, in a marked block, and takes it out once it is declared', () => {
    const code = { 'apps/api/a.ts': 'process.env.KNOWN + process.env.MISSING' }
    const theirs = '# ours\nKNOWN=1\nGANTRY_URL=\nGANTRY_TOKEN=\nPAGERDUTY_ROUTING_KEY=\nSLACK_WEBHOOK_URL=\n'
    const text = textIn(planOf({ ...api, ...code, '.env.example': theirs }), '.env.example')
    expect(text).toMatch(
      /^# ours\nKNOWN=1\n[\s\S]*\n\n# gantry:names .*\n\n# Read by apps\/api\.\n# @type=string\nMISSING=\n\n# \/gantry:names\n$/,
    )
    expect(textIn(planOf({ ...api, ...code, '.env.example': text }), '.env.example')).toBe(text)
    const moved = text.replace('KNOWN=1', 'KNOWN=1\nMISSING=2')
    expect(textIn(planOf({ ...api, ...code, '.env.example': moved }), '.env.example')).toBe(
      theirs.replace('KNOWN=1', 'KNOWN=1\nMISSING=2'),
    )
    const crlf = theirs.replaceAll('\n', '\r\n')
    expect(textIn(planOf({ ...api, ...code, '.env.example': crlf }), '.env.example')).not.toMatch(/[^\r]\n/)
  })

  it('lets every .env.example answer for its own folder', () => {
    const files = { ...api, 'apps/api/a.ts': 'process.env.INNER', 'tools/a.ts': 'process.env.OUTER' }
    const plan = planOf({ ...files, 'apps/api/.env.example': '' })
    expect(textIn(plan, 'apps/api/.env.example')).toContain('\nINNER=\n')
    expect(textIn(plan, '.env.example')).toContain('\nOUTER=\n')
    expect(textIn(plan, '.env.example')).not.toContain('INNER')
  })

  it('declares what its own workflows and config read, and those of people, each with a type and words', () => {
    const release = 'jobs:\n  a:\n    env: { T: "${' + '{ secrets.RELEASE }}" }\n'
    const plan = planOf({ ...api, '.github/workflows/release.yml': release })
    const { variables, faults } = readEnvExample(textIn(plan, '.env.example'))
    expect(faults).toEqual([])
    expect(variables.map(({ name, isSecret }) => `${name}${isSecret ? '*' : ''}`)).toEqual([
      'GANTRY_TOKEN*',
      'GANTRY_URL',
      'PAGERDUTY_ROUTING_KEY*',
      'RELEASE*',
      'SLACK_WEBHOOK_URL*',
    ])
    expect(variables.filter(({ type, text }) => type === null || text === '')).toEqual([])
  })

  it('says of a variable what the adapter says that reads it', () => {
    const variables = { SLACK_WEBHOOK_URL: 'where the words go' }
    const plan = planFiles(factsOf({ ...api, ...lock }, { ...github, variables }))
    expect(textIn(plan, '.env.example')).toContain(
      '\n# where the words go\n# @type=url @sensitive\nSLACK_WEBHOOK_URL=\n',
    )
  })

  it('names other workflows, which may do the same', () => {
    expect(planOf({ ...api, '.github/workflows/main.yml': '' }).notes.join()).toContain(
      'other workflows are there: main.yml',
    )
  })

  it('names the secrets no run has', () => {
    const plan = planOf({ ...api, 'apps/api/a.ts': 'process.env.STRIPE_SECRET_KEY' })
    expect(plan.notes.join()).toContain('the code reads STRIPE_SECRET_KEY: no run has them')
    expect(textIn(plan, '.github/workflows/ci.yml')).toContain('#   STRIPE_SECRET_KEY (apps/api)')
  })
})

describe('badges', () => {
  it('stand below the heading, once, and change nothing else', () => {
    const readme = '# Shop\n\nSells lamps.\n'
    const text = textIn(planOf({ ...api, 'README.md': readme }), 'README.md')
    expect(text).toMatch(/^# Shop\n\n<!-- gantry:badges -->\n\n\[!\[ci\]\(https:\/\/github.com\/acme\/shop\/actions/)
    expect(text).toMatch(/<!-- \/gantry:badges -->\n\nSells lamps\.\n$/)
    expect(textIn(planOf({ ...api, 'README.md': text }), 'README.md')).toBe(text)
  })

  it('need a remote on GitHub', () => {
    const plan = planFiles(factsOf({ ...api, ...lock, 'README.md': '# Shop\n' }))
    expect(plan.leftOut.find(({ what }) => what === 'badges in README.md')?.reason).toBe('the remote is not on GitHub')
  })
})

it('runs browser tests at night and on staging, and makes production wait for them', () => {
  const e2e = {
    'e2e/package.json': {
      name: 'e2e',
      devDependencies: { '@playwright/test': '1' },
      scripts: { e2e: 'playwright test' },
    },
  }
  const plan = planOf({ ...api, ...e2e, 'pnpm-workspace.yaml': 'packages: [apps/*, e2e]' })
  const deploy = readWorkflow('deploy.yml', textIn(plan, '.github/workflows/deploy.yml'))
  expect(deploy.jobs.map(({ key, needs }) => [key, needs])).toEqual([
    ['ready', []],
    ['build', ['ready']],
    ['staging', ['build']],
    ['e2e', ['build', 'staging']],
    ['promote', ['build', 'e2e']],
    ['promoted', []],
    ['production', ['build', 'e2e']],
  ])
  expect(deploy.jobs.filter(({ concurrency }) => JSON.stringify(concurrency ?? '').includes('true'))).toEqual([])
  expect(textIn(plan, '.github/workflows/e2e.yml')).toContain('pnpm --filter ./e2e exec playwright install --with-deps')
  expect(textIn(plan, 'gantry.config.ts')).toContain("{ gate: 'e2eGreen' }")
})

/** The commit of each checkout; undefined for that of the run. */
const checkedOut = ({ steps }: ReturnType<typeof readWorkflow>['jobs'][number]) =>
  (steps ?? []).filter(({ uses }) => uses?.startsWith('actions/checkout@')).map(step => step.with?.['ref'])

it('works at the commit of the release, which is not that of a run that Gantry starts later', () => {
  const { jobs } = readWorkflow('deploy.yml', textIn(planOf(api), '.github/workflows/deploy.yml'))
  const commits = jobs.flatMap(job => checkedOut(job).map(ref => [job.key, ref]))
  expect(commits).toEqual([
    ['build', undefined],
    ['staging', undefined],
    ['promote', undefined],
    ['promoted', '${{ inputs.release }}'],
    ['production', undefined],
  ])
})

it('keeps what is publishable open, wherever people keep it', () => {
  const code = 'process.env.STRIPE_PUBLISHABLE_KEY + process.env.STRIPE_SECRET_KEY'
  const release =
    'jobs:\n  a:\n    env: { T: "${' + '{ secrets.VITE_MAPS_KEY }} ${' + '{ secrets.PAY_PUBLISHABLE_KEY }}" }\n'
  const plan = planOf({ ...api, 'apps/api/a.ts': code, '.github/workflows/release.yml': release })
  const { variables } = readEnvExample(textIn(plan, '.env.example'))
  const secret = Object.fromEntries(variables.map(({ name, isSecret }) => [name, isSecret]))
  expect(secret).toMatchObject({
    ...{ STRIPE_PUBLISHABLE_KEY: false, STRIPE_SECRET_KEY: true, VITE_MAPS_KEY: false, PAY_PUBLISHABLE_KEY: false },
  })
})

it('undoes by a workflow that people and Gantry start, with the secrets of the environment, and waits for nobody', () => {
  const plan = planOf({ ...api, 'apps/api/fly.toml': "app = 'api'" })
  const rollback = readWorkflow('rollback.yml', textIn(plan, '.github/workflows/rollback.yml'))
  expect(rollback.jobs.map(({ key, needs }) => [key, needs])).toEqual([['rollback', []]])
  const text = textIn(plan, '.github/workflows/rollback.yml')
  expect(text).toContain('environment: ${{ inputs.environment }}')
  expect(text).toContain('$' + '{DEPLOYMENT:+--deployment "$DEPLOYMENT"}')
  // Who names a release goes there whatever stands in the way: that is for people.
  expect(text).not.toContain('--to ')
  expect(rollback.jobs.flatMap(checkedOut)).toEqual([undefined, '${{ steps.found.outputs.release }}'])
  const secrets = (path: string) => textIn(plan, path).match(/secrets\.\w+/g)
  expect(new Set(secrets('.github/workflows/rollback.yml'))).toEqual(new Set(secrets('.github/workflows/deploy.yml')))
})

it('makes a preview of the newest commit of a pull request of its own, and removes it when that is closed', () => {
  const plan = planOf(api)
  const { on, jobs, concurrency } = readWorkflow('preview.yml', textIn(plan, '.github/workflows/preview.yml'))
  expect(on.map(({ event }) => event)).toEqual(['pull_request', 'workflow_dispatch'])
  expect(jobs.map(({ key, environment }) => [key, environment?.name])).toEqual([
    ['preview', 'preview'],
    ['remove', 'preview'],
  ])
  expect(jobs.map(checkedOut)).toEqual([['${{ github.event.pull_request.head.sha }}'], [undefined]])
  expect(JSON.stringify(concurrency)).toContain('pr-{0}')
  expect(textIn(plan, 'gantry.config.ts')).toContain('  previews: {},')
})

it('lets what only an install asks for stand on the steps that install, build and test, never on one that deploys', () => {
  const plan = planOf({
    ...{ 'fly.toml': 'app = "api"', Dockerfile: 'FROM node', '.husky/pre-commit': '' },
    'package.json': {
      ...{ name: 'api', dependencies: { fastify: '5' }, devDependencies: { '@playwright/test': '1', prisma: '7' } },
      scripts: { build: 'tsc', start: 'node a.js', e2e: 'playwright test', generate: 'prisma generate' },
    },
    'prisma.config.ts': "import { env } from 'prisma/config'\ndatasource: { url: env('DATABASE_URL') }",
    'prisma/schema.prisma': 'generator client {}',
    'prisma/migrations/2026_a/migration.sql': 'create table a ()',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
  })
  const standIn = 'postgresql://nobody@localhost/none'
  for (const name of ['deploy.yml', 'preview.yml']) {
    const { jobs, env } = readWorkflow(name, textIn(plan, `.github/workflows/${name}`))
    expect(env).toEqual({ HUSKY: '0' })
    expect(jobs.flatMap(job => Object.keys(job.env ?? {}))).toEqual([])
    const steps = jobs.flatMap(job => job.steps)
    const named = (step: (typeof steps)[number]) => JSON.stringify(step.env ?? {}).includes(standIn)
    const asking = steps.filter(({ run = '' }) => /^(gantry|missing=)/m.test(run))
    expect(asking.length).toBeGreaterThan(1)
    expect(asking.filter(named)).toEqual([])
    const building = steps.filter(({ run = '' }) => /^pnpm (install|run|exec)/m.test(run))
    expect(building.filter(step => !named(step)).map(step => step.name)).toEqual([])
  }
  expect(readWorkflow('ci.yml', textIn(plan, '.github/workflows/ci.yml')).env).toEqual({
    HUSKY: '0',
    DATABASE_URL: standIn,
  })
})

it('quotes what a folder or a branch may be called', () => {
  const odd = {
    "apps/it's: me/package.json": {
      name: 'x',
      dependencies: { fastify: '5' },
      scripts: { lint: 'oxlint --fix', start: 'node a.js' },
    },
  }
  const plan = planFiles(factsOf({ ...odd, ...lock }, { defaultBranch: 'on' }))
  for (const { path, text } of plan.files.filter(file => file.path.endsWith('.yml'))) readWorkflow(path, text)
  expect(textIn(plan, '.github/workflows/ci.yml')).toContain('branches: ["on"]')
  expect(textIn(plan, 'gantry.config.ts')).toContain("path: 'apps/it\\'s: me'")
})

it('publishes a library, once that is armed', () => {
  const plan = planOf({ 'packages/a/package.json': { name: 'a', version: '1.0.0' } })
  expect(textIn(plan, '.github/workflows/deploy.yml')).toContain("if: vars.PUBLISH == 'on'")
  expect(plan.leftOut.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'gantry.config.ts',
      '.github/workflows/e2e.yml',
      '.github/workflows/rollback.yml',
      'docs/runbooks/rollback.md',
    ]),
  )
})

it('finds in every shape what is served, and nothing else', () => {
  const found = shapes.map(({ name, files, folder }) => {
    const facts = factsOf({ ...files }, { base: folder ?? '' })
    return [name, servicesOf(facts).map(each => `${each.name}: ${each.framework} in ${each.dir}`)]
  })
  expect(Object.fromEntries(found)).toEqual({
    'biome-worker': ['api: Node in apps/api', 'worker: Worker in apps/worker'],
    'eslint-single': ['rates: Node in .'],
    'library-prettier': [],
    'next-fastify': ['api: Fastify in apps/api', 'web: Next.js in apps/web'],
    'vite-express-jest': ['database: Supabase in supabase', 'client: Vite in client', 'server: Express in server'],
    'library-changesets': [],
    turborepo: ['api: Hono in apps/api', 'docs: Vite in apps/docs'],
    'no-root-scripts': ['forecast: Koa in services/forecast', 'web: Vite in web'],
    'meta-frameworks': ['map: React Router in apps/map', 'site: Astro in apps/site'],
    'frontend-folder': ['database: Drizzle in frontend/packages/db/sql', 'web: Vite in frontend/apps/web'],
  })
})

it('works in the folder of a workspace that is not the top, and deploys from the top', () => {
  const files = {
    'web/package.json': { name: 'shop', private: true, scripts: { start: 'node a.js', build: 'tsc' } },
    'web/.nvmrc': '22\n',
    'web/a.js': "createServer(f).listen(process.env.API_PORT); './healthz'",
    'README.md': '# Shop\n',
  }
  const plan = planOf(files, 'web')
  const ci = textIn(plan, '.github/workflows/ci.yml')
  expect(ci).toContain('    defaults:\n      run:\n        working-directory: web\n')
  expect(ci).toContain('node-version-file: web/.nvmrc')
  expect(ci).toContain('cache-dependency-path: web/pnpm-lock.yaml')
  expect(textIn(plan, '.github/workflows/deploy.yml')).toMatch(/id: release\n +working-directory: \.\n/)
  expect(textIn(plan, 'gantry.config.ts')).toContain("path: 'web'")
  expect(textIn(plan, '.env.example')).toContain('\n# web\n\n# Read by web.\n# @type=port\nAPI_PORT=\n')
  for (const { path, text } of plan.files.filter(({ path }) => path.endsWith('.yml'))) readWorkflow(path, text)
})
