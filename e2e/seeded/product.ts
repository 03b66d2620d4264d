import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Line of the step's own output that says why it failed; counted in the job, behind the steps before it. */
export const failures = {
  first: { job: 'unit', step: 'Unit tests', text: 'AssertionError: expected 90, got 100' },
  second: { job: 'e2e', step: 'Browser tests', text: 'FAIL checkout.spec.ts' },
} as const

const config = `import { defineConfig, local } from '@gantry/core/config'
export default defineConfig({
  project: 'seeded',
  services: { web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: {
    staging: { on: 'main' },
    production: { from: 'staging', approvals: 1 },
  },
  monitors: {},
  alerts: {},
  routes: [],
})
`

/** Says as many lines as it is asked for, so that a test decides when a service writes. */
const server = `import { createServer } from 'node:http'
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://web')
  if (pathname === '/say') {
    const count = Number(searchParams.get('lines'))
    for (let line = 1; line <= count; line++)
      console.log(JSON.stringify({ level: 'info', msg: searchParams.get('text') + ' ' + line, traceId: 'said' }))
  }
  response.end('ok')
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
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

/** Green at once: main takes nothing else. */
const ci = `name: ci
on: pull_request
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - run: echo fine
`

const files: Record<string, string> = {
  'gantry.config.ts': config,
  '.github/workflows/ci.yml': ci,
  'app/server.mjs': server,
  '.github/workflows/deploy.yml': deploy,
  '.github/workflows/checks.yml': checks,
  '.github/workflows/feed.yml': feed,
}

/** A product of one service: pushed as a branch, and once its checks are green to main. Answers its SHA. */
export async function pushProduct(remote: string, areChecksGreen: (sha: string) => Promise<void>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-product-'))
  const git = async (...args: string[]) =>
    (await run('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@seeded.example', ...args], { cwd: dir })).stdout
  await git('init', '--quiet', '--initial-branch=main')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  await git('add', '--all')
  await git('commit', '--quiet', '-m', 'A product that says what it is asked to')
  const sha = (await git('rev-parse', 'HEAD')).trim()
  await git('push', '--quiet', remote, 'HEAD:first')
  await areChecksGreen(sha)
  await git('push', '--quiet', remote, 'HEAD:main')
  await rm(dir, { recursive: true, force: true })
  return sha
}
