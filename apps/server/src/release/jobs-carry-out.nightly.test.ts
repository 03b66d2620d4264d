import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Deployment } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  api,
  ask,
  get,
  isLive,
  line,
  product,
  runOf,
  startPlane,
  stopPlane,
  toMain,
  until,
} from '../testing/control-plane.ts'

/** A vendor that is a folder: what serves is a line in a file. */
let folder = ''
const vendor = () => folder
const serves = async () => (await readFile(join(vendor(), 'serving'), 'utf8').catch(() => '')).trim()
const say = (name: string) => writeFile(join(vendor(), name), '')
const unsay = (name: string) => rm(join(vendor(), name), { force: true })

const config = `import { command, defineConfig, local } from '@gantry/config'
export default defineConfig({
  project: 'tiny',
  services: {
    web: { path: '.', artifact: 'app', health: '/healthz', deploy: local({ kind: 'node', entry: 'server.mjs' }) },
    edge: { path: '.', deploy: command({ deploy: 'sh ship.sh', verify: 'sh verify.sh', undo: 'sh ship.sh', url: 'https://{environment}.example.com' }) },
  },
  environments: { staging: { on: 'main' } },
})
`
const deploy = () => `on: { push: { branches: [main] } }
jobs:
  staging:
    runs-on: ubuntu-latest
    environment: staging
    steps:
      - uses: actions/checkout@v7
      - run: gantry release
      - run: |
          gantry deploy --environment staging &
          (until test -e ${vendor()}/kill; do sleep 0.2; done; kill -9 $!) &
          wait %1
        env: { VENDOR_TOKEN: "\${{ secrets.VENDOR_TOKEN }}" }
`
const rollback = `on:
  workflow_dispatch:
    inputs:
      environment: { type: string }
      deployment: { type: string }
      reason: { type: string }
jobs:
  rollback:
    runs-on: ubuntu-latest
    environment: \${{ inputs.environment }}
    steps:
      - uses: actions/checkout@v7
      - run: gantry rollback --environment "$ENVIRONMENT" --reason "$REASON" \${DEPLOYMENT:+--deployment "$DEPLOYMENT"}
        env:
          ENVIRONMENT: \${{ inputs.environment }}
          DEPLOYMENT: \${{ inputs.deployment }}
          REASON: \${{ inputs.reason }}
          VENDOR_TOKEN: \${{ secrets.VENDOR_TOKEN }}
`
const ship = () => `test "$VENDOR_TOKEN" = "of the job" || exit 9
if test -e ${vendor()}/hang; then touch ${vendor()}/hanging; sleep 300; exit 1; fi
echo "$GANTRY_RELEASE" > ${vendor()}/serving
echo "id=edge-$GANTRY_RELEASE" >> "$GANTRY_ANSWER"
`
const verify = () => `test ! -e ${vendor()}/broken && grep -q "$GANTRY_RELEASE" ${vendor()}/serving`

let shas: string[] = []
beforeAll(async () => {
  await startPlane()
  const secret = { name: 'VENDOR_TOKEN', value: 'of the job', environment: 'staging' }
  expect((await ask('POST', `${api}/secrets`, secret)).status).toBeLessThan(300)
  // Jobs do not see the home of the server.
  folder = await mkdtemp(join(tmpdir(), 'gantry-vendor-'))
  const files = {
    'gantry.config.ts': config,
    '.github/workflows/deploy.yml': deploy(),
    'ship.sh': ship(),
    'verify.sh': verify(),
  }
  for (const [path, text] of Object.entries(files)) await product().write(path, text)
  await product().write('.github/workflows/rollback.yml', rollback)
})
afterAll(async () => {
  await stopPlane()
  await rm(folder, { recursive: true, force: true })
})

async function push(message: string): Promise<string> {
  const sha = await toMain(message, message)
  shas = [...shas, sha]
  return sha
}
const newest = async () => (await get<{ deployments: Deployment[] }>(`${api}/deployments?limit=1`)).deployments[0]
const ended = (release: string) =>
  until(newest, row => row?.release === release && ['live', 'failed'].includes(row.state), 'its end', 150_000)
const webServes = async () => (await line()).environments.find(({ name }) => name === 'staging')?.current?.release

test('a job performs the steps of a vendor, the server those of its own, and the release is one', async () => {
  const sha = await push('one')
  const run = await runOf(sha, 'deploy.yml')
  const log = await get<string>(`${api}/runs/${run?.id}/jobs/staging/log?format=text`)
  expect(run?.conclusion, log).toBe('success')
  const row = await ended(sha)
  expect(row).toMatchObject({ state: 'live', addresses: { edge: 'https://staging.example.com' } })
  expect(row?.steps.find(({ id }) => id === 'edge.deploy')).toMatchObject({
    ...{ status: 'done', runsIn: 'job', kind: 'deploy', phase: 'switch', answer: { id: `edge-${sha}` } },
  })
  expect([await serves(), await webServes()]).toEqual([sha, sha])
})

test('what the vendor does not do is undone, in the server as well', async () => {
  await say('broken')
  const sha = await push('two')
  expect((await runOf(sha, 'deploy.yml'))?.conclusion).toBe('failure')
  expect(await ended(sha)).toMatchObject({
    state: 'failed',
    failure: expect.stringContaining('edge was switched, but'),
  })
  expect([await serves(), await webServes()]).toEqual([shas[0], shas[0]])
  await unsay('broken')
})

test('a job that is killed loses its lease, and the workflow that undoes is started', async () => {
  await say('hang')
  const sha = await push('three')
  await until(
    () =>
      access(join(vendor(), 'hanging')).then(
        () => true,
        () => false,
      ),
    isThere => isThere,
    'a command that hangs',
  )
  await unsay('hang')
  // By the job itself: its processes have numbers of their own.
  await say('kill')
  expect(await ended(sha)).toMatchObject({
    state: 'failed',
    failure: expect.stringContaining('the job that carried it out is gone'),
  })
  expect([await serves(), await webServes()]).toEqual([shas[0], shas[0]])
  expect((await runOf(sha, 'rollback.yml'))?.conclusion).toBe('success')
}, 300_000)

test('a rollback that a person asks for is carried out by the workflow that undoes', async () => {
  await unsay('kill')
  const sha = await push('four')
  expect(await ended(sha)).toMatchObject({ state: 'live' })
  const asked = await ask<Deployment>('POST', `${api}/environments/staging/rollback`, { reason: 'worse' })
  expect(asked.status).toBe(202)
  await until(newest, row => row?.kind === 'rollback' && row.state === 'live', 'a rollback', 90_000)
  expect([await serves(), await webServes()]).toEqual([shas[0], shas[0]])
  expect(isLive('staging', shas[0] ?? '')(await line())).toBe(true)
})
