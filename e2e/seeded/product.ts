import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tinyProduct } from '../../apps/server/src/testing/tiny-product.ts'

const run = promisify(execFile)

/** Line of the step's own output that says why it failed; counted in the job, behind the steps before it. */
export const failures = {
  first: { job: 'unit', step: 'Unit tests', text: 'AssertionError: expected 90, got 100' },
  second: { job: 'e2e', step: 'Browser tests', text: 'FAIL checkout.spec.ts' },
} as const

const config = `import { defineConfig, down, http, local } from '@gantry/config'
export default defineConfig({
  project: 'seeded',
  services: { web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1 },
  },
  monitors: { web: http({ service: 'web', path: '/up' }, { every: '500ms' }) },
  alerts: { 'web-down': down('web', { for: '1s', environments: ['production'] }) },
  routes: [],
})
`

/** Says as many lines as it is asked for, and is down while it is asked to be: a test decides when. */
const server = `import { createServer } from 'node:http'
let isUp = true
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://web')
  if (pathname === '/say') {
    const count = Number(searchParams.get('lines'))
    for (let line = 1; line <= count; line++)
      console.log(JSON.stringify({ level: 'info', msg: searchParams.get('text') + ' ' + line, traceId: 'said' }))
  }
  if (pathname === '/fall' || pathname === '/rise') isUp = pathname === '/rise'
  if (pathname === '/up' && !isUp) response.statusCode = 503
  response.end('ok')
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
`

/** Two failures are ignored, a job's and a step's; two count. The ignored ones stand first and shout as loud. */
const checks = `name: checks
on: workflow_dispatch
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - name: Lint
        run: echo clean
  flaky:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - name: Known to fail
        run: |
          echo "Error: known and ignored"
          exit 1
  unit:
    runs-on: ubuntu-latest
    steps:
      - name: Install
        run: seq -f 'installed package %g' 1 300
      - name: Optional report
        continue-on-error: true
        run: |
          echo "Error: no report, and nobody needs one"
          exit 1
      - name: ${failures.first.step}
        run: |
          seq -f 'ok %g passes' 1 200
          echo "${failures.first.text}"
          seq -f '    at frame %g' 1 120
          exit 1
  e2e:
    runs-on: ubuntu-latest
    steps:
      - name: ${failures.second.step}
        run: |
          seq -f 'page %g looked at' 1 50
          echo "${failures.second.text}"
          exit 1
  gate:
    needs: [lint, unit, e2e]
    runs-on: ubuntu-latest
    steps:
      - name: Gate
        run: echo everything passed
`

/** Prints what is appended to a file, until the run is cancelled. */
const feed = `name: feed
on:
  workflow_dispatch:
    inputs:
      file:
        required: true
jobs:
  feed:
    runs-on: ubuntu-latest
    steps:
      - name: Follow
        env:
          FEED: \${{ inputs.file }}
        run: exec tail -n +1 -F "$FEED"
`

const runbook = `---
title: The web service is down
alerts: [web-down]
severity: critical
---
What people see: every page fails.

- [ ] Look at the line
- [ ] Say what you found
`

/** Beside those of the tiny product, whose checks are green and whose deploy.yml goes to staging and production. */
const files: Record<string, string> = {
  'gantry.config.ts': config,
  'app/server.mjs': server,
  '.github/workflows/checks.yml': checks,
  '.github/workflows/feed.yml': feed,
  'docs/runbooks/web-down.md': runbook,
}

/** A product of one service: pushed as a branch, and once its checks are green to main. Answers its SHA. */
export async function pushProduct(remote: string, areChecksGreen: (sha: string) => Promise<void>): Promise<string> {
  const product = await tinyProduct(remote)
  try {
    for (const [path, text] of Object.entries(files)) await product.write(path, text)
    const sha = await product.commit('A product that says what it is asked to')
    await product.git('push', 'gantry', 'HEAD:first')
    await areChecksGreen(sha)
    await product.git('push', 'gantry', 'HEAD:main')
    return sha
  } finally {
    await rm(product.dir, { recursive: true, force: true })
  }
}

export interface Commit {
  author: string
  title: string
  /** By path; what is not named stays. */
  files?: Record<string, string>
}

/** Commits on top of main; pushed as a branch, and once its checks are green to main. Answers its SHA. */
export async function pushOnTop(
  remote: string,
  { author, title, files = {} }: Commit,
  areChecksGreen: (sha: string) => Promise<void>,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-shipped-'))
  const git = async (...args: string[]) =>
    (await run('git', ['-c', `user.name=${author}`, '-c', 'user.email=someone@seeded.example', ...args], { cwd: dir }))
      .stdout
  try {
    await git('clone', '--quiet', '--branch', 'main', remote, '.')
    for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text)
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '-m', title)
    const sha = (await git('rev-parse', 'HEAD')).trim()
    await git('push', '--quiet', 'origin', `HEAD:refs/heads/${sha.slice(0, 7)}`)
    await areChecksGreen(sha)
    await git('push', '--quiet', 'origin', 'HEAD:main')
    return sha
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
