import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const config =
  `import { defineConfig, local, ciGreen, migrationsSafe, http, errorRate, down, pagerduty, webhook, slack } from '@gantry/config'
export default defineConfig({
  project: 'tiny',
  services: { web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1, gates: [ciGreen(), migrationsSafe()], verdict: { minimumRequests: 20 } },
  },
  monitors: { web: http({ service: 'web', path: '/healthz' }, { every: '250ms' }) },
  alerts: { 'web-down': down('web', { for: '1s' }), 'error-spike': errorRate({ over: '1m', above: 0.5, minimumRequests: 20 }) },
  routes: [{ severity: 'critical', to: [pagerduty()] }, { to: [slack('#dev')] }],
})
`.replace('webhook, ', '')

const server = (status: number) => `import { createServer } from 'node:http'
console.log(JSON.stringify({ level: 'info', msg: 'listening', release: process.env.SENTRY_RELEASE }))
createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok')
  response.statusCode = ${status}
  response.end('hello')
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
`

const ci = `name: ci
on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Test
        run: test ! -e broken
`

const deploy = `name: deploy
on:
  push:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-latest
    outputs:
      release: \${{ steps.release.outputs.release }}
    steps:
      - uses: actions/checkout@v7
      - id: release
        run: gantry release
  staging:
    needs: build
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - run: gantry deploy --environment staging --release \${{ needs.build.outputs.release }}
  production:
    needs: [build, staging]
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: gantry deploy --environment production --release \${{ needs.build.outputs.release }}
`

const runbook = `---
title: A bad release
alerts: [error-spike]
severity: critical
---
- [ ] Look at the line
- [ ] Say what you found
`

/** A product of one file, in a git repository of its own: quick to check, to deploy and to break. */
export interface TinyProduct {
  dir: string
  commit(message: string): Promise<string>
  write(path: string, text: string): Promise<void>
  /** Answers git's words, also when it refused. */
  push(refspec: string): Promise<string>
  git(...args: string[]): Promise<string>
  /** What its server answers with, from the next commit on. */
  answer(status: number): Promise<void>
}

export async function tinyProduct(remote: string): Promise<TinyProduct> {
  const product = await productIn(await mkdtemp(join(tmpdir(), 'gantry-tiny-')), remote)
  const { write } = product
  await write('gantry.config.ts', config)
  await write('.github/workflows/ci.yml', ci)
  await write('.github/workflows/deploy.yml', deploy)
  await write('docs/runbooks/bad-release.md', runbook)
  await write('docs/runbooks/broken.md', '---\nnonsense\n')
  await product.answer(200)
  return product
}

/** What lies in a folder becomes a repository that is pushed to `remote`. */
export async function productIn(dir: string, remote: string): Promise<TinyProduct> {
  const git = async (...args: string[]) => {
    const { stdout, stderr } = await run('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@tiny.example', ...args], {
      cwd: dir,
      // Whoever runs the tests is not who pushes.
      env: { ...process.env, USER: undefined, LOGNAME: undefined },
    })
    return `${stdout}${stderr}`.trim()
  }
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const product: TinyProduct = {
    dir,
    git,
    write,
    answer: status => write('app/server.mjs', server(status)),
    async commit(message) {
      await git('add', '--all')
      await git('commit', '--quiet', '--allow-empty', '-m', message)
      return git('rev-parse', 'HEAD')
    },
    push: refspec => git('push', 'gantry', refspec).catch(cause => String(cause.stderr)),
  }
  await git('init', '--quiet', '--initial-branch=main')
  await git('remote', 'add', 'gantry', remote)
  return product
}
