import { rm } from 'node:fs/promises'
import { tinyProduct } from '../../apps/server/src/testing/tiny-product.ts'

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

/** Beside those of the tiny product, whose checks are green and whose deploy.yml goes to staging and production. */
const files: Record<string, string> = {
  'gantry.config.ts': config,
  'app/server.mjs': server,
  '.github/workflows/checks.yml': checks,
  '.github/workflows/feed.yml': feed,
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
