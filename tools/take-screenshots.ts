import { join } from 'node:path'
import type { Incident, Issue, Line, RunSummary } from '@gantry/core/api'
import { chromium } from '@playwright/test'
import { requireChromium } from './chromium.ts'
import { root } from './command.ts'

/**
 * The pictures of the README, from a server that runs: `node tools/take-screenshots.ts <url> <token>`. Takes what is there:
 * the line, a failed run, a release that waits, an issue, an incident. The token is what `<home>/cli-token` holds.
 */
const [url, token] = process.argv.slice(2)
if (!url || !token) throw new Error('expected the address of a running server and a token')

async function api<T>(method: 'GET' | 'POST', path: string): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, ...(method === 'POST' && { 'content-type': 'application/json' }) }
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(method === 'POST' && { body: '{}' }) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** The sample's project. */
const place = '/projects/sitebuilder'

async function paths(): Promise<Record<string, string | undefined>> {
  const { promotions } = await api<Line>('GET', `${place}/line`)
  const { runs } = await api<{ runs: RunSummary[] }>('GET', `${place}/runs`)
  const { issues } = await api<{ issues: Issue[] }>('GET', `${place}/issues`)
  const { incidents } = await api<{ incidents: Incident[] }>('GET', `${place}/incidents`)
  const failed = runs.find(({ conclusion, workflowName }) => conclusion === 'failure' && workflowName === 'ci')
  return {
    line: '',
    run: failed && `/runs/${failed.id}`,
    release: promotions[0] && `/releases/${promotions[0].release}`,
    issue: issues[0] && `/issues/${issues[0].number}`,
    incident: incidents[0] && `/incidents/${incidents[0].number}`,
  }
}

const isRoot = process.getuid?.() === 0
const browser = await chromium.launch({ executablePath: await requireChromium(), args: isRoot ? ['--no-sandbox'] : [] })
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
await page.goto((await api<{ url: string }>('POST', '/sign-in-links')).url)
await page.getByRole('button', { name: 'Sign in' }).click()
await page.waitForURL(address => address.pathname !== '/sign-in')
for (const [name, path] of Object.entries(await paths())) {
  if (path === undefined) {
    console.log(`${name}: there is none`)
    continue
  }
  await page.goto(`${url}/p/sitebuilder${path}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  // Panels with answers of their own, and the log that scrolls to its failure.
  await page.waitForTimeout(2_000)
  await page.screenshot({ path: join(root, 'docs/images', `${name}.png`) })
  console.log(`${name}: ${path}`)
}
await browser.close()
