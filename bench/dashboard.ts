import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from '@playwright/test'
import { amounts, largeLog } from '../e2e/seeded/seed-store.ts'
import { type SeededGantry, startSeeded } from '../e2e/seeded/seeded-gantry.ts'
import { requireDashboard } from '../tools/built-dashboard.ts'
import { requireChromium } from '../tools/chromium.ts'
import { type Benchmark, median, percentile, type Row } from './row.ts'

const rounds = 5

/** The screens with more than a person can look through, in a real Chromium on a real server. */
export const benchmark: Benchmark = {
  name: 'dashboard',
  async measure() {
    await requireDashboard()
    const seeded = await startSeeded()
    const isRoot = process.getuid?.() === 0
    const browser = await chromium.launch({
      executablePath: await requireChromium(),
      args: isRoot ? ['--no-sandbox'] : [],
    })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      await seeded.signIn(page)
      return [
        ...(await largeLogRows(page, seeded)),
        ...(await filterRows(page, seeded)),
        await firstPaint(page, seeded),
        ...(await streamedRows(page, seeded)),
      ]
    } finally {
      await browser.close()
      await seeded.stop()
    }
  },
}

const ms = (what: string, value: number, target: number): Row => ({
  what,
  measured: `${value.toFixed(0)} ms`,
  target: `≤ ${target} ms`,
  isMet: value <= target,
})

/** From the click that leads there, as a person gets to it, until the failing line stands on the screen. */
async function largeLogRows(page: Page, { url }: SeededGantry): Promise<Row[]> {
  const opened: number[] = []
  for (let round = 0; round < rounds; round++) {
    await page.goto(`${url}/p/seeded/runs`)
    const link = page.locator(`a[href^="/p/seeded/runs/${largeLog.run}"]`).first()
    await link.waitFor()
    opened.push(
      await page.evaluate<number>(
        `(${untilShown})(${JSON.stringify([`/p/seeded/runs/${largeLog.run}`, largeLog.failing.text])})`,
      ),
    )
  }
  const frames = await page.evaluate<number[]>(`(${scrolled})()`)
  const nodes = await page.locator('*').count()
  return [
    ms(`log of ${amounts.jobLines} lines: click until its failing line shows`, median(opened), 500),
    ms('the same log scrolled through: a frame, p95', percentile(frames, 0.95), 25),
    { what: 'the same log: elements on the page', measured: String(nodes), target: '< 1,500', isMet: nodes < 1_500 },
  ]
}

/** Clicks the link and asks each frame whether the text is there. In the page, for a round trip takes longer than a frame. */
const untilShown = `([path, text]) => new Promise(done => {
  const link = document.querySelector('a[href^="' + path + '"]')
  const startedAt = performance.now()
  const look = () => {
    const log = document.querySelector('[role=log]')
    if (log && log.textContent.includes(text)) done(performance.now() - startedAt)
    else requestAnimationFrame(look)
  }
  link.click()
  look()
})`

const scrolled = `() => new Promise(done => {
  const log = document.querySelector('[role=log]')
  log.scrollTop = 0
  const frames = []
  let before = performance.now()
  const step = now => {
    frames.push(now - before)
    before = now
    log.scrollTop += 2000
    if (frames.length < 240) requestAnimationFrame(step)
    else done(frames.slice(10))
  }
  requestAnimationFrame(step)
})`

const stream = { perSecond: 10_000, seconds: 5 } as const

/** A real job writes ten thousand lines a second while its log is followed: what a frame takes, and how far behind it is. */
async function streamedRows(page: Page, seeded: SeededGantry): Promise<Row[]> {
  const feed = await seeded.startFeed()
  await feed.append('warm', 100)
  await page.goto(`${seeded.url}/p/seeded/runs/${feed.run}?job=${feed.job}`)
  const log = page.getByRole('log')
  await log.getByText('warm 100', { exact: true }).waitFor()
  await page.evaluate(framesNoted)
  const bursts = stream.seconds * 10
  const startedAt = performance.now()
  for (let burst = 1; burst <= bursts; burst++) {
    await sleep(Math.max(0, startedAt + burst * 100 - performance.now()))
    await feed.append(`burst ${burst} line`, stream.perSecond / 10)
  }
  const writtenMs = performance.now() - startedAt
  await log.getByText(`burst ${bursts} line ${stream.perSecond / 10}`, { exact: true }).waitFor({ timeout: 60_000 })
  const behindMs = performance.now() - startedAt - writtenMs
  const frames = await page.evaluate<number[]>('window.frames')
  await feed.stop()
  const total = stream.perSecond * stream.seconds
  return [
    {
      what: `${total} lines written by a job in ${(writtenMs / 1000).toFixed(1)} s, followed: last one shown`,
      measured: `${behindMs.toFixed(0)} ms behind`,
      target: '≤ 1000 ms behind',
      isMet: behindMs <= 1_000,
    },
    ms('the same: a frame, p95', percentile(frames, 0.95), 25),
  ]
}

const framesNoted = `{
  window.frames = []
  let before = performance.now()
  const step = now => {
    window.frames.push(now - before)
    before = now
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}`

/** From a key until the browser painted what it changed, as the browser itself tells. */
async function filterRows(page: Page, { url }: SeededGantry): Promise<Row[]> {
  await page.goto(`${url}/p/seeded/issues`)
  await page.getByRole('listitem').first().waitFor()
  await page.evaluate(`
    window.durations = []
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) if (entry.name.startsWith('key')) window.durations.push(entry.duration)
    }).observe({ type: 'event', durationThreshold: 16 })
  `)
  await page.getByRole('searchbox', { name: /^Filter/ }).pressSequentially('checkout 99', { delay: 120 })
  await page.waitForTimeout(500)
  const typed = await page.evaluate<number[]>('window.durations')
  return [ms(`${amounts.issues} issues: a typed letter until it is painted, slowest`, Math.max(0, ...typed), 100)]
}

async function firstPaint(page: Page, { url }: SeededGantry): Promise<Row> {
  const seen: number[] = []
  for (let round = 0; round < rounds; round++) {
    await page.goto(url)
    await page.getByRole('table', { name: 'The line' }).waitFor()
    seen.push(
      await page.evaluate<number>(`new Promise(done => new PerformanceObserver(list =>
        done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))`),
    )
  }
  return ms('the line: largest contentful paint', median(seen), 1_000)
}
