import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const project = 'faults'
/** Lines that each job of `work.yml` prints. */
export const linesOfJob = 40

const config = `import { defineConfig, down, http, local, pagerduty } from '@gantry/config'
export default defineConfig({
  project: '${project}',
  services: {
    web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) },
  },
  environments: { staging: { on: 'main' }, production: { from: 'staging', approvals: 1 } },
  monitors: { web: http({ service: 'web', path: '/well' }, { every: '1s' }) },
  alerts: { 'web-down': down('web', { for: '1s' }) },
  routes: [{ to: [pagerduty()] }],
})
`

const server = (witness: string) => `import { createServer } from 'node:http'
createServer(async (request, response) => {
  if (request.url === '/well') {
    const asked = '${witness}/well?environment=' + process.env.SENTRY_ENVIRONMENT
    response.statusCode = await fetch(asked).then(answer => answer.status, () => 200)
  }
  response.end('ok')
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
`

/** A job that tells the witness when it begins, that it lives, and when it ends, and prints numbered lines meanwhile. */
const job = (witness: string, name: string) => `
  ${name}:
    runs-on: ubuntu-latest
    steps:
      - shell: bash
        run: |
          id=$RANDOM-$RANDOM-$RANDOM
          tell() {
            curl -s -m 5 "${witness}/job?job=$GITHUB_RUN_ID/${name}&id=$id&what=$1" > /dev/null || true
          }
          tell start
          for n in $(seq 1 ${linesOfJob}); do
            echo "line $id $n"
            [ $((n % 5)) = 0 ] && tell alive
            sleep 0.04
          done
          tell end
`

const ci = `on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    steps: [{ run: echo checked }]
`

const tick = `on:
  schedule:
    - cron: '* * * * *'
jobs:
  tick:
    runs-on: ubuntu-latest
    steps: [{ run: echo ticked }]
`

const deploy = `on:
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

/** A product whose every part is quick, so that what takes time is what Gantry does. */
export interface FaultsProduct {
  /** One more commit, not pushed. Answers its SHA. */
  commit(): Promise<string>
  /** Whether a repository of a server took it; another one is tried each time. */
  push(sha: string, ref: string): Promise<boolean>
  remove(): Promise<void>
}

export async function faultsProduct(remotes: readonly string[], witness: string): Promise<FaultsProduct> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-faults-product-'))
  const git = async (...args: string[]) =>
    (
      await run('git', ['-c', 'user.name=Kim', '-c', 'user.email=kim@faults.example', ...args], {
        cwd: dir,
        env: { ...process.env, USER: undefined, LOGNAME: undefined },
        timeout: 60_000,
      })
    ).stdout.trim()
  const files = {
    'gantry.config.ts': config,
    'app/server.mjs': server(witness),
    '.github/workflows/ci.yml': ci,
    '.github/workflows/work.yml': `on: pull_request\njobs:${job(witness, 'one')}${job(witness, 'two')}`,
    '.github/workflows/tick.yml': tick,
    '.github/workflows/deploy.yml': deploy,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  await git('init', '--quiet', '--initial-branch=main')
  let commits = 0
  let pushes = 0
  return {
    async commit() {
      await writeFile(join(dir, 'app/number'), String(++commits))
      await git('add', '--all')
      await git('commit', '--quiet', '-m', `Change number ${commits}`)
      return git('rev-parse', 'HEAD')
    },
    async push(sha, ref) {
      const remote = remotes[pushes++ % remotes.length] ?? ''
      // What git answers is not believed: it was cut off perhaps after the repository had taken it.
      await git('push', '--quiet', remote, `${sha}:${ref}`).catch(() => undefined)
      const there = await git('ls-remote', remote, ref).catch(() => '')
      return there.startsWith(sha)
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
