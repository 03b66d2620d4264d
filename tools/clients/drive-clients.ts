import { setTimeout as sleep } from 'node:timers/promises'
import type { IngestKeyView, Line } from '@gantry/core/api'
import { type Browser, chromium } from '@playwright/test'
import { requireChromium } from '../chromium.ts'
import { serveSite } from '../pages/serve-site.ts'
import { type RunningGantry, startGantry } from '../running-gantry.ts'
import { clients, type Matrix, type Outcome } from './clients.ts'
import { driveClient } from './drive-client.ts'
import { driveLogClient } from './drive-log-client.ts'
import { findLines } from './find-lines.ts'
import { findSent } from './find-sent.ts'
import { installFromNpm, unpackFromDebian, versionInDebian, versionOf } from './install-clients.ts'
import { type LogFeature, logClients } from './log-clients.ts'

/** Until the last of what a client sent is seen: counts and lines are written a moment later. */
const patienceMs = 30_000
const project = '/api/v1/projects/sitebuilder'
const drainSecret = 'drain'

interface Run {
  say(line: string): void
  gantry: RunningGantry
  dir: string
  debian: string
  pageUrl: string
  browser(): Promise<Browser>
  ask<T>(path: string): Promise<T>
}

/** Drives each client whose name has `named` in it against a server of its own, and looks for everything it did. */
export async function driveClients(
  say: (line: string) => void,
  named: string,
): Promise<{ reports: Matrix; lines: Matrix<LogFeature> }> {
  const isNamed = ({ title }: { title: string }) => title.includes(named)
  const chosen = { reports: clients.filter(isNamed), lines: logClients.filter(isNamed) }
  const fromNpm = clients.filter(({ from }) => from === 'npm')
  const ofLogs = logClients.flatMap(({ alias, spec }) => (spec === null ? [] : [{ alias, spec }]))
  const dir = await installFromNpm([...fromNpm, ...ofLogs])
  const debian = await unpackFromDebian([
    ...clients.filter(({ from }) => from === 'debian').map(({ spec }) => spec),
    ...['ruby', 'golang-go'],
  ])
  const env = { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'sitebuilder', VERCEL_DRAIN_SECRET: drainSecret }
  const gantry = await startGantry({ env, timeoutMs: 600_000 })
  const site = await serveSite(() => ({ type: 'text/html', body: '<h1>shop</h1>' }))
  let opened: Browser | undefined
  const browser = async () => {
    opened ??= await chromium.launch({ executablePath: await requireChromium() })
    return opened
  }
  const ask = <T>(path: string) => gantry.api<T>('GET', `${project}${path}`)
  try {
    const run: Run = { say, gantry, dir, debian, pageUrl: `${site.url}/`, browser, ask }
    return { reports: await driveReports(chosen.reports, run), lines: await driveLines(chosen.lines, run) }
  } finally {
    await opened?.close()
    site.close()
    await gantry.stop()
  }
}

async function driveReports(chosen: typeof clients, run: Run): Promise<Matrix> {
  const { dsn } = await run.ask<Line>('/line')
  const matrix: Matrix = []
  for (const client of chosen) {
    const did = await didOf(client.title, driveClient(client, { ...run, dsn }), 'error', run)
    const outcomes = await settled(client.title, did, () => findSent(client, did, run.ask), run)
    const isOfNpm = client.from === 'npm'
    const version = await (isOfNpm ? versionOf(run.dir, client.alias) : versionInDebian(run.debian, client.spec))
    matrix.push({ title: client.title, version, outcomes })
  }
  return matrix
}

async function driveLines(chosen: typeof logClients, run: Run): Promise<Matrix<LogFeature>> {
  const { gantry, dir } = run
  const { key } = await gantry.api<IngestKeyView>('POST', `${project}/ingest-keys`, { kind: 'server' })
  const matrix: Matrix<LogFeature> = []
  for (const client of chosen) {
    const startedAt = new Date()
    const driving = driveLogClient(client, { ...run, url: gantry.url, key, drainSecret })
    const did = await didOf(client.title, driving, 'lines', run)
    const outcomes = await settled(client.title, did, () => findLines(client, did, startedAt, run.ask), run)
    const version = client.spec === null ? '' : await versionOf(dir, client.alias)
    matrix.push({ title: client.title, version, outcomes })
  }
  return matrix
}

/** What it did before it ended badly is lost with the word of it: `least` stands for that. */
const didOf = (title: string, driving: Promise<string[]>, least: string, { say }: Run): Promise<string[]> =>
  driving.catch((cause: Error) => {
    say(`${title} ended badly: ${cause.message.slice(0, 1_000)}`)
    return [least]
  })

async function settled<F extends string>(
  title: string,
  did: readonly string[],
  look: () => Promise<Record<F, Outcome>>,
  { say }: Run,
): Promise<Record<F, Outcome>> {
  const lostOf = (outcomes: Record<F, Outcome>) =>
    Object.entries(outcomes).flatMap(([name, outcome]) => (outcome === 'lost' ? [name] : []))
  let outcomes = await look()
  const until = Date.now() + patienceMs
  while (lostOf(outcomes).length > 0 && Date.now() < until) {
    await sleep(200)
    outcomes = await look()
  }
  const lost = lostOf(outcomes)
  say(`${title}: ${lost.length === 0 ? `all of ${did.length}` : `lost ${lost.join(', ')}`}`)
  return outcomes
}
