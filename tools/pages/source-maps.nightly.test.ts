import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { EventView, Issue, Line } from '@gantry/core/api'
import { type Browser, chromium } from '@playwright/test'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { productIn } from '../../apps/server/src/testing/tiny-product.ts'
import { checksPassed } from '../../bench/sample-line.ts'
import { requireChromium } from '../chromium.ts'
import { freePort } from '../free-port.ts'
import { type RunningGantry, startGantry } from '../running-gantry.ts'
import { serveSite } from './serve-site.ts'
import { variables, workspaceConfig } from './shop-files.ts'
import { makeWorkspace, type Workspace } from './workspace.ts'

/** Apps built by Vite and Next, their maps uploaded by what people use, and an error of a visitor: in the issue, it is the source's. */
let gantry: RunningGantry
let workspace: Workspace
let browser: Browser
let dsn = ''
let product: Awaited<ReturnType<typeof productIn>> | undefined
const project = '/api/v1/projects/shop'
const checks = 'name: ci\non: pull_request\njobs: { check: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n'

beforeAll(async () => {
  gantry = await startGantry({ env: { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'shop' } })
  dsn = (await gantry.api<Line>('GET', `${project}/line`)).dsn
  // Where services lie is said by the config of the repository.
  const folder = await mkdtemp(join(tmpdir(), 'gantry-shop-'))
  product = await productIn(folder, join(gantry.home, 'projects/shop/repository.git'))
  await product.write('gantry.config.ts', workspaceConfig)
  await product.write('.github/workflows/ci.yml', checks)
  const sha = await product.commit('Sell')
  await product.git('push', 'gantry', 'HEAD:sell')
  await checksPassed(gantry, sha, 'shop')
  await product.git('push', 'gantry', 'HEAD:main')
  await vi.waitUntil(async () => (await gantry.api<Line>('GET', `${project}/line`)).services.length === 2, {
    ...{ timeout: 60_000, interval: 100 },
  })
  const { token } = await gantry.api<{ token: string }>('POST', `${project}/tokens`, { name: 'ci', scopes: ['ingest'] })
  workspace = await makeWorkspace({
    ...{ SENTRY_URL: gantry.url, SENTRY_AUTH_TOKEN: token, SENTRY_ORG: 'any', SENTRY_PROJECT: 'shop' },
    [variables.dsn]: dsn,
  })
  browser = await chromium.launch({ executablePath: await requireChromium() })
}, 900_000)
afterAll(async () => {
  await browser?.close()
  await gantry?.stop()
  if (product) await rm(product.dir, { recursive: true, force: true })
})

/** Opens a page and presses its button, which throws. Answers the paths it was refused. */
async function press(url: string): Promise<void> {
  const page = await browser.newPage()
  try {
    await page.goto(url, { waitUntil: 'networkidle' })
    const sent = page.waitForResponse(
      answer => answer.url().includes('/envelope/') && Boolean(answer.request().postData()?.includes('"exception"')),
    )
    await page.getByRole('button').click()
    expect((await sent).status()).toBe(200)
  } finally {
    await page.close()
  }
}

/** What Vite built, with whatever lies beside it that a host would serve. */
async function pressBuilt(folder: string, release: string): Promise<void> {
  const dist = join(workspace.dir, 'apps/shop', folder)
  const files = new Map<string, Buffer>()
  for (const entry of await readdir(dist, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && !entry.name.endsWith('.map')) {
      const path = join(entry.parentPath, entry.name)
      files.set(path.slice(dist.length), await readFile(path))
    }
  const site = await serveSite(path => {
    const body = files.get(path === '/' ? '/index.html' : path)
    return body ? { type: path.endsWith('.js') ? 'text/javascript' : 'text/html', body } : null
  })
  try {
    await press(`${site.url}/?${new URLSearchParams({ dsn, release })}`)
  } finally {
    site.close()
  }
}

async function issueOf(release: string) {
  const { issues } = await gantry.api<{ issues: Issue[] }>('GET', `${project}/issues?release=${release}`)
  expect(issues).toHaveLength(1)
  const issue = issues[0] as Issue
  const path = `${project}/issues/${issue.number}/events?limit=100`
  const { events } = await gantry.api<{ events: EventView[] }>('GET', path)
  return { issue, events: events.filter(event => event.release === release) }
}

/** What is the app's own of a stack, the innermost last. */
const ownFrames = ({ exceptions }: EventView) =>
  exceptions
    .at(-1)
    ?.frames.flatMap(({ file, function: name, line, isInApp, context }) =>
      isInApp && context ? [[file, name, line, context.line.trim()]] : [],
    ) ?? []

const inPackage = ['packages/money/src/round.ts', 'roundPrice', 7, 'const { amount } = price as Price']
const ofShop = [
  ['apps/shop/src/cart/pay.tsx', 'pay', 8, 'document.title = String(cart.total())'],
  ...[1, 2].map(() => [
    'apps/shop/src/cart/total.ts',
    'total',
    11,
    'return this.lines.map(line => roundPrice(line)).reduce((sum, one) => sum + one, 0)',
  ]),
  inPackage,
]
let first = 0

test('sentry-cli: maps that come after the error name its issue, and what comes then joins it', async () => {
  await workspace.call('apps/shop', 'vite', ['build'])
  await workspace.call('apps/shop', 'sentry-cli', ['sourcemaps', 'inject', 'dist'])
  await pressBuilt('dist', 'shop@1')
  await expect.poll(async () => (await issueOf('shop@1')).issue.culprit).toMatch(/^index\.js in /)
  await workspace.call('apps/shop', 'sentry-cli', ['sourcemaps', 'upload', '--release', 'shop@1', 'dist'])
  await expect.poll(async () => (await issueOf('shop@1')).issue.culprit).toBe('round.ts in roundPrice')
  await pressBuilt('dist', 'shop@1')
  await expect.poll(async () => (await issueOf('shop@1')).events.length).toBe(2)
  const { issue, events } = await issueOf('shop@1')
  first = issue.number
  expect(events.map(ownFrames)).toEqual([ofShop, ofShop])
}, 600_000)

test('@sentry/vite-plugin: another build of the same fault is the same issue', async () => {
  await workspace.call('apps/shop', 'vite', ['build', '--config', 'plugin.config.mjs'])
  expect(existsSync(join(workspace.dir, 'apps/shop/dist-plugin/index.html'))).toBe(true)
  await pressBuilt('dist-plugin', 'shop@2')
  await expect.poll(async () => (await issueOf('shop@2')).events.map(ownFrames)).toEqual([ofShop])
  expect((await issueOf('shop@2')).issue.number).toBe(first)
}, 600_000)

test('gantry release: maps of what Gantry keeps are enough, without ids and without an upload', async () => {
  if (!product) throw new Error('there is no product')
  await workspace.call('apps/shop', 'vite', ['build'])
  await cp(join(workspace.dir, 'apps/shop/dist'), join(product.dir, 'apps/shop/dist'), { recursive: true })
  const sha = await product.git('rev-parse', 'HEAD')
  const command = join(import.meta.dirname, '../../apps/cli/src/main.ts')
  const token = await readFile(join(gantry.home, 'cli-token'), 'utf8')
  const env = { PATH: process.env['PATH'], GANTRY_URL: gantry.url, GANTRY_TOKEN: token, GANTRY_PROJECT: 'shop' }
  await promisify(execFile)(process.execPath, [command, 'release', '--sha', sha], { cwd: product.dir, env })
  await pressBuilt('dist', sha)
  await expect.poll(async () => (await issueOf(sha)).events.map(ownFrames)).toEqual([ofShop])
  expect((await issueOf(sha)).issue.number).toBe(first)
}, 600_000)

test.each([
  ['Turbopack', 'web@1', []],
  ['webpack', 'web@2', ['--webpack']],
])(
  '@sentry/nextjs with %s: the page shows its own lines, and no visitor is served a map',
  async (_, release, flags) => {
    await workspace.call('apps/web', 'next', ['build', ...flags], { [variables.release]: release })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const site = spawn(process.execPath, [workspace.program('next'), 'start', '--port', String(port)], {
      ...{ cwd: join(workspace.dir, 'apps/web'), stdio: 'ignore' },
      env: { ...process.env, [variables.dsn]: dsn, NEXT_TELEMETRY_DISABLED: '1' },
    })
    try {
      await expect
        .poll(
          () =>
            fetch(url).then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 60_000 },
        )
        .toBe(200)
      await press(url)
      await expect
        .poll(async () => (await issueOf(release)).events.map(ownFrames))
        .toEqual([
          [
            ['apps/web/app/pay-button.tsx', 'pay', 8, 'setTotal(cartTotal([{ amount: 2.5 }, null]))'],
            ['apps/web/lib/cart-total.ts', 'cartTotal', 5, 'for (const line of lines) total += roundPrice(line)'],
            inPackage,
          ],
        ])
      expect((await issueOf(release)).issue.number).toBe(first)
      await expectNoMaps(url)
    } finally {
      await ended(site)
    }
  },
  900_000,
)

/** Of every script that the page names. */
async function expectNoMaps(url: string): Promise<void> {
  const html = await (await fetch(url)).text()
  const scripts = [...html.matchAll(/src="(\/_next\/static\/[^"]+\.js)/g)].flatMap(([, path]) => path ?? [])
  expect(scripts.length).toBeGreaterThan(2)
  for (const script of scripts) {
    const text = await (await fetch(url + script)).text()
    const [, named] = /sourceMappingURL=(\S+)/.exec(text) ?? []
    const map = new URL(named ?? `${script.split('/').at(-1)}.map`, url + script)
    expect([map.pathname, (await fetch(map)).status]).toEqual([map.pathname, 404])
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise(done => child.once('exit', done))
  if (child.exitCode === null) {
    child.kill()
    await exit
  }
}
