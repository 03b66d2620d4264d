import { readFile } from 'node:fs/promises'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Line } from '@gantry/core/api'
import { expect, type Page, test } from '@playwright/test'
import { until } from '../../tools/running-gantry.ts'
import { expectNoFaults } from '../axe.ts'
import { openLink } from '../open-link.ts'
import { type SeededGantry, startSeeded } from './seeded-gantry.ts'

test.describe.configure({ mode: 'serial' })

let seeded: SeededGantry
let first = ''
let second = ''
let failed = ''
const at = (path: string) => `${seeded.url}/p/seeded${path === '/' ? '' : path}`
const line = () => seeded.gantry.api<Line>('GET', '/api/v1/projects/seeded/line')

test.beforeAll(async () => {
  test.setTimeout(180_000)
  seeded = await startSeeded()
  failed = (await seeded.failedRun()).id
  first = await seeded.deployed()
  second = await seeded.ship({ author: 'Kim', title: 'Waits for production' })
  await until(line, ({ promotions }) => promotions.some(({ release }) => release === second), 60_000, 'the promotion')
  await seeded.fall('production')
  await until(line, ({ incidents }) => incidents.length > 0, 30_000, 'the incident')
})
test.afterAll(() => seeded?.stop())

const routes = () => [
  ...[
    '/',
    '/runs',
    '/runs/metrics',
    '/releases',
    '/releases/figures',
    '/releases/compare',
    '/previews',
    '/issues',
    '/issues/1',
    '/logs',
    '/monitors',
    '/incidents',
  ],
  ...['/incidents/1', '/runbooks', '/runbooks/web-down', '/ledger', `/runs/${failed}`, `/releases/${second}`],
]

test.describe('addresses and parts', () => {
  test('every page opens by its address, from the server and from a static host that knows only index.html', async ({
    browser,
  }) => {
    const host = await staticHost(seeded.gantry.port)
    try {
      for (const base of [seeded.url, host.url]) {
        const page = await (await browser.newContext()).newPage()
        const link = new URL(await seeded.gantry.signInUrl())
        await openLink(page, `${base}${link.pathname}${link.search}`)
        for (const route of routes()) {
          await page.goto(`${base}/p/seeded${route === '/' ? '' : route}`)
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
          await expect(page.getByRole('heading', { name: /not be shown|Nothing is at this address/ })).toBeHidden()
          expect(new URL(page.url()).pathname).toBe(`/p/seeded${route === '/' ? '' : route}`)
        }
        await page.context().close()
      }
    } finally {
      await host.stop()
    }
  })

  test('the first page loads no more than its budget', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    await page.waitForTimeout(1_000)
    const entries = await page.evaluate<[name: string, bytes: number][]>(
      "performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => [name.split('?')[0], encodedBodySize])",
    )
    const loaded = new Map(entries.filter(([name]) => /\.(js|css)$/.test(name)))
    const sizeOf = async (end: string) => {
      const files = [...loaded.keys()].filter(name => name.endsWith(end))
      const bodies = await Promise.all(files.map(async file => Buffer.from(await (await fetch(file)).arrayBuffer())))
      return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0)
    }
    expect(await sizeOf('.js')).toBeGreaterThan(50_000)
    expect(await sizeOf('.js')).toBeLessThanOrEqual(220 * 1024)
    expect(await sizeOf('.css')).toBeGreaterThan(1_000)
    expect(await sizeOf('.css')).toBeLessThanOrEqual(15 * 1024)
    const sent = [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0)
    // Packed on the way too, better than gzip does.
    expect(sent).toBeGreaterThan(50_000)
    expect(sent).toBeLessThanOrEqual((await sizeOf('.js')) + (await sizeOf('.css')))
    await page.context().close()
  })

  test('a part that is gone is asked for once more, then its page says so and Retry brings it', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    await page.route('**/assets/issues-screen-*.js', route => route.fulfill({ status: 404, body: 'gone' }))
    await page.reload()
    let loads = 0
    page.on('request', asked => {
      if (asked.isNavigationRequest() && asked.frame() === page.mainFrame()) loads++
    })
    await page.getByRole('link', { name: 'Issues', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'This screen could not be shown' })).toBeVisible()
    // Whatever loads again by itself does so within seconds.
    await page.waitForTimeout(3_000)
    expect(loads).toBe(1)
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    await page.unroute('**/assets/issues-screen-*.js')
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByRole('heading', { name: 'Issues' })).toBeVisible()
    expect(new URL(page.url()).pathname).toBe('/p/seeded/issues')
    await page.context().close()
  })

  test('a part that cannot be loaded because nobody answers says so in its place, and comes without a reload', async ({
    browser,
  }) => {
    const page = await seeded.signedIn(browser)
    const away = ['**/assets/ledger-screen-*.js', '**/theme.js']
    for (const path of away) await page.route(path, route => route.abort('connectionrefused'))
    let loads = 0
    page.on('request', asked => {
      if (asked.isNavigationRequest() && asked.frame() === page.mainFrame()) loads++
    })
    await page.getByRole('link', { name: 'Ledger', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Error' })).toContainText('SERVER_UNREACHABLE')
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
    for (const path of away) await page.unroute(path)
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByRole('heading', { name: 'Ledger' })).toBeVisible()
    expect(loads).toBe(0)
    await page.context().close()
  })

  test('a panel that cannot be read says why and how to go on, while the others work', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    await page.route('**/api/v1/projects/seeded/line', route =>
      route.fulfill({
        status: 500,
        json: {
          error: { code: 'INTERNAL', message: 'it broke', hint: 'Look at the log.', requestId: 'r-1', facts: {} },
        },
      }),
    )
    await page.goto(at('/incidents/1'))
    const refusal = page.getByRole('region', { name: 'Error' })
    await expect(refusal).toContainText('INTERNAL')
    await expect(refusal).toContainText('Look at the log.')
    await expect(refusal).toContainText('r-1')
    await expect(page.getByRole('list', { name: 'Timeline' }).getByRole('listitem').first()).toBeVisible()
    await expect(page.getByRole('checkbox').first()).toBeVisible()
    const [again] = await Promise.all([
      page.waitForRequest('**/api/v1/projects/seeded/line'),
      refusal.getByRole('button', { name: 'Retry' }).click(),
    ])
    expect((await again.response())?.status()).toBe(500)
    await expect(refusal).toContainText('it broke')
    await page.unroute('**/api/v1/projects/seeded/line')
    // The next news makes it whole by itself; whoever is faster.
    await expect(async () => {
      await refusal
        .getByRole('button', { name: 'Retry' })
        .click({ timeout: 500 })
        .catch(() => undefined)
      await expect(refusal).toBeHidden({ timeout: 500 })
    }).toPass({ timeout: 15_000 })
    await expect(page.getByText('web').first()).toBeVisible()
    await page.context().close()
  })
})

const compared = () => `/releases/compare?from=${first}&to=${second}&environment=production`

/** axe judges no field without a value. */
async function findSomething(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Find' }).fill('run')
}
async function archiveAll(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: /^Choose all/ }).click()
  await page.getByRole('button', { name: 'Archive' }).click()
}

/** Where each dialog is, and what opens it. */
const dialogs: [name: string, path: () => string, open: (page: Page) => Promise<void>][] = [
  ['Approve', () => `/releases/${second}`, page => page.getByRole('button', { name: 'Approve…' }).click()],
  ['Reject', () => `/releases/${second}`, page => page.getByRole('button', { name: 'Reject…' }).click()],
  ['Roll back', () => '/', page => page.getByRole('button', { name: 'Roll back staging…' }).click()],
  ['Re-run', () => `/runs/${failed}`, page => page.getByRole('button', { name: 'Re-run…' }).click()],
  ['Archive issues', () => '/issues', archiveAll],
  ['Resolve incident', () => '/incidents/1', page => page.getByRole('button', { name: 'Resolve…' }).click()],
  ['Find', () => '/', findSomething],
  ['Keys', () => '/', page => page.keyboard.press('?')],
]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing with a dialog open, on an issue, on an incident and before signing in, ${colorScheme}`, async ({
    browser,
  }) => {
    test.setTimeout(120_000)
    const page = await seeded.signedIn(browser, { colorScheme, reducedMotion: 'reduce' })
    for (const path of ['/issues/1', '/incidents/1', compared()]) {
      await page.goto(at(path))
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await expectNoFaults(page, path)
    }
    for (const [name, path, open] of dialogs) {
      await page.goto(at(path()))
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      await open(page)
      const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'))
      await expect(dialog).toBeVisible()
      await expect(dialog.locator('[aria-busy=true]')).toHaveCount(0)
      await expectNoFaults(page, name)
      expect(await page.evaluate<number>('document.getAnimations().length'), `${name} moves`).toBe(0)
    }
    await page.context().clearCookies()
    await page.goto(at('/runs'))
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await expectNoFaults(page, 'signing in')
    await page.context().close()
  })
}

test.describe('without a mouse', () => {
  test('from the first page into the approval and back, with a ring around every stop', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    await tabTo(page, /^Review /)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`/releases/${second}`))
    await expect(page.getByRole('button', { name: 'Approve…' })).toBeVisible()
    await tabTo(page, /^Approve…/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    await tabTo(page, /^Cancel/)
    await page.keyboard.press('Enter')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: 'Approve…' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(page.getByRole('button', { name: 'Approve…' })).toBeFocused()
    await page.context().close()
  })

  test('single keys that are switched off do nothing, also after a reload, and ⌘K still does', async ({ browser }) => {
    const page = await seeded.signedIn(browser)
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('checkbox', { name: /Single keys act/ }).uncheck()
    await page.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
    for (const again of [false, true]) {
      if (again) await page.reload()
      await expect(page.getByRole('table', { name: 'The line' })).toBeVisible()
      await page.keyboard.press('?')
      await page.keyboard.press('g')
      await page.keyboard.press('o')
      await page.waitForTimeout(500)
      await expect(sheet).toBeHidden()
      expect(new URL(page.url()).pathname).toBe('/p/seeded')
    }
    await page.keyboard.press('ControlOrMeta+k')
    await expect(sheet).toBeVisible()
    await page.context().close()
  })
})

test.describe('an incident', () => {
  test('is read on a phone, and each entry has an address that leads to it', async ({ browser }) => {
    for (let nth = 1; nth <= 8; nth++)
      await seeded.gantry.api('POST', '/api/v1/projects/seeded/incidents/1/notes', { text: `Looked at place ${nth}` })
    const page = await seeded.signedIn(browser, { viewport: { width: 320, height: 480 } })
    await page.goto(at('/incidents/1'))
    const entries = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem')
    await expect(entries.first()).toBeVisible()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
    const links = entries.getByRole('link', { name: /link to entry/ })
    expect(await links.count()).toBe(await entries.count())
    const address = await links.last().getAttribute('href')
    await page.goto(at(`/incidents/1${address}`))
    await expect(entries.last()).toBeInViewport()
    await page.evaluate('scrollTo(0, 0)')
    await expect(entries.last()).not.toBeInViewport()
    await links.last().focus()
    await page.evaluate('scrollTo(0, 0)')
    await page.keyboard.press('Enter')
    await expect(entries.last()).toBeInViewport()
    await page.context().close()
  })

  test('is acknowledged by one key, and a step ticked in one page is ticked in another', async ({ browser }) => {
    const page = await seeded.signedIn(browser, { reducedMotion: 'reduce' })
    // Long enough for a page that hears of the stream late to show a clock that is behind.
    await page.waitForTimeout(6_000)
    const other = await page.context().newPage()
    await other.goto(at('/incidents/1'))
    await page.goto(at('/incidents/1'))
    await expect(page.getByText('nobody acknowledged it')).toBeVisible()
    await page.keyboard.press('a')
    await expect(page.getByText('Ana acknowledged it now')).toBeVisible()
    expect(await page.evaluate<number>('document.getAnimations().length')).toBe(0)
    await expect(other.getByText('Ana acknowledged it now')).toBeVisible()
    const step = { name: 'Say what you found' }
    await page.getByRole('checkbox', step).check()
    await expect(other.getByRole('checkbox', step)).toBeChecked()
    await expect(other.getByRole('checkbox', { name: 'Look at the line' })).not.toBeChecked()
    await page.context().close()
  })
})

test('a deployment shows within a second of being live, and neither focus nor place is lost', async ({ browser }) => {
  await seeded.rise('production')
  const page = await seeded.signedIn(browser, { viewport: { width: 1280, height: 500 } })
  const cell = (sha: string) =>
    page.getByRole('cell', { name: new RegExp(`web in production: .*release ${sha.slice(0, 7)}`) })
  await expect(cell(first)).toBeVisible()
  const link = page.getByRole('link', { name: 'All in the ledger' })
  await link.focus()
  const place = await link.boundingBox()
  await seeded.promote(second)
  await expect(cell(second)).toBeVisible({ timeout: 1_000 })
  await expect(link).toBeFocused()
  // The strip of the promotion above it is gone by now: what is read stands still, whatever the scroll position is.
  expect(Math.abs(((await link.boundingBox())?.y ?? 0) - (place?.y ?? 0))).toBeLessThanOrEqual(1)
  expect(await page.evaluate("performance.getEntriesByType('navigation').length")).toBe(1)
  await page.context().close()
})

test('a roll back to what has to be started again names the variables that differ', async ({ browser }) => {
  await seeded.restart({ TZ: 'Asia/Tokyo' })
  await until(
    line,
    ({ environments }) => environments.every(({ current }) => current?.state === 'live'),
    60_000,
    'the services after the restart',
  )
  const page = await seeded.signedIn(browser)
  await page.getByRole('button', { name: 'Roll back production…' }).click({ timeout: 15_000 })
  const dialog = page.getByRole('alertdialog')
  const fact = (name: string) => dialog.getByRole('term').filter({ hasText: name }).locator('+ dd')
  await expect(fact('To')).toContainText(first.slice(0, 7))
  await expect(fact('To')).toContainText('started again')
  await expect(fact('Variables')).toHaveText('as they are now, not as then: TZ (web)')
  await page.context().close()
})

/** Presses Tab until what is so called has the focus; every stop on the way must be ringed. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stops = 0; stops < 80; stops++) {
    await page.keyboard.press('Tab')
    const { text, ring } = await page.evaluate<{ text: string; ring: number }>(`(() => {
      const stop = document.activeElement
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(stop)
      const ring = outlineStyle !== 'none' ? parseFloat(outlineWidth) : boxShadow !== 'none' ? 2 : 0
      return { text: (stop.getAttribute('aria-label') ?? stop.textContent ?? '').trim(), ring }
    })()`)
    expect(ring, `the ring around "${text}"`).toBeGreaterThanOrEqual(2)
    if (name.test(text)) return
  }
  throw new Error(`no stop is called ${name}`)
}

/** The built files as any host would serve them: what is no file is index.html, and the API is somewhere else. */
async function staticHost(apiPort: number): Promise<{ url: string; stop(): Promise<void> }> {
  const dist = join(import.meta.dirname, '../../apps/dashboard/dist')
  const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }
  const server = createServer(async (incoming, outgoing) => {
    const path = (incoming.url ?? '/').split('?')[0] ?? '/'
    if (path.startsWith('/api/') || path.startsWith('/sign-in')) {
      const { method, headers, url } = incoming
      const onward = ask({ host: '127.0.0.1', port: apiPort, method, headers, path: url }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      incoming.pipe(onward)
      return
    }
    const file = await readFile(join(dist, path)).catch(() => null)
    const type = file ? types[path.split('.').pop() ?? ''] : 'text/html'
    outgoing.writeHead(200, { 'content-type': type ?? 'application/octet-stream' })
    outgoing.end(file ?? (await readFile(join(dist, 'index.html'))))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
