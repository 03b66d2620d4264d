import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fails, type GitHubFake, openGitHubFake } from '@gantry/vendor-fakes'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

let github: GitHubFake
beforeAll(async () => {
  github = await openGitHubFake()
})
afterAll(() => github[Symbol.asyncDispose]())
beforeEach(() => github.reset())
afterEach(() => expect(github.oddities).toEqual([]))
const sent = () =>
  github.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)
const repo = '/repos/acme/shop'

const job = '    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n'
const files = {
  'package.json': '{"name":"shop","packageManager":"pnpm@12.21.0"}',
  'pnpm-lock.yaml': 'lockfileVersion: 9.0\n',
  'apps/api/package.json': '{"name":"api"}',
  'docs/runbooks/rollback.md': '---\ntitle: Roll back\nalerts: [down]\n---\n# Roll back\n',
  '.github/workflows/ci.yml': `on:\n  pull_request:\njobs:\n  test:\n${job}  gate:\n    name: all green\n    if: always()\n    needs: [test]\n${job}`,
  'gantry.config.ts': `export default {
    project: 'shop',
    services: { api: { path: 'apps/api', deploy: { provider: 'local', kind: 'static' } } },
    environments: { staging: { on: 'main' }, production: { from: 'staging', approvals: 1 } },
    monitors: { home: { type: 'http', service: 'api' } },
    alerts: { down: { rule: 'down', monitor: 'home' } },
  }`,
}

function repository(changes: Record<string, string> = {}): string {
  const top = tempFolder()
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: top })
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), text)
  }
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'x')
  return top
}

let shared = ''
/** The same for all that change nothing in it. */
function shop(): string {
  shared ||= repository()
  return shared
}

const ask = (argv: string[], cwd: string, answers?: string[]) =>
  typed(argv, {
    cwd,
    env: { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url },
    ...(answers ? { answers } : {}),
  })

const required = () =>
  [...github.state.rulesets.values()].map(({ name, enforcement, include, rules }) => ({
    ...{ name, enforcement, include, types: rules.map(({ type }) => type) },
    checks: rules.flatMap(({ parameters = {} }) => parameters['required_status_checks'] ?? []),
  }))
const environment = (name: string) => github.state.environments.get(name)
const fresh = { waitTimer: 0, preventSelfReview: false, reviewers: [], branchPolicy: null, branches: [], rules: [] }
const mainOnly = { branchPolicy: { protected_branches: false, custom_branch_policies: true }, branches: ['main'] }

describe('gantry github protect', () => {
  it('shows the change, asks, and makes it; a second time there is nothing to change', async () => {
    const cwd = shop()
    const first = await ask(['github', 'protect', '--reviewers', 'ana,@acme/ops'], cwd, ['y'])
    expect([first.code, first.err]).toEqual([0, expect.not.stringContaining('branch main')])
    expect(first.out).toContain('branch main: no check is required → pull requests need the check "all green"')
    expect(first.out).toContain('environment production: 0 reviewers → the 2 reviewers named')
    expect(required()).toEqual([
      {
        ...{ name: 'gantry', enforcement: 'active', include: ['refs/heads/main'] },
        ...{ types: ['deletion', 'non_fast_forward', 'required_status_checks'], checks: [{ context: 'all green' }] },
      },
    ])
    expect(environment('staging')).toEqual({ ...fresh, ...mainOnly })
    expect(environment('production')).toMatchObject({
      ...{ ...mainOnly, preventSelfReview: true },
      reviewers: [
        { type: 'User', id: 11 },
        { type: 'Team', id: 22 },
      ],
    })
    const [id] = github.state.rulesets.keys()
    expect(first.out).toContain(`gh api --method DELETE repos/acme/shop/rulesets/${id}\n`)
    expect(first.out).toContain('gh api --method DELETE repos/acme/shop/environments/production')
    expect(first.out.match(/staging: any branch may deploy → only main may deploy/g)).toHaveLength(1)
    const before = sent()
    const again = await ask(['github', 'protect', '--yes'], cwd)
    expect(again.out).toBe('acme/shop: nothing to change\n')
    expect(sent()).toEqual(before)
  })

  it('makes nothing looser, and keeps what it does not speak of', async () => {
    const own = { id: 9, name: 'gantry', target: 'branch', source: 'Repository', enforcement: 'disabled' } as const
    const parameters = {
      strict_required_status_checks_policy: true,
      required_status_checks: [{ context: 'cla', integration_id: 5 }],
    }
    const rules = [{ type: 'required_linear_history' }, { type: 'required_status_checks', parameters }]
    github.state.rulesets.set(9, { ...own, include: ['refs/heads/next'], bypass: [], rules })
    github.state.environments.set('staging', {
      ...fresh,
      waitTimer: 30,
      branchPolicy: { protected_branches: true, custom_branch_policies: false },
    })
    github.state.environments.set('production', { ...fresh, ...mainOnly, reviewers: [{ type: 'Team', id: 22 }] })
    const { out, code } = await ask(['github', 'protect', '--yes', '--reviewers', 'ana'], shop())
    expect(code).toBe(0)
    expect(required()).toEqual([
      {
        ...{ name: 'gantry', enforcement: 'active', include: ['refs/heads/next', 'refs/heads/main'] },
        types: ['required_linear_history', 'required_status_checks'],
        checks: [{ context: 'cla', integration_id: 5 }, { context: 'all green' }],
      },
    ])
    const [, changed] = github.state.rulesets.get(9)?.rules ?? []
    expect(changed?.parameters?.['strict_required_status_checks_policy']).toBe(true)
    expect(environment('staging')).toMatchObject({ waitTimer: 30, branchPolicy: { protected_branches: true } })
    expect(environment('production')?.reviewers.map(({ id }) => id)).toEqual([22, 11])
    expect(out).toMatch(/echo '.*"enforcement":"disabled".*' \| gh api --method PUT repos\/acme\/shop\/rulesets\/9/)
  })

  it.each([
    ['a ruleset of the organization', true],
    ['the protection of the branch', false],
  ])('asks for no check again that %s requires', async (_, isRuleset) => {
    const checks = [{ context: 'all green' }]
    const rules = [
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: checks },
      },
    ]
    const own = { id: 3, name: 'all of us', target: 'branch', source: 'Organization', enforcement: 'active' } as const
    if (isRuleset) github.state.rulesets.set(3, { ...own, include: ['~DEFAULT_BRANCH'], bypass: [], rules })
    else await setProtection(checks)
    const { out } = await ask(['github', 'protect', '--dry-run'], shop())
    expect(out).not.toContain('branch main')
  })

  const setProtection = (checks: object[]) =>
    fetch(`${github.url}${repo}/branches/main/protection`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${github.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        required_status_checks: { strict: true, contexts: [], checks },
        ...{ enforce_admins: true, required_pull_request_reviews: null, restrictions: null },
      }),
    })

  it('uses the protection of the branch where there are no rulesets', async () => {
    github.state.offers.rulesets = false
    expect((await ask(['github', 'protect', '--yes'], shop())).code).toBe(0)
    expect(github.state.protection).toMatchObject({ required_status_checks: { checks: [{ context: 'all green' }] } })
    await setProtection([{ context: 'cla', app_id: 5 }])
    const { out } = await ask(['github', 'protect', '--yes'], shop())
    const undone = { strict: true, checks: [{ context: 'cla', app_id: 5 }] }
    expect(out).toContain(`echo '${JSON.stringify(undone)}' | gh api --method PATCH repos/acme/shop/branches/main/`)
    expect(github.state.protection).toMatchObject({
      enforce_admins: { enabled: true },
      required_status_checks: { strict: true, checks: [{ context: 'cla', app_id: 5 }, { context: 'all green' }] },
    })
  })

  it('says what the plan has not, and does the rest', async () => {
    github.state.offers = { rulesets: false, protection: false, reviewers: false, rules: false }
    const cwd = shop()
    const { code, out, err } = await ask(['github', 'protect', '--yes', '--reviewers', 'ana'], cwd)
    expect(code).toBe(0)
    expect(err).toContain('not on offer: branch main: GitHub has neither rulesets nor branch protection')
    expect(err).toContain('supports the required reviewers protection rule')
    expect(err).toContain('the App gantry-shop lets jobs in, where GitHub offers it')
    expect(out).not.toContain('branch main')
    expect(environment('production')).toEqual({ ...fresh, ...mainOnly })
    const said = await ask(['github', 'protect', '--dry-run', '--json'], cwd)
    expect(JSON.parse(said.out)).toMatchObject({
      changes: [],
      isChanged: false,
      notOffered: [expect.stringContaining('branch main')],
    })
  })

  it('lets the App of the project hold the jobs of what is approved', async () => {
    github.state.app = { id: 77, slug: 'gantry-shop', webhookSecret: '' }
    const cwd = shop()
    const first = await ask(['github', 'protect', '--yes'], cwd)
    expect(first.out).toContain(
      'environment production: jobs are not held by Gantry → the App gantry-shop lets jobs in',
    )
    expect(
      [environment('staging'), environment('production')].map(each => each?.rules.map(({ slug }) => slug)),
    ).toEqual([[], ['gantry-shop']])
    expect((await ask(['github', 'protect', '--yes'], cwd)).out).toBe('acme/shop: nothing to change\n')
    expect((await ask(['github', 'protect', '--dry-run', '--app', 'other'], cwd)).out).toContain('nothing to change')
  })

  it('goes on where something stopped it between the setting that asks for names and the name', async () => {
    const cwd = shop()
    github.inject(`POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies`, fails(502))
    const stopped = await ask(['github', 'protect', '--yes'], cwd)
    expect([stopped.code, stopped.out]).toEqual([3, expect.stringContaining('this puts it back as it was')])
    expect((await ask(['github', 'protect', '--yes'], cwd)).code).toBe(0)
    expect([environment('staging'), environment('production')].map(each => each?.branches)).toEqual([
      ['main'],
      ['main'],
    ])
  })

  it.each([
    ['--dry-run', ['--dry-run'], undefined, 0],
    ['a no', [], ['n'], 1],
    ['nobody to ask', [], undefined, 2],
  ])('changes nothing with %s', async (_, args, answers, code) => {
    const answer = await ask(['github', 'protect', ...args], shop(), answers)
    expect(answer.code).toBe(code)
    expect(sent()).toEqual([])
  })

  it('says why GitHub refuses, and which reviewer it does not know', async () => {
    const body = { message: 'Resource not accessible', errors: ['admin needed'] }
    github.inject('POST /repos/{owner}/{repo}/rulesets', fails(403, body))
    const refused = await ask(['github', 'protect', '--yes'], shop())
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('403')])
    expect(refused.err).toContain('Resource not accessible: admin needed')
    const unknown = await ask(['github', 'protect', '--yes', '--reviewers', 'nobody'], shop())
    expect(unknown.err).toContain('GitHub knows no account nobody')
  })
})

describe('gantry doctor', () => {
  const reading = { 'apps/api/src/key.ts': 'export const key = process.env.API_KEY\n' }

  it('finds nothing broken where all fits', async () => {
    const { code, out } = await ask(
      ['doctor', '--json'],
      repository({ '.env.example': '# Key of the API\n# @type=string\nAPI_KEY=\n', ...reading }),
    )
    const areas: { area: string; problems: unknown[] }[] = JSON.parse(out).areas
    expect(areas.filter(({ area }) => !['toolchain', 'workflow rules'].includes(area))).toEqual(
      ['config', 'vendors', 'workflows', 'environment variables', 'runbooks', 'generated files'].map(area => ({
        area,
        problems: [],
      })),
    )
    expect(areas.find(({ area }) => area === 'workflow rules')?.problems).toEqual([
      expect.objectContaining({ severity: 'warning', message: expect.stringMatching(/^\d+ warnings and notes/) }),
    ])
    expect(code).toBe(0)
  })

  it('compares with GitHub when asked', async () => {
    const { code, out } = await ask(['doctor', '--github'], repository())
    expect(code).toBe(1)
    expect(out).toContain('✗ branch main: no check is required, expected pull requests need the check "all green"')
  })

  it.each([
    [
      'a service without its folder',
      'gantry.config.ts',
      files['gantry.config.ts'].replace("path: 'apps/api'", "path: 'apps/gone'"),
      'service api: there is no apps/gone',
    ],
    ['a config that cannot be read', 'gantry.config.ts', 'export default { projct: 1 }', 'projct'],
    [
      'a workflow that cannot be read',
      '.github/workflows/e2e.yml',
      'on: push\njobs: 3\n',
      '.github/workflows/e2e.yml:2',
    ],
    [
      'no gate job',
      '.github/workflows/ci.yml',
      `on: pull_request\njobs:\n  test:\n${job}  other:\n${job}`,
      'no job always runs',
    ],
    [
      'a filtered required check',
      '.github/workflows/ci.yml',
      files['.github/workflows/ci.yml'].replace('pull_request:', 'pull_request:\n    paths: [src]'),
      'a path filter skips it',
    ],
    [
      'no pull request',
      '.github/workflows/ci.yml',
      files['.github/workflows/ci.yml'].replace('pull_request:', 'push:'),
      'it does not run for pull requests',
    ],
    [
      'another name for an environment',
      '.github/workflows/deploy.yml',
      `on: push\njobs:\n  a:\n    environment: prod\n${job}`,
      'job a deploys to "prod"; gantry.config.ts has staging and production',
    ],
    [
      'an alert without a runbook',
      'docs/runbooks/rollback.md',
      '---\ntitle: x\nalerts: [donw]\n---\n',
      'alert down pages people and has no runbook',
    ],
    [
      'a runbook for no alert',
      'docs/runbooks/rollback.md',
      '---\ntitle: x\nalerts: [donw]\n---\n',
      'did you mean "down"?',
    ],
    ['a runbook that cannot be read', 'docs/runbooks/rollback.md', '---\ntitle: x\n', 'docs/runbooks/rollback.md'],
    [
      'what the title of a pull request can run',
      '.github/workflows/e2e.yml',
      'on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${' +
        '{ github.event.pull_request.title }}\n',
      '✗ .github/workflows/e2e.yml:6',
    ],
    ['a variable that code reads and nobody declared', '.env.example', 'OTHER=\n', 'API_KEY'],
    ['that no variable is declared', 'README.md', '', 'there is no .env.example'],
    ['another lockfile', 'yarn.lock', '', 'yarn.lock: another package manager left a lockfile'],
    [
      'another Node',
      'package.json',
      '{"name":"shop","packageManager":"pnpm@12.21.0","engines":{"node":"18.x"}}',
      'the repository asks for 18.x',
    ],
    ['another package manager', 'package.json', '{"name":"shop","packageManager":"yarn@4.0.0"}', 'Gantry is for pnpm'],
  ])('names %s', async (_, path, text, message) => {
    const { out } = await ask(['doctor'], repository({ ...reading, [path]: text }))
    expect(out).toContain(message)
  })

  it.each([
    [
      'an environment of GitHub alone',
      '.github/workflows/publish.yml',
      `on: push\njobs:\n  a:\n    environment: npm-publish\n${job}`,
    ],
    [
      'a service that is shipped as it lies there',
      'gantry.config.ts',
      files['gantry.config.ts'].replace("path: 'apps/api'", "path: 'apps/api', artifact: 'apps/api'"),
    ],
    [
      'a service in the top folder',
      'gantry.config.ts',
      files['gantry.config.ts'].replace("path: 'apps/api'", "path: '.'"),
    ],
  ])('has nothing against %s', async (_, path, text) => {
    const { out } = await ask(['doctor'], repository({ ...reading, [path]: text }))
    expect(out).toContain('✓ config')
    expect(out).toContain('✓ workflows')
  })

  it('has nothing against a library without a config, for nothing is deployed', async () => {
    const cwd = tempFolder()
    execFileSync('git', ['init', '--quiet'], { cwd })
    writeFileSync(join(cwd, 'package.json'), '{"name":"words","version":"1.0.0"}')
    expect((await ask(['doctor'], cwd)).out).toContain('✓ config')
    writeFileSync(
      join(cwd, 'package.json'),
      '{"name":"words","private":true,"dependencies":{"fastify":"5"},"scripts":{"start":"node a.js"}}',
    )
    expect((await ask(['doctor'], cwd)).out).toContain('expected gantry.config.ts')
  })

  it('goes on where pnpm cannot even say its version', async () => {
    const cwd = repository({ ...reading, 'package.json': '{"name":"shop","packageManager":"pnpm@12.21.0"}' })
    const bin = tempFolder()
    writeFileSync(join(bin, 'pnpm'), '#!/bin/sh\necho "Error: fetch failed" >&2\nexit 1\n', { mode: 0o755 })
    const path = process.env['PATH']
    process.env['PATH'] = `${bin}:${path}`
    try {
      expect((await ask(['doctor'], cwd)).out).toContain('pnpm --version fails here: Error: fetch failed')
    } finally {
      process.env['PATH'] = path
    }
  })
})
