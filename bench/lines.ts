import { fork } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line, LogDays, LogPage } from '@gantry/core/api'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { environment, processorMs } from './ingest-gantry.ts'
import { putLines } from './lines-made.ts'
import type { LoadResult } from './load.ts'
import { type Benchmark, percentile, type Row } from './row.ts'

/** Lines that are there before, and lines that come by HTTP. The target's ten million: `LINES_HELD=10000000 pnpm bench lines`. */
const held = Number(process.env['LINES_HELD'] ?? 1_000_000)
const count = Number(process.env['LINES_COUNT'] ?? 500_000)
const connections = 8
const logs = '/api/v1/projects/sitebuilder/logs'

/** Log lines over real HTTP from another process, durable when they are answered; and what people search among many. */
export const benchmark: Benchmark = {
  name: 'lines',
  async measure() {
    const home = await mkdtemp(join(tmpdir(), 'gantry-lines-'))
    await putLines(home, 'sitebuilder', held)
    const gantry = await startGantry({ home, env: environment })
    try {
      const { dsn } = await gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')
      const { username: key, host } = new URL(dsn)
      const url = `http://${host}/ingest/lines`
      const cpuBefore = await processorMs(gantry.process)
      const alone = await loaded(url, key, count, held)
      const cpu = ((await processorMs(gantry.process)) - cpuBefore) / alone.answered
      const days = (await gantry.api<LogDays>('GET', `${logs}/days`)).days
      const stored = days.reduce((sum, { lines }) => sum + lines, 0)
      const bytes = days.reduce((sum, day) => sum + (day.bytes ?? 0), 0) / stored
      return [
        atLeast(`log lines, ${spoken(count)} by ${connections} connections, durable`, alone.perSecond, 30_000),
        {
          what: 'the same, of a processor',
          measured: `${(cpu * 1000).toFixed(1)} µs/line`,
          target: '(no target)',
          isMet: true,
        },
        {
          what: 'answered but not stored',
          measured: `${held + alone.answered - stored}`,
          target: '0',
          isMet: held + alone.answered === stored,
        },
        {
          what: `on disk, of ${spoken(stored)}`,
          measured: `${bytes.toFixed(0)} bytes/line`,
          target: '≤ 200 bytes/line',
          isMet: bytes <= 200,
        },
        ...(await searched(gantry)),
        await tailed(gantry, url, key),
        await searchedMeanwhile(gantry, url, key, alone.perSecond),
      ]
    } finally {
      await gantry.stop()
    }
  },
}

const spoken = (lines: number) => (lines >= 1e6 ? `${(lines / 1e6).toFixed(1)} million` : `${lines / 1e3} thousand`)

const atLeast = (what: string, perSecond: number, least: number): Row => ({
  ...{ what, measured: `${perSecond.toFixed(0)} lines/s`, target: `≥ ${least.toLocaleString('en')} lines/s` },
  isMet: perSecond >= least,
})

const queries: readonly (readonly [what: string, q: string, mostMs: number, histogram?: boolean])[] = [
  ['a rare word', `req-${(4_321).toString(36)}`, 50],
  ['a value of a field', 'user:u77', 50],
  ['a word that is nowhere', 'nowhere_at_all', 50],
  ['the newest 200 of a common word', 'checkout', 50],
  ['a phrase', '"looking up cart"', 50],
  ['a level and a range', 'level:>=error ms:>800', 50],
  ['the histogram of a day', '', 300, true],
  ['the histogram of a service', 'service:service-3', 300, true],
  ['the histogram of a common word', 'checkout', 1_500, true],
]

async function searched(gantry: RunningGantry): Promise<Row[]> {
  const rows: Row[] = []
  for (const [what, q, mostMs, histogram = false] of queries) {
    const took: number[] = []
    for (let turn = 0; turn < 20; turn++) took.push(await timed(gantry, q, histogram))
    const p95 = percentile(took, 0.95)
    rows.push({
      what: `search: ${what}, p95 of 20`,
      measured: `${p95.toFixed(0)} ms`,
      target: `< ${mostMs} ms`,
      isMet: p95 < mostMs,
    })
  }
  return rows
}

async function timed(gantry: RunningGantry, q: string, histogram: boolean): Promise<number> {
  const from = new Date(Date.now() - 86_400_000).toISOString()
  const asked = new URLSearchParams({ q, from, limit: '200', histogram: String(histogram) })
  const startedAt = performance.now()
  await gantry.api<LogPage>('GET', `${logs}?${asked}`)
  return performance.now() - startedAt
}

/** How long after it was sent a line is seen by whoever follows. */
async function tailed(gantry: RunningGantry, url: string, key: string): Promise<Row> {
  const took: number[] = []
  for (let turn = 0; turn < 10; turn++) {
    const { cursor } = await gantry.api<LogPage>('GET', `${logs}?histogram=false&limit=1`)
    const startedAt = performance.now()
    const body = JSON.stringify({ msg: `tail ${turn}` })
    const sent = fetch(url, { method: 'POST', body, headers: { authorization: `Bearer ${key}` } })
    for (;;) {
      const { lines } = await gantry.api<LogPage>('GET', `${logs}?histogram=false&since=${cursor}`)
      if (lines.some(({ message }) => message === `tail ${turn}`)) break
      await sleep(10)
    }
    took.push(performance.now() - startedAt)
    await sent
  }
  const p95 = percentile(took, 0.95)
  return {
    what: 'a new line is seen by who follows, p95 of 10',
    measured: `${p95.toFixed(0)} ms`,
    target: '< 1 s',
    isMet: p95 < 1_000,
  }
}

async function searchedMeanwhile(gantry: RunningGantry, url: string, key: string, alone: number): Promise<Row> {
  let isOver = false
  const searching = (async () => {
    while (!isOver) {
      await timed(gantry, 'checkout', false)
      await sleep(200)
    }
  })()
  const { perSecond } = await loaded(url, key, Math.min(count, 300_000), held + count)
  isOver = true
  await searching
  const share = perSecond / alone
  return {
    what: 'lines/s while somebody searches, as a share',
    measured: `${share.toFixed(2)} ×`,
    target: '≥ 0.9 ×',
    isMet: share >= 0.9,
  }
}

/** The load runs in a process of its own, so that it does not take the server's event loop. */
async function loaded(
  url: string,
  key: string,
  lines: number,
  offset: number,
): Promise<LoadResult & { perSecond: number }> {
  const startedAt = performance.now()
  const child = fork(new URL('./lines-load.ts', import.meta.url), [
    url,
    key,
    ...[connections, lines, offset].map(String),
  ])
  const result = await new Promise<LoadResult>((done, fail) => {
    child.once('message', message => done(message as LoadResult))
    child.once('exit', code => code !== 0 && fail(new Error(`the load ended with ${code}`)))
  })
  return { ...result, perSecond: result.answered / ((performance.now() - startedAt) / 1_000) }
}
