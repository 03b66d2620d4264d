import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '@gantry/core/api'
import type { RunningGantry } from '../tools/running-gantry.ts'
import type { EventSize } from './ingest-events.ts'
import type { LoadResult } from './load.ts'

const connections = 192
const issues = '/api/v1/projects/sitebuilder/issues?limit=1000'

export interface Load {
  lastsMs: number
  size?: EventSize
  /** At most; left out: as many as are answered. */
  perSecond?: number
  /** No stack comes twice. */
  isOneOff?: boolean
}

/** What came of a load, to the end of all that was answered. */
export interface Loaded extends LoadResult {
  stored: number
  perSecond: number
  /** Of all servers together. */
  cpuMicrosecondsPerEvent: number
}

export const environment = { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'sitebuilder' }

/** Sends events to servers of one installation, in turn. */
export async function loadGantry(servers: readonly RunningGantry[], load: Load): Promise<Loaded> {
  const [first] = servers
  if (!first) throw new Error('a load needs a server')
  const { dsn } = await first.api<Line>('GET', '/api/v1/projects/sitebuilder/line')
  const { username, pathname } = new URL(dsn)
  const urls = servers.map(({ url }) => `${url}/api${pathname}/envelope/?sentry_key=${username}&sentry_version=7`)
  const cpuMs = async () =>
    (await Promise.all(servers.map(({ process }) => processorMs(process)))).reduce((a, b) => a + b)
  const [before, cpuBefore] = [await storedEvents(first), await cpuMs()]
  const result = await loaded(urls.join(','), load)
  const { stored, afterMs } = await drained(first)
  return {
    ...result,
    stored: stored - before,
    perSecond: (stored - before) / ((load.lastsMs + afterMs) / 1000),
    cpuMicrosecondsPerEvent: (((await cpuMs()) - cpuBefore) / (stored - before)) * 1000,
  }
}

/** The load runs in a process of its own, so that it does not take the server's event loop. */
export async function loaded(
  urls: string,
  { lastsMs, size = '6', perSecond = 0, isOneOff = false }: Load,
): Promise<LoadResult> {
  const words = [urls, ...[connections, lastsMs, size, perSecond, isOneOff].map(String)]
  const child = fork(new URL('./ingest-load.ts', import.meta.url), words)
  return new Promise((done, fail) => {
    child.once('message', message => done(message as LoadResult))
    child.once('exit', code => code !== 0 && fail(new Error(`the load ended with ${code}`)))
  })
}

export async function residentMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

/** Of all its threads; the machine may be busy with other things meanwhile. Linux counts in hundredths of a second. */
export async function processorMs({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function storedEvents(gantry: RunningGantry): Promise<number> {
  const { issues: listed } = await gantry.api<{ issues: { events: number }[] }>('GET', issues)
  return listed.reduce((sum, { events }) => sum + events, 0)
}

/** Events the API can see, once the number stands still, and how long after the load it was first seen. */
async function drained(gantry: RunningGantry): Promise<{ stored: number; afterMs: number }> {
  const endedAt = performance.now()
  for (let stored = -1, afterMs = 0; ; ) {
    const total = await storedEvents(gantry)
    if (total === stored) return { stored, afterMs }
    stored = total
    afterMs = performance.now() - endedAt
    await sleep(250)
  }
}
