import type { Line } from '@gantry/core/api'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { api, line, sampleReady, signIn, started } from './gantry.ts'
import { openLink } from './open-link.ts'

test.describe.configure({ mode: 'serial' })

let context: BrowserContext
let page: Page

test.beforeAll(async ({ browser }) => {
  await sampleReady()
  context = await browser.newContext()
  page = await context.newPage()
  await signIn(page)
})
test.afterAll(() => context.close())

test('a stranger is asked to sign in, and told how', async ({ browser }) => {
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto('/p/sitebuilder/runs')
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(stranger.getByText('gantry up').first()).toBeVisible()
  await stranger.context().close()
})

test('the sign-in link works once', async ({ browser }) => {
  const { body } = await api<{ url: string }>('POST', '/api/v1/sign-in-links', {})
  const first = await (await browser.newContext()).newPage()
  await openLink(first, body.url)
  await expect(first.getByRole('table', { name: 'The line' })).toBeVisible()
  const second = await (await browser.newContext()).newPage()
  await second.goto(body.url)
  await expect(second.getByRole('heading', { name: 'This link was used already' })).toBeVisible()
  await expect(second.getByText('pnpm gantry sign-in')).toBeVisible()
  await first.context().close()
  await second.context().close()
})

test('signing out leads to the sign-in page, and nothing can be seen any more', async ({ browser }) => {
  const other = await (await browser.newContext()).newPage()
  await signIn(other)
  const { body } = await api<{ person: { name: string } }>('GET', '/api/v1/me')
  await other.getByRole('banner').getByRole('button', { name: body.person.name }).click()
  await other.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(await other.evaluate(() => fetch('/api/v1/me').then(answer => answer.status))).toBe(401)
  await other.context().close()
})

test('a change shows without a reload', async () => {
  await page.goto('/p/sitebuilder/ledger')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const view: Line = await line()
  expect(view.services.length).toBe(5)
  await page.goto('/p/sitebuilder/runs')
  await expect(page.getByText('Sitebuilder: create a site').first()).toBeVisible()
  const { body: run } = await api<{ number: number; id: string }>('POST', '/api/v1/projects/sitebuilder/runs', {
    workflow: 'e2e.yml',
  })
  await expect(page.locator(`a[href="/p/sitebuilder/runs/${run.id}"]`).first()).toBeVisible()
  expect(await page.evaluate("performance.getEntriesByType('navigation').length")).toBe(1)
  await api('POST', `/api/v1/projects/sitebuilder/runs/${run.id}/cancel`, { reason: 'only looked at' })
})

test('everything is reached by keyboard, and single keys are silent in fields', async () => {
  await page.goto('/p/sitebuilder')
  await expect(page.getByRole('table', { name: 'The line' })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/\/logs/)
  await page.getByRole('combobox', { name: 'Filter the logs' }).focus()
  await page.keyboard.type('gl')
  await expect(page).toHaveURL(/\/logs/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.type('runbooks')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/runbooks/)
})

test('every time is ISO 8601 in UTC', async () => {
  await page.goto('/p/sitebuilder/runs')
  await expect(page.locator('time').first()).toBeVisible()
  const times = await page.locator('time').evaluateAll(all => all.map(one => one.getAttribute('datetime') ?? ''))
  expect(times.every(text => /^\d{4}-\d\d-\d\dT.*Z$/.test(text))).toBe(true)
})

test('a page that does not exist says so, and the API answers with a code and a hint', async () => {
  await page.goto('/p/sitebuilder/no-such-page')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const answer = await fetch(`${started().url}/api/v1/nowhere`)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ error: { code: 'NOT_FOUND', hint: expect.any(String) } })
})
