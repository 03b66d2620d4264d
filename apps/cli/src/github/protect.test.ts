import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { tempFolder, typed } from '../testing/test-host.ts'

/** The part of GitHub that protection lives in: it keeps what it is sent, and answers in GitHub's own shapes. */
const state = {
  protection: null as Record<string, unknown> | null,
  environments: new Map<string, Record<string, unknown>>(),
  sent: [] as string[],
  isAllowed: true,
}
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const { pathname } = new URL(request.url ?? '', 'http://x')
  if (request.method !== 'GET') state.sent.push(`${request.method} ${pathname} ${body}`)
  const [status, answer] = answerTo(request.method ?? '', pathname, body === '' ? {} : JSON.parse(body))
  response.writeHead(status).end(JSON.stringify(answer))
}).listen(0, '127.0.0.1')
afterAll(() => server.close())
beforeEach(() => {
  Object.assign(state, { protection: null, environments: new Map(), sent: [], isAllowed: true })
})

function answerTo(method: string, path: string, body: Record<string, unknown>): [number, unknown] {
  const missing: [number, unknown] = [404, { message: 'Not Found' }]
  if (method !== 'GET' && !state.isAllowed)
    return [403, { message: 'Resource not accessible', errors: ['admin needed'] }]
  if (path === '/users/ana') return [200, { id: 11 }]
  if (path === '/orgs/acme/teams/ops') return [200, { id: 22 }]
  if (path === '/repos/acme/shop/branches/main/protection') {
    if (method === 'PUT') state.protection = body
    return state.protection ? [200, state.protection] : missing
  }
  if (path === '/repos/acme/shop/branches/main/protection/required_status_checks') {
    state.protection = { ...state.protection, required_status_checks: body }
    return [200, body]
  }
  const environment = /^\/repos\/acme\/shop\/environments\/(\w+)$/.exec(path)?.[1]
  if (environment === undefined) return missing
  if (method === 'PUT') state.environments.set(environment, environmentOf(body))
  const known = state.environments.get(environment)
  return known ? [200, known] : missing
}

function environmentOf(body: Record<string, unknown>) {
  const reviewers = (body['reviewers'] as { type: string; id: number }[]).map(({ type, id }) => ({
    type,
    reviewer: { id },
  }))
  return {
    protection_rules: [
      { type: 'wait_timer', wait_timer: body['wait_timer'] },
      ...(reviewers.length > 0
        ? [{ type: 'required_reviewers', prevent_self_review: body['prevent_self_review'], reviewers }]
        : []),
    ],
    deployment_branch_policy: body['deployment_branch_policy'],
  }
}

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

const ask = (argv: string[], cwd: string, answers?: string[]) =>
  typed(argv, {
    cwd,
    env: { GITHUB_TOKEN: 't', GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    ...(answers ? { answers } : {}),
  })

describe('gantry github protect', () => {
  it('shows the change, asks, and makes it; a second time there is nothing to change', async () => {
    const cwd = repository()
    const first = await ask(['github', 'protect', '--reviewers', 'ana,@acme/ops'], cwd, ['y'])
    expect(first.code).toBe(0)
    expect(first.out).toContain('branch main: it is not protected → pull requests need the check "all green"')
    expect(first.out).toContain('environment production: 0 reviewers → the 2 reviewers named')
    expect(state.protection).toMatchObject({ required_status_checks: { checks: [{ context: 'all green' }] } })
    expect(state.environments.get('production')).toMatchObject({
      deployment_branch_policy: { protected_branches: true },
      protection_rules: [
        { type: 'wait_timer', wait_timer: 0 },
        {
          prevent_self_review: true,
          reviewers: [
            { type: 'User', reviewer: { id: 11 } },
            { type: 'Team', reviewer: { id: 22 } },
          ],
        },
      ],
    })
    expect(state.sent).toHaveLength(3)
    expect(first.out).toContain('gh api --method DELETE repos/acme/shop/branches/main/protection')
    expect(first.out).toContain('gh api --method DELETE repos/acme/shop/environments/production')
    const again = await ask(['github', 'protect', '--yes'], cwd)
    expect(again.out).toBe('acme/shop: nothing to change\n')
    expect(state.sent).toHaveLength(3)
  })

  it('keeps what it does not speak of', async () => {
    state.protection = {
      required_status_checks: { strict: true, checks: [{ context: 'cla', app_id: 5 }] },
      enforce_admins: { enabled: true },
    }
    state.environments.set('staging', {
      protection_rules: [{ type: 'wait_timer', wait_timer: 30 }],
      deployment_branch_policy: null,
    })
    const { out } = await ask(['github', 'protect', '--yes'], repository())
    const undone = { strict: true, checks: [{ context: 'cla', app_id: 5 }] }
    expect(out).toContain(`echo '${JSON.stringify(undone)}' | gh api --method PATCH repos/acme/shop/branches/main/`)
    expect(state.protection).toMatchObject({
      enforce_admins: { enabled: true },
      required_status_checks: { strict: true, checks: [{ context: 'cla', app_id: 5 }, { context: 'all green' }] },
    })
    expect(state.environments.get('staging')?.['protection_rules']).toEqual([{ type: 'wait_timer', wait_timer: 30 }])
  })

  it.each([
    ['--dry-run', ['--dry-run'], undefined, 0],
    ['a no', [], ['n'], 1],
    ['nobody to ask', [], undefined, 2],
  ])('changes nothing with %s', async (_, args, answers, code) => {
    const answer = await ask(['github', 'protect', ...args], repository(), answers)
    expect(answer.code).toBe(code)
    expect(state.sent).toEqual([])
  })

  it('says why GitHub refuses, and which reviewer it does not know', async () => {
    state.isAllowed = false
    const refused = await ask(['github', 'protect', '--yes'], repository())
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('403')])
    expect(refused.err).toContain('Resource not accessible: admin needed')
    const unknown = await ask(['github', 'protect', '--yes', '--reviewers', 'nobody'], repository())
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
    expect(out).toContain('✗ branch main: it is not protected, expected pull requests need the check "all green"')
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
