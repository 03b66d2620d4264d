import type { EventView, IngestKeyView, Issue, Line } from '@gantry/core/api'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { requireDashboard } from '../built-dashboard.ts'
import { requireChromium } from '../chromium.ts'
import { type RunningGantry, startGantry } from '../running-gantry.ts'
import { serveSite } from './serve-site.ts'

/** A page with a script tag and nothing else, in a real browser, against a real server. */
let gantry: RunningGantry
let browser: Browser
let site: Awaited<ReturnType<typeof serveSite>>
let page: Page
let key = ''
const shown = { html: '', headers: {} as Record<string, string> }

beforeAll(async () => {
  await requireDashboard()
  gantry = await startGantry({ env: { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'shop' } })
  browser = await chromium.launch({ executablePath: await requireChromium() })
  site = await serveSite(path =>
    path === '/' ? { type: 'text/html', body: shown.html, headers: shown.headers } : null,
  )
  const { dsn } = await gantry.api<Line>('GET', '/api/v1/projects/shop/line')
  key = new URL(dsn).username
})
afterEach(() => page.close())
afterAll(async () => {
  await browser?.close()
  site?.close()
  await gantry?.stop()
})

const loader = (attributes = '', of = key) =>
  `<script src="${gantry.url}/js-sdk-loader/${of}.min.js" crossorigin="anonymous" ${attributes}></script>`

/** Opens a page with that in its head. Answers the paths at Gantry that it asked for. */
async function open(head: string, headers: Record<string, string> = {}): Promise<string[]> {
  Object.assign(shown, { html: `<!doctype html><title>shop</title><head>${head}</head><h1>shop</h1>`, headers })
  page = await browser.newPage()
  const asked: string[] = []
  page.on('request', request => {
    const { origin, pathname } = new URL(request.url())
    if (origin === gantry.url) asked.push(pathname.replace(/[0-9a-f]{32}/, 'key').replace(/-[\w-]{8}\.js/, '.js'))
  })
  await page.goto(site.url)
  return asked
}

async function eventsOf(text: string): Promise<EventView[]> {
  const project = '/api/v1/projects/shop'
  const { issues } = await gantry.api<{ issues: Issue[] }>('GET', `${project}/issues?text=${encodeURIComponent(text)}`)
  const found = await Promise.all(
    issues
      .filter(({ title }) => title.includes(text))
      .map(({ number }) => gantry.api<{ events: EventView[] }>('GET', `${project}/issues/${number}/events`)),
  )
  return found.flatMap(({ events }) => events)
}
const one = (text: string) =>
  expect
    .poll(async () => (await eventsOf(text)).length, { message: text })
    .toBe(1)
    .then(async () => (await eventsOf(text))[0])

test('nothing but the script is asked for until something fails; what failed before the SDK was there is reported', async () => {
  const asked = await open(loader())
  await page.waitForLoadState('load')
  expect(asked).toEqual(['/js-sdk-loader/key.min.js'])
  await page.evaluate(() =>
    setTimeout(() => {
      throw new RangeError('the till is shut')
    }),
  )
  const event = await one('the till is shut')
  expect(asked.slice(0, 2)).toEqual(['/js-sdk-loader/key.min.js', '/js-sdk-loader/sdk/sentry-browser.js'])
  expect(event?.exceptions[0]).toMatchObject({ type: 'RangeError', isHandled: false })
  await page.evaluate(() =>
    setTimeout(() => {
      throw new TypeError('the second till is shut')
    }),
  )
  expect((await one('the second till is shut'))?.sdk).toMatch(/^sentry\.javascript\.browser/)
})

test('an error while the page is read, and a promise that nobody caught, are both reported, once', async () => {
  await open(
    `${loader()}<script>Promise.reject(new Error('no promise was kept'));throw new Error('failed early')</script>`,
  )
  await one('failed early')
  await one('no promise was kept')
})

test('what a page says before is said after: its options, its user, its messages', async () => {
  await open(
    `<script>window.__ENV__ = { SENTRY_RELEASE: 'shop@7', SENTRY_ENVIRONMENT: 'staging' }</script>${loader()}<script>
      Sentry.onLoad(() => Sentry.init({ initialScope: { tags: { till: '4' } } }))
      Sentry.onLoad(() => { throw new Error('of the page alone') })
      Sentry.setUser({ id: 'u-1' })
      Sentry.configureScope(scope => scope.setTag('old', 'way'))
      Sentry.captureMessage('stock is low')
    </script>`,
  )
  expect(await one('stock is low')).toMatchObject({
    ...{ release: 'shop@7', environment: 'staging', tags: { till: '4', old: 'way' }, user: 'u-1' },
  })
})

test('a page that wants it at once says so, and one with a strict policy needs no more than a nonce', async () => {
  const policy = `default-src 'none'; script-src 'nonce-n1' 'strict-dynamic'; connect-src ${gantry.url}`
  const asked = await open(loader('data-lazy="no" nonce="n1"'), { 'content-security-policy': policy })
  await page.waitForFunction('Boolean(Sentry.SDK_VERSION)')
  expect(asked).toContain('/js-sdk-loader/sdk/sentry-browser.js')
  await page.evaluate(() =>
    setTimeout(() => {
      throw new Error('behind a policy')
    }),
  )
  await one('behind a policy')
})

test('of a key that was revoked the page finds all it calls, and nothing is sent', async () => {
  const keys = '/api/v1/projects/shop/ingest-keys'
  const made = await gantry.api<IngestKeyView>('POST', keys, { service: null, kind: 'client' })
  await gantry.api('POST', `${keys}/${made.id}/revoke`, {})
  const said: string[] = []
  const asked = await open(
    `${loader('data-lazy="no"', made.key)}<script>Sentry.onLoad(() => Sentry.init({}));Sentry.captureMessage('nobody hears');Sentry.forceLoad();document.title = 'alive'</script>`,
  )
  page.on('pageerror', error => said.push(error.message))
  await page.evaluate(() =>
    setTimeout(() => {
      throw new Error('nobody hears either')
    }),
  )
  await expect.poll(() => said).toEqual(['nobody hears either'])
  expect([await page.title(), asked]).toEqual(['alive', ['/js-sdk-loader/key.min.js']])
})
