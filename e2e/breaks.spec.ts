import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Deployment, ErrorEvent, Issue, Line, Promotion, RunSummary } from '@gantry/core/api'
import { expect, type Page, test } from '@playwright/test'
import { approved, liveIn } from '../bench/sample-line.ts'
import { type RunningGantry, startGantry, until } from '../tools/running-gantry.ts'
import { openLink } from './open-link.ts'

/** Prepared breaks of the sample that no other file drives: each is stopped, or shown, where its README says. */
test.describe.configure({ mode: 'serial' })
test.setTimeout(120_000)

let home = ''
let gantry: RunningGantry
let page: Page
let good = ''

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000)
  home = await mkdtemp(join(tmpdir(), 'gantry-breaks-'))
  gantry = await startGantry({ home })
  await liveIn(gantry, 'staging')
  good = await approved(gantry, 'production')
  page = await browser.newPage({ baseURL: gantry.url })
  await openLink(page, await gantry.signInUrl())
})
test.afterAll(async () => {
  await page?.close()
  await gantry?.stop()
  await rm(home, { recursive: true, force: true })
})

const line = () => gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')
const urlsOf = (environment: string) =>
  gantry.api<Record<string, string>>('GET', `/api/v1/projects/sitebuilder/environments/${environment}/urls`)
const releaseServed = async (environment: string): Promise<{ status: number; release: string }> => {
  const answer = await fetch(`${(await urlsOf(environment))['BACKEND_URL']}/healthz`)
  return { status: answer.status, release: ((await answer.json()) as { release: string }).release }
}

const run = promisify(execFile)
const breaks = resolve(import.meta.dirname, '../examples/sitebuilder/breaks')

async function git(...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=Kim Doe', '-c', 'user.email=kim@sitebuilder.example']
  const { stdout } = await run('git', [...who, ...args], { cwd: join(home, 'sitebuilder') })
  return stdout.trim()
}

const pushBreak = (name: string) =>
  gantry.api<{ branch: string; sha: string }>('POST', `/api/v1/projects/sitebuilder/sample/breaks/${name}/push`, {})

/** Undoes a commit of main and breaks something else, in one push. */
async function pushOnTop(culprit: string, name: string): Promise<{ branch: string; sha: string }> {
  await git('fetch', '--quiet', 'gantry')
  await git('checkout', '--quiet', '-B', name, 'gantry/main')
  await git('revert', '--no-edit', culprit)
  await git('apply', '--index', join(breaks, `${name}.patch`))
  await git('commit', '--quiet', '-m', name)
  await git('push', '--quiet', 'gantry', `HEAD:refs/heads/${name}`)
  return { branch: name, sha: await git('rev-parse', 'HEAD') }
}

async function finished(sha: string, workflow: string): Promise<RunSummary> {
  const found = await until(
    async () =>
      (
        await gantry.api<{ runs: RunSummary[] }>(
          'GET',
          `/api/v1/projects/sitebuilder/runs?workflow=${workflow}&sha=${sha}`,
        )
      ).runs[0],
    one => one?.status === 'completed',
    100_000,
    `${workflow} of ${sha}`,
  )
  if (!found) throw new Error(`no ${workflow} of ${sha}`)
  return found
}

/** The break as a commit on top of main, green in its checks, moved to main. The way the dashboard's own buttons take. */
async function toMain(pushed: Promise<{ branch: string; sha: string }>): Promise<string> {
  const { branch, sha } = await pushed
  expect(await finished(sha, 'ci.yml')).toMatchObject({ conclusion: 'success' })
  await gantry.api('POST', '/api/v1/projects/sitebuilder/sample/merge', { branch })
  return sha
}

test('leaks-browser-errors: the browser SDK of a real page delivers, and the issue knows release and environment', async ({
  browser,
}) => {
  const sha = await toMain(pushBreak('leaks-browser-errors'))
  await liveIn(gantry, 'staging', sha)
  const visitor = await browser.newPage()
  await visitor.goto((await urlsOf('staging'))['BUILDER_URL'] ?? '')
  const sent = await visitor.waitForResponse(answer => answer.url().includes('/envelope/'))
  expect(sent.status()).toBe(200)
  expect(await visitor.evaluate(() => Reflect.get(globalThis, '__SENTRY__'))).toBeTruthy()
  const issue = await until(
    async () =>
      (await gantry.api<{ issues: Issue[] }>('GET', `/api/v1/projects/sitebuilder/issues?release=${sha}`)).issues[0],
    found => found !== undefined,
    10_000,
    'an issue of the leaking release',
  )
  expect(issue).toMatchObject({ service: 'builder', firstRelease: sha, title: expect.stringMatching(/JSON/) })
  const { events } = await gantry.api<{ events: ErrorEvent[] }>(
    'GET',
    `/api/v1/projects/sitebuilder/issues/${issue?.number}/events`,
  )
  expect(events[0]).toMatchObject({ release: sha, environment: 'staging', sdk: expect.stringContaining('browser') })
  await visitor.close()
  await page.goto(`/p/sitebuilder/issues/${issue?.number}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/JSON/)
  await expect(page.getByRole('link', { name: sha.slice(0, 7) }).first()).toBeVisible()
})

test('never-healthy: the deployment fails and says why, the former release goes on serving, the line shows both', async () => {
  const before = await releaseServed('staging')
  const sha = await toMain(pushBreak('never-healthy'))
  const run = await finished(sha, 'deploy.yml')
  const said = 'backend did not turn healthy in 30 s: /healthz answered 503'
  expect(run).toMatchObject({ conclusion: 'failure', failedAt: 'staging › Deploy', failure: said })
  const { deployments } = await gantry.api<{ deployments: Deployment[] }>(
    'GET',
    '/api/v1/projects/sitebuilder/deployments?environment=staging&limit=1',
  )
  expect(deployments[0]).toMatchObject({ release: sha, state: 'failed', failure: said })
  expect(await releaseServed('staging')).toEqual(before)
  const view = await line()
  expect(view.environments.find(({ name }) => name === 'staging')?.current).toMatchObject({
    release: before.release,
    state: 'live',
  })
  expect(view.promotions.filter(({ release }) => release === sha)).toEqual([])
  expect(await releaseServed('production')).toEqual({ status: 200, release: good })
  await page.goto('/p/sitebuilder')
  const checks = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: `deploy ${run.number}` }) })
  await expect(checks.first()).toContainText(`staging › Deploy: ${said}`)
  await expect(page.getByRole('region', { name: 'Done last' }).getByText(said)).toBeVisible()
  await page.goto(`/p/sitebuilder/runs/${run.id}`)
  await expect(page.getByRole('log', { name: 'Log' })).toContainText(/backend/)
  await expect(page.getByText(`staging › step 3 “Deploy” › ${said}`)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Next of/ })).toHaveCount(0)
  await page.goto(`/p/sitebuilder/releases/${sha}`)
  await expect(page.getByText(said, { exact: true })).toBeVisible()
  await expect(page.getByText(/^The last \d+ lines before it$/)).toBeVisible()
  await page.goto('/p/sitebuilder/ledger')
  await expect(page.getByRole('row').filter({ hasText: 'could not deploy' }).first()).toContainText(said)
})

test('destructive-migration: the gate holds the promotion and names what the statement takes away', async () => {
  const culprit = await git('rev-parse', 'gantry/main')
  const sha = await toMain(pushOnTop(culprit, 'destructive-migration'))
  await liveIn(gantry, 'staging', sha)
  const promotion = await until(
    async () => (await line()).promotions.find(({ release }) => release === sha),
    found => found !== undefined,
    60_000,
    'a promotion that asks',
  )
  const gate = promotion?.gates.find(one => one.gate === 'migrationsSafe')
  expect(gate).toMatchObject({ state: 'unmet' })
  expect(gate?.detail).toContain('20261120110000_drop_publication_release')
  expect(gate?.detail).toMatch(/publications.*release/)
  expect(promotion).toMatchObject({ state: 'waiting' } satisfies Partial<Promotion>)
  await expect(
    gantry.api('POST', `/api/v1/projects/sitebuilder/promotions/${promotion?.id}/approve`, {
      reason: 'it will be fine',
    }),
  ).rejects.toThrow('GATES_NOT_MET')
  await page.goto(`/p/sitebuilder/releases/${sha}`)
  await expect(page.getByText('20261120110000_drop_publication_release').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve…' })).toBeDisabled()
  expect(await releaseServed('production')).toEqual({ status: 200, release: good })
})
