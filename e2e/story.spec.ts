import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment, Incident, IncidentView, Issue, Line } from '@gantry/core/api'
import { expect, type Page, test } from '@playwright/test'
import { startLoad } from '../bench/load.ts'
import {
  api,
  applyBreak,
  completedRun,
  environmentOf,
  gantry,
  git,
  line,
  received,
  sampleReady,
  signIn,
  started,
  until,
} from './gantry.ts'

test.describe.configure({ mode: 'serial' })

let page: Page
let good = ''

test.beforeAll(async ({ browser }) => {
  await sampleReady()
  page = await browser.newPage()
  await signIn(page)
})
test.afterAll(() => page.close())

const short = (sha: string) => sha.slice(0, 7)
const lineTable = () => page.getByRole('table', { name: 'The line' })
const isLive = (environment: string, release: string) => (view: Line) => {
  const current = environmentOf(view, environment)?.current
  return current?.release === release && current.state === 'live'
}

/** Commits what is in the sample's working tree and takes it to main as a person does. */
async function shipToMain(branch: string, message: string): Promise<string> {
  await git('commit', '--quiet', '--allow-empty', '-am', message)
  const sha = await git('rev-parse', 'HEAD')
  await git('push', '--quiet', 'gantry', `HEAD:refs/heads/${branch}`)
  expect((await completedRun(sha, 'ci.yml')).conclusion).toBe('success')
  await git('push', '--quiet', 'gantry', 'HEAD:main')
  return sha
}

async function startBranch(name: string): Promise<void> {
  await git('fetch', '--quiet', 'gantry')
  await git('checkout', '--quiet', '--force', '-B', name, 'gantry/main')
}

async function approveInBrowser(release: string): Promise<void> {
  await until(
    line,
    view => view.promotions.some(one => one.release === release && one.state === 'ready'),
    300_000,
    'a promotion that is ready',
  )
  await page.goto(`/p/sitebuilder/releases/${release}`)
  await page.getByRole('button', { name: 'Approve…' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('staging proved it')
  await dialog.getByRole('button', { name: `Approve ${short(release)}` }).click()
  await expect(dialog).toBeHidden()
  await until(line, isLive('production', release), 180_000, 'production live')
}

test('the sample is on staging, and the line says so', async () => {
  const view = await line()
  good = environmentOf(view, 'staging')?.current?.release ?? ''
  await expect(lineTable()).toBeVisible()
  for (const { name } of view.services) {
    await expect(lineTable().getByRole('rowheader', { name: new RegExp(name) })).toBeVisible()
  }
  await expect(
    lineTable().getByRole('cell', {
      name: new RegExp(`backend.*staging.*${short(good)}|staging.*backend.*${short(good)}`, 'i'),
    }),
  ).toBeVisible()
})

test('the first screen shows the way of the sample as steps, up to the one that waits for a person', async () => {
  await page.goto('/p/sitebuilder')
  const steps = page.getByRole('list', { name: 'Steps of the sample' }).locator('> li')
  await expect(steps).toHaveCount(7)
  await expect(page.getByText('Nothing is deployed yet')).toBeHidden()
  await expect(steps.nth(1)).toContainText('Checked done: every check passed')
  await expect(steps.nth(3)).toContainText('every gate is met; production waits for you', { timeout: 120_000 })
  await expect(steps.nth(3).getByRole('link', { name: 'Look at it and decide' })).toHaveAttribute(
    'href',
    `/p/sitebuilder/releases/${good}`,
  )
})

test('a newcomer approves it for production in the browser, and the product works there', async () => {
  await page.goto('/p/sitebuilder')
  await page.getByRole('link', { name: /Review/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(short(good))
  await approveInBrowser(good)
  await page.goto('/p/sitebuilder')
  await expect(
    lineTable().getByRole('cell', {
      name: new RegExp(`backend.*production.*${short(good)}|production.*backend.*${short(good)}`, 'i'),
    }),
  ).toBeVisible()
  const { body: urls } = await api<Record<string, string>>(
    'GET',
    '/api/v1/projects/sitebuilder/environments/production/urls',
  )
  expect((await fetch(`${urls['BACKEND_URL']}/api/sites`)).status).toBe(200)
  expect(await (await fetch(urls['BUILDER_URL'] ?? '')).text()).toContain('<div id=')
})

test('main refuses a pull request whose tests fail, and says which and where', async () => {
  await startBranch('red')
  await applyBreak('failing-test')
  await git('commit', '--quiet', '-am', 'Break a test')
  const sha = await git('rev-parse', 'HEAD')
  await git('push', '--quiet', 'gantry', 'HEAD:refs/heads/red')
  const run = await completedRun(sha, 'ci.yml')
  expect(run.conclusion).toBe('failure')
  const refusal = await git('push', 'gantry', 'HEAD:main').catch(cause => String(cause.stderr))
  expect(refusal).toContain('CHECKS_NOT_GREEN')
  expect(refusal).toContain(`/runs/${run.id}`)
  expect(refusal).toMatch(/› Test/)
  await page.goto(`/p/sitebuilder/runs/${run.id}`)
  await expect(page.getByRole('log', { name: 'Log' })).toContainText(/fail|expected/i)
  expect(await git('ls-remote', 'gantry', 'main')).toContain(good)
})

test('main refuses a commit nobody checked, and a rewritten history', async () => {
  await startBranch('unchecked')
  await git('commit', '--quiet', '--allow-empty', '-m', 'Straight to main')
  expect(await git('push', 'gantry', 'HEAD:main').catch(cause => String(cause.stderr))).toContain('CHECKS_NOT_GREEN')
  await git('commit', '--quiet', '--allow-empty', '--amend', '-m', 'x')
  const orphan = await git('commit-tree', 'HEAD^{tree}', '-m', 'no parents')
  expect(
    await git('push', '--force', 'gantry', `${orphan}:refs/heads/main`).catch(cause => String(cause.stderr)),
  ).toContain('HISTORY_REWRITTEN')
})

test('a bad release is noticed, paged and undone by itself', async () => {
  test.setTimeout(600_000)
  const { body: urls } = await api<Record<string, string>>(
    'GET',
    '/api/v1/projects/sitebuilder/environments/production/urls',
  )
  const load = startLoad({ url: `${urls['BACKEND_URL']}/api/sites`, connections: 4, limitMs: 600_000, pauseMs: 100 })
  try {
    await startBranch('bad')
    await applyBreak('fails-30-percent')
    const bad = await shipToMain('bad', 'List sites faster')
    await approveInBrowser(bad)
    await until(line, isLive('production', good), 180_000, 'the good release live again')
    const { body } = await api<{ incidents: Incident[] }>('GET', '/api/v1/projects/sitebuilder/incidents?state=open')
    const incident = body.incidents[0]
    expect(incident).toMatchObject({
      severity: 'critical',
      environment: 'production',
      release: bad,
      runbook: expect.any(String),
    })
    const { body: issues } = await api<{ issues: Issue[] }>('GET', `/api/v1/projects/sitebuilder/issues?release=${bad}`)
    expect(issues.issues.some(({ service }) => service === 'backend')).toBe(true)
    await page.goto('/p/sitebuilder')
    await expect(page.getByText('Promotions to production are held')).toBeVisible()
    await expect(page.getByRole('link', { name: new RegExp(`Incident ${incident?.number}`) })).toBeVisible()
  } finally {
    await load.stop()
  }
})

test('the page arrived though the receiver failed, was slow and cut the line; it arrived as one incident', async () => {
  const all = await until(
    received,
    seen =>
      ['/slack', '/pagerduty'].every(
        path =>
          seen.filter(one => one.path === path).length >= 4 ||
          seen.some(one => one.path === path && one.answered === 202),
      ),
    120_000,
    'pages at both receivers',
  )
  const triggers = all.filter(({ path, body }) => path === '/pagerduty' && body['event_action'] === 'trigger')
  expect(triggers.length).toBeGreaterThan(1)
  expect(new Set(triggers.map(({ body }) => body['dedup_key'])).size).toBe(1)
})

test('a person acknowledges, follows the runbook, resolves, and lets promotions through again', async () => {
  const { body } = await api<{ incidents: Incident[] }>('GET', '/api/v1/projects/sitebuilder/incidents?state=open')
  const number = body.incidents[0]?.number
  await page.goto(`/p/sitebuilder/incidents/${number}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Incident ${number}`)
  await page.getByRole('button', { name: 'Acknowledge' }).first().click()
  await expect(page.getByText('nobody acknowledged it')).toBeHidden()
  await expect(page.getByText(/ acknowledged it now/)).toBeVisible()
  const step = page.getByRole('checkbox').first()
  await step.click()
  await expect
    .poll(async () => (await api<IncidentView>('GET', `/api/v1/projects/sitebuilder/incidents/${number}`)).body.ticked)
    .toEqual([0])
  await page.getByRole('button', { name: 'Resolve…' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Resolve incident ${number}` })
    .click()
  await expect
    .poll(async () => (await api<Incident>('GET', `/api/v1/projects/sitebuilder/incidents/${number}`)).body.state)
    .toBe('resolved')
  await page.goto('/p/sitebuilder')
  await page.getByRole('button', { name: 'Resume…' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('the break is understood')
  await page.getByRole('dialog').getByRole('button', { name: 'Resume promotions' }).click()
  await expect(page.getByText('Promotions to production are held')).toBeHidden()
})

// One more release has to be shipped for it, which takes two minutes.
test('a roll back by hand says first what it will do', { tag: '@nightly' }, async () => {
  test.setTimeout(300_000)
  await startBranch('second')
  await git('revert', '--no-edit', 'HEAD')
  const second = await shipToMain('second', 'Revert it')
  await approveInBrowser(second)
  await page.goto('/p/sitebuilder')
  await page.getByRole('button', { name: 'Roll back production…' }).first().click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText(short(second))
  await expect(dialog).toContainText(short(good))
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('trying the way back')
  await dialog.getByRole('button', { name: `Roll back to ${short(good)}` }).click()
  await until(line, isLive('production', good), 30_000, 'rolled back')
  const { body } = await api<{ deployments: Deployment[] }>(
    'GET',
    '/api/v1/projects/sitebuilder/deployments?environment=production&limit=1',
  )
  expect(body.deployments[0]).toMatchObject({ kind: 'rollback', state: 'live', reason: 'trying the way back' })
})

test('the command says the same as the screen, and refuses what it cannot do with a code and a hint', async () => {
  const status = await gantry('status', '--json')
  expect(status.code).toBe(0)
  expect(environmentOf(JSON.parse(status.stdout), 'production')?.current?.release).toBe(good)
  const plan = await gantry('rollback', '--environment', 'staging', '--reason', 'looking', '--dry-run')
  expect(plan.code).toBe(0)
  const wrong = await gantry('approve', 'fffffff', '--reason', 'nothing there')
  expect(wrong.code).toBeGreaterThan(0)
  expect(wrong.stderr).toMatch(/error [A-Z_]+ {2}.+\nhint: /)
  expect((await gantry('ledger', 'verify')).code).toBe(0)
})

test('the ledger tells the whole story, and its chain is whole', async () => {
  const { body } = await api<{ rows: { action: string }[]; whole: boolean }>(
    'GET',
    '/api/v1/projects/sitebuilder/ledger?limit=500',
  )
  expect(body.whole).toBe(true)
  const actions = new Set(body.rows.map(({ action }) => action))
  for (const action of [
    'release.created',
    'promotion.approved',
    'deployment.live',
    'rollback.done',
    'hold.placed',
    'hold.resumed',
    'incident.resolved',
  ]) {
    expect(actions).toContain(action)
  }
})

test('nothing secret was written into the log of a run', async () => {
  const token = await readFile(join(started().home, 'cli-token'), 'utf8')
  const { body } = await api<{ runs: { id: string; jobs: { id: string }[] }[] }>(
    'GET',
    '/api/v1/projects/sitebuilder/runs?workflow=deploy.yml',
  )
  for (const run of body.runs) {
    for (const { id } of run.jobs) {
      const { body: log } = await api<{ lines: { text: string }[] }>(
        'GET',
        `/api/v1/projects/sitebuilder/runs/${run.id}/jobs/${encodeURIComponent(id)}/log`,
      )
      expect(log.lines.every(({ text }) => !text.includes(token) && !/gantry_[\w-]{32}/.test(text))).toBe(true)
    }
  }
})
