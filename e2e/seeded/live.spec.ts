import { createServer } from 'node:http'
import type { RunState } from '@gantry/core/api'
import { expect, test } from '@playwright/test'
import { openLink } from '../open-link.ts'
import { type SeededGantry, startSeeded } from './seeded-gantry.ts'

test.describe.configure({ mode: 'serial' })

let seeded: SeededGantry
const at = (path: string) => `${seeded.url}/p/seeded${path === '/' ? '' : path}`

test.beforeAll(async () => {
  seeded = await startSeeded()
  await seeded.failedRun()
  await seeded.deployed()
})
test.afterAll(async () => {
  await seeded.stop()
})

test('a session that ended leads to the sign-in page after a few refusals, and back to the same address', async ({
  browser,
}) => {
  const page = await seeded.signedIn(browser)
  await page.goto(at('/runs'))
  await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible()
  let refused = 0
  page.on('response', answer => {
    if (answer.status() === 401) refused++
  })
  await page.context().clearCookies()
  await page.getByRole('link', { name: 'Ledger', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  // Whatever asks again does so within seconds: nothing may.
  await page.waitForTimeout(3_000)
  expect(refused).toBeGreaterThan(0)
  expect(refused).toBeLessThanOrEqual(3)
  expect(new URL(page.url()).pathname).toBe('/p/seeded/ledger')
  const other = await page.context().newPage()
  await openLink(other, await seeded.gantry.signInUrl())
  await expect(other.getByRole('table', { name: 'The line' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Ledger' })).toBeVisible()
  await page.context().close()
})

test('reduced motion moves nothing, and forced colours leave every state its word', async ({ browser }) => {
  const page = await seeded.signedIn(browser, { reducedMotion: 'reduce', forcedColors: 'active' })
  const moving = () => page.evaluate<number>('document.getAnimations().length')
  expect(await moving()).toBe(0)
  await expect(page.getByRole('cell', { name: /web in production: live/ })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(await moving()).toBe(0)
  await page.keyboard.press('Escape')
  await page.goto(at('/runs'))
  await expect(page.getByRole('cell', { name: /failed/ }).first()).toBeVisible()
  expect(await moving()).toBe(0)
  await page.goto(at('/issues'))
  await expect(
    page
      .getByRole('listitem')
      .filter({ has: page.getByRole('link') })
      .first(),
  ).toContainText('open')
  expect(await moving()).toBe(0)
  await page.context().close()
})

test('logs read the same in every time zone', async ({ browser }) => {
  const read: string[] = []
  for (const timezoneId of ['Asia/Tokyo', 'America/New_York']) {
    const page = await seeded.signedIn(browser, { timezoneId })
    await page.goto(at('/logs?range=24h'))
    const times = page.getByRole('log', { name: 'Log lines' }).locator('time')
    await expect(times.first()).toBeVisible()
    for (const instant of await times.evaluateAll(all => all.map(each => each.getAttribute('datetime'))))
      expect(instant).toMatch(/Z$/)
    read.push(((await times.last().textContent()) ?? '').trim())
    await page.context().close()
  }
  expect(read[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/)
  expect(read[1]).toBe(read[0])
})

test('a time that is relative says its instant on focus, and becomes a date when a day has passed', async ({
  browser,
}) => {
  const page = await seeded.signedIn(browser, { timezoneId: 'Asia/Tokyo' })
  await page.clock.install()
  await page.goto(at('/runs'))
  const when = page.locator('td time, li time').first()
  await expect(when).toHaveText(/ago|now/)
  const instant = (await when.getAttribute('datetime')) ?? ''
  await when.locator('..').focus()
  const tip = page.getByRole('tooltip')
  await expect(tip).toContainText('UTC')
  await expect(tip).toContainText(/local|Tokyo|GMT\+9|JST/)
  await page.clock.fastForward('25:00:00')
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', day: 'numeric', month: 'short' })
  await expect(when).toContainText(day.format(new Date(instant)))
  await page.context().close()
})

test('a server that died is said to be lost, and what happened meanwhile shows without a reload', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const page = await seeded.signedIn(browser)
  await page.goto(at('/runs'))
  const rows = page.getByRole('row', { name: /checks/ })
  await expect(rows.first()).toBeVisible()
  const before = await rows.count()
  // By then the other screens were loaded ahead.
  await expect(async () => {
    const parts = await page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)")
    expect(parts.some(name => name.includes('/assets/monitors-screen-'))).toBe(true)
    expect(parts.some(name => name.includes('/assets/runbook-screen-'))).toBe(true)
  }).toPass({ timeout: 20_000 })
  await seeded.gantry.stop('SIGKILL')
  await page.getByRole('link', { name: 'Monitors', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Monitors' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Error' })).toContainText('SERVER_UNREACHABLE')
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await expect(rows.first()).toBeVisible()
  const dead = await unavailable(seeded.gantry.port)
  await expect(page.getByRole('status').filter({ hasText: /Live updates are lost since \d\d:\d\d/ })).toBeAttached({
    timeout: 40_000,
  })
  await expect(page.getByText(/Live lost · as of/)).toBeVisible()
  await page.waitForTimeout(Math.max(0, dead.startedAt + 60_000 - Date.now()))
  const tries = await dead.stop()
  expect(tries).toBeGreaterThan(0)
  expect(tries).toBeLessThanOrEqual(8)
  await seeded.restart()
  await seeded.gantry.api<RunState>('POST', '/api/v1/projects/seeded/runs', {
    workflow: 'checks.yml',
    ref: 'main',
    inputs: {},
  })
  await expect(rows).toHaveCount(before + 1, { timeout: 40_000 })
  await expect(page.getByText(/Live lost/)).toBeHidden({ timeout: 40_000 })
  expect(await page.evaluate("performance.getEntriesByType('navigation').length")).toBe(1)
  await page.context().close()
})

/** What stands where the server was: answers that nothing is there, and counts who asks for the stream. */
async function unavailable(port: number) {
  let tries = 0
  const dead = createServer((request, response) => {
    if (request.url?.startsWith('/api/v1/stream')) tries++
    response.writeHead(503).end()
  })
  await new Promise<void>(done => dead.listen(port, '127.0.0.1', done))
  return {
    startedAt: Date.now(),
    stop: () =>
      new Promise<number>(done => {
        dead.close(() => done(tries))
        dead.closeAllConnections()
      }),
  }
}
