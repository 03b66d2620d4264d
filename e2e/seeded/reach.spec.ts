import type { Line } from '@gantry/core/api'
import { expect, type Locator, test } from '@playwright/test'
import { until } from '../../tools/running-gantry.ts'
import { largeLog } from './seed-store.ts'
import { type SeededGantry, startSeeded } from './seeded-gantry.ts'

test.describe.configure({ mode: 'serial' })

let seeded: SeededGantry
/** On staging, and asks for production. */
let release = ''
const at = (path: string) => `${seeded.url}/p/seeded${path === '/' ? '' : path}`

test.beforeAll(async () => {
  test.setTimeout(180_000)
  seeded = await startSeeded()
  const line = await until(
    () => seeded.gantry.api<Line>('GET', '/api/v1/projects/seeded/line'),
    ({ promotions }) => promotions.some(({ state }) => state === 'ready'),
    60_000,
    'a promotion that is ready',
  )
  release = line.promotions[0]?.release ?? ''
})
test.afterAll(() => seeded?.stop())

test('every run is reached, page by page or narrowed by branch, author, event and status', async ({ browser }) => {
  const page = await seeded.signedIn(browser)
  await page.goto(at('/runs'))
  const table = page.getByRole('table', { name: /Runs, newest first/ })
  const oldest = table.getByRole('link', { name: 'old 1', exact: true })
  for (let pages = 1; pages < 9 && !(await oldest.isVisible()); pages++) {
    const [seen] = await page.getByRole('status').filter({ hasText: ' of ' }).allTextContents()
    await page.getByRole('link', { name: 'Older runs' }).click()
    await expect(page.getByRole('status').filter({ hasText: ' of ' })).not.toHaveText(seen ?? '')
  }
  await expect(oldest).toBeVisible()
  await page.getByRole('link', { name: 'Newest', exact: true }).click()
  for (const [label, value] of Object.entries({ Branch: 'zoe/try', Author: 'Zoe', Event: 'pull_request' })) {
    await page.goto(at('/runs'))
    await page.getByRole('combobox', { name: label }).selectOption(value)
    // Pull requests there are more of: the product's own checks.
    if (label !== 'Event') await expect(page.getByText('1 run', { exact: true })).toBeVisible()
    await expect(table.getByRole('link', { name: 'old 7', exact: true })).toBeVisible()
    await expect(table).toContainText('pull request 3 from zoe/try · Zoe')
  }
  await page.goto(at('/runs?workflow=.github/workflows/old.yml&status=failure'))
  await expect(table.getByRole('link', { name: 'old 7', exact: true })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Workflow' })).toHaveValue('.github/workflows/old.yml')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('cancelled')
  await expect(page.getByText('No run with')).toBeVisible()
  await page.getByRole('link', { name: 'Show every run' }).click()
  await expect(table).toBeVisible()
  await page.context().close()
})

test('the palette finds a commit exactly, and services, issues, acts and settings', async ({ browser }) => {
  const page = await seeded.signedIn(browser)
  await page.keyboard.press('ControlOrMeta+k')
  const found = page.getByRole('option')
  const type = (text: string) => page.getByRole('combobox', { name: 'Find' }).fill(text)
  await type(release.slice(0, 7))
  await expect(found.filter({ hasText: 'Release' })).toHaveText([new RegExp(`^Release ${release.slice(0, 7)}: `)])
  await type(release.slice(0, 6) + (release[6] === '0' ? '1' : '0'))
  await expect(page.getByText('Nothing is called that.')).toBeVisible()
  // Of 10,000 issues, one that is not among the newest.
  await type('cart 1231 could')
  await expect(found).toHaveText([/^Issue \d+: \w+: cart 1231 could not be read$/])
  await type('issue 77')
  await expect(found.first()).toHaveText(/^Issue 77:/)
  await type('run old 7')
  await expect(found.first()).toHaveText('Run old 7: Old change 7')
  await type('web logs')
  await expect(found.first()).toHaveText('Logs of web')
  await type('approve production')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/releases/${release}`))
  await page.keyboard.press('ControlOrMeta+k')
  await type('theme dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.context().close()
})

test.describe('room', () => {
  test('header and layers reach up to the scrollbar, and nothing moves when a layer opens', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    const right = (selector: string) =>
      page.evaluate<number>(`document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().right`)
    const wide = await page.evaluate<number>('innerWidth')
    expect(await right('header')).toBe(wide)
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await right('header')).toBe(wide)
    expect(await right('div.fixed.inset-0')).toBe(wide)
    await page.context().close()
  })

  test('on a phone the header is one row, and Reject and Approve stand side by side', async ({ browser }) => {
    for (const width of [320, 390]) {
      const page = await seeded.signedIn(browser, { viewport: { width, height: 640 }, hasTouch: true, isMobile: true })
      await page.goto(at(`/releases/${release}`))
      const [reject, approve] = ['Reject…', 'Approve…'].map(name => page.getByRole('button', { name }))
      await expect(approve as Locator).toBeVisible()
      const header = await page.getByRole('banner').boundingBox()
      expect(header?.height).toBeLessThanOrEqual(56)
      expect(header?.width).toBe(width)
      expect((await reject?.boundingBox())?.y).toBe((await approve?.boundingBox())?.y)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      await page.context().close()
    }
  })
})

test('an issue that is not there is refused once, in one place', async ({ browser }) => {
  const page = await seeded.signedIn(browser)
  await page.goto(at('/issues/999999'))
  await expect(page.getByRole('region', { name: 'Error' })).toHaveCount(1)
  await expect(page.getByRole('region', { name: 'Error' })).toContainText('no issue 999999')
  await page.waitForTimeout(1_000)
  await expect(page.getByRole('region', { name: 'Error' })).toHaveCount(1)
  await page.context().close()
})

test('the log of a step is copied whole, and of that step alone', async ({ browser }) => {
  const page = await seeded.signedIn(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(at(`/runs/${largeLog.run}?job=${largeLog.job}&step=2`))
  await page.getByRole('button', { name: 'Copy the log of step 2 “Build”' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = (await page.evaluate<string>('navigator.clipboard.readText()')).trimEnd().split('\n')
  expect(copied).toHaveLength(60_000)
  expect(copied).toContain(largeLog.failing.text)
  // Without the colours of the terminal.
  expect(copied).toContain(`${largeLog.red.text}, this is not`)
  expect(copied).not.toContain(largeLog.needle.text)
  await page.context().close()
})
