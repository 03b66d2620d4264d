import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { failures } from './product.ts'
import { amounts, largeLog } from './seed-store.ts'
import { type SeededGantry, startSeeded } from './seeded-gantry.ts'

test.describe.configure({ mode: 'serial' })

let seeded: SeededGantry
let context: BrowserContext
let page: Page
const at = (path: string) => `${seeded.url}/p/seeded${path === '/' ? '' : path}`

test.beforeAll(async ({ browser }) => {
  seeded = await startSeeded()
  context = await browser.newContext()
  page = await context.newPage()
  await seeded.signIn(page)
})
test.afterAll(async () => {
  await context.close()
  await seeded.stop()
})

/** What of a log is on the screen, first line first. */
const visible = (log: string): Promise<string[]> =>
  page.getByRole('log', { name: log }).evaluate(region => {
    const box = region.getBoundingClientRect()
    return [...region.querySelectorAll('[data-index]')]
      .filter(row => {
        const { top, bottom } = row.getBoundingClientRect()
        return top >= box.top - 1 && bottom <= box.bottom + 1
      })
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map(row => row.textContent ?? '')
  })

test('a failed run opens at the first failing line that counts, and f reaches the other failures and wraps', async () => {
  const run = await seeded.failedRun()
  await page.goto(at(`/runs/${run.id}`))
  const failing = page.getByRole('log').getByText(failures.first.text, { exact: true })
  await expect(failing).toBeInViewport()
  await expect(page.getByText(`unit › step 3 “${failures.first.step}” › ${failures.first.text}`)).toBeVisible()
  await expect(page).toHaveURL(/job=unit.*step=3.*line=\d+/)
  const address = page.url()
  await page.reload()
  await expect(failing).toBeInViewport()
  expect(page.url()).toBe(address)
  await page.keyboard.press('f')
  await expect(page.getByRole('log').getByText(failures.second.text, { exact: true })).toBeInViewport()
  await expect(page).toHaveURL(/job=e2e.*step=1/)
  await page.keyboard.press('f')
  await expect(failing).toBeInViewport()
  expect(page.url()).toBe(address)
})

test('a log that is read stays where it is while lines arrive, and follows again when asked', async () => {
  const feed = await seeded.startFeed()
  await feed.append('early', 400)
  await page.goto(at(`/runs/${feed.run}?job=${feed.job}`))
  const log = page.getByRole('log', { name: 'Log of feed' })
  await expect(log.getByText('early 400', { exact: true })).toBeInViewport()
  await log.hover()
  await page.mouse.wheel(0, -1_500)
  await expect(log.getByText('early 400', { exact: true })).not.toBeInViewport()
  // Let the wheel come to rest before the line that is read is noted.
  await expect.poll(async () => (await visible('Log of feed'))[0]).toMatch(/early \d+/)
  const [read] = await visible('Log of feed')
  await feed.append('late', 500)
  const more = page.getByRole('button', { name: '500 new lines' })
  await expect(more).toBeVisible()
  expect((await visible('Log of feed'))[0]).toBe(read)
  await more.click()
  await expect(log.getByText('late 500', { exact: true })).toBeInViewport()
  await feed.append('last', 3)
  await expect(log.getByText('last 3', { exact: true })).toBeInViewport()
  await expect(more).toBeHidden()
  await feed.stop()
})

test('a hundred thousand lines are few elements, are searched to the end, and stay text', async () => {
  await page.goto(at(`/runs/${largeLog.run}?job=${largeLog.job}&step=2&line=${largeLog.failing.seq}`))
  const log = page.getByRole('log')
  await expect(log.getByText(largeLog.failing.text)).toBeInViewport()
  expect(await page.locator('*').count()).toBeLessThan(1_500)
  const red = log.getByText(largeLog.red.text, { exact: true })
  const after = log.getByText(', this is not')
  const colour = await after.evaluate('it => getComputedStyle(it).color')
  await expect(red).not.toHaveCSS('color', String(colour))
  await expect(log.getByText(largeLog.markup.text)).toBeVisible()
  await expect(page).not.toHaveTitle('1')
  expect(await log.locator('img').count()).toBe(0)

  await page.getByRole('textbox', { name: 'Find in the log' }).fill(largeLog.needle.text)
  await expect(page.getByText('1 of 1', { exact: true })).toBeVisible()
  await expect(log.getByText(largeLog.needle.text)).toBeInViewport()
  expect(await page.locator('*').count()).toBeLessThan(1_500)

  const raw = await page.getByRole('link', { name: 'Raw' }).getAttribute('href')
  const answer = await page.request.get(at(raw ?? ''))
  expect(answer.headers()['content-type']).toMatch(/^text\/plain/)
  expect((await answer.text()).trimEnd().split('\n')).toHaveLength(amounts.jobLines)
})

test('ten thousand issues say so, are filtered as one types, and are walked by keyboard', async () => {
  await page.goto(at('/issues'))
  const row = page.getByRole('listitem').filter({ has: page.getByRole('link') })
  await expect(row.first()).toHaveAttribute('aria-setsize', String(amounts.issues))
  expect(await page.locator('*').count()).toBeLessThan(1_500)
  await page.keyboard.press('j')
  for (let pressed = 0; pressed < 50; pressed++) await page.keyboard.press('j')
  const focused = page.locator(':focus')
  await expect(focused).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('listitem').filter({ has: focused })).toHaveAttribute('aria-posinset', '51')
  await page.getByRole('searchbox', { name: 'Search issues' }).fill('checkout 9995 ')
  await expect(row).toHaveCount(1)
  await expect(row).toContainText('checkout 9995 could not be read')
  await expect(page).toHaveURL(/q=checkout/)
})

test('issues are resolved by one act, which is taken back as a whole, and many are asked about first', async () => {
  await page.goto(at('/issues'))
  const row = page.getByRole('listitem').filter({ has: page.getByRole('link') })
  const boxes = page.getByRole('checkbox', { name: /^Choose issue/ })
  const listed = (count: number) => expect(row.first()).toHaveAttribute('aria-setsize', String(count))
  await listed(amounts.issues)
  await boxes.first().click()
  await boxes.nth(2).click({ modifiers: ['Shift'] })
  const chosen = page.getByRole('region', { name: 'Chosen issues' })
  await expect(chosen).toContainText('3 issues chosen')
  await page.keyboard.press('r')
  await expect(page.getByText('3 issues are resolved', { exact: true })).toBeVisible()
  await listed(amounts.issues - 3)
  await expect(chosen).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await listed(amounts.issues)
  await page.getByRole('checkbox', { name: /^Choose all/ }).click()
  await chosen.getByRole('button', { name: 'Archive' }).click()
  await page.getByRole('alertdialog', { name: '10,000 issues will be archived' }).press('Escape')
  await expect(page.getByRole('alertdialog')).toBeHidden()
  await listed(amounts.issues)
})

test('live lines are appended, the opened one stays, and a hidden page asks nothing until it is seen again', async () => {
  await seeded.deployed()
  await seeded.say('before', 3)
  await page.goto(at('/logs?live=1&range=1h'))
  const log = page.getByRole('log', { name: 'Log lines' })
  const opened = log.getByRole('button', { name: / before 2\b/ })
  await opened.click()
  await expect(opened).toHaveAttribute('aria-expanded', 'true')
  const place = await opened.boundingBox()
  await seeded.say('meanwhile', 200)
  await expect(page.getByRole('button', { name: /^\d+ new lines/ })).toBeVisible()
  expect(await opened.boundingBox()).toEqual(place)
  await expect(opened).toHaveAttribute('aria-expanded', 'true')
  await expect(page.getByRole('group', { name: /Lines over time/ })).toBeVisible()

  let asked = 0
  page.on('request', request => {
    if (new URL(request.url()).pathname === '/api/v1/projects/seeded/logs') asked++
  })
  await hide(page, true)
  for (let second = 0; second < 30; second += 6) {
    await seeded.say(`unseen at ${second}`, 5)
    await page.waitForTimeout(6_000)
  }
  expect(asked).toBe(0)
  await hide(page, false)
  await page.getByRole('button', { name: /^\d+ new lines/ }).click()
  await expect(log.getByText('unseen at 24 5', { exact: true })).toBeInViewport()
})

/** As if the tab went behind another: Chromium without a window never hides one by itself. */
const hide = (target: Page, isHidden: boolean): Promise<void> =>
  target.evaluate(`
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${isHidden ? 'hidden' : 'visible'}' })
    document.dispatchEvent(new Event('visibilitychange'))
  `)
