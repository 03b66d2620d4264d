import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line } from '@gantry/core/api'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import type { LoadResult } from './load.ts'
import { type Benchmark, percentile } from './row.ts'

const lastsMs = 10_000
const connections = 192

/** 6 KB error events over real HTTP from another process, counted when they are durable, beside bare servers that only parse. */
export const benchmark: Benchmark = {
  name: 'ingest',
  async measure() {
    const nodePerSecond = await bareEventsPerSecond(new URL('./bare-server.ts', import.meta.url))
    const fastifyPerSecond = await bareEventsPerSecond(new URL('./bare-fastify.ts', import.meta.url))
    const gantry = await startGantry({ env: { GANTRY_SAMPLE: 'off', GANTRY_PROJECT: 'sitebuilder' } })
    try {
      const { dsn } = await gantry.api<Line>('GET', '/api/v1/projects/sitebuilder/line')
      const { username: key, host, pathname } = new URL(dsn)
      const result = await loaded(`http://${host}/api${pathname}/envelope/`, key)
      const { stored, afterMs } = await storedEvents(gantry)
      const perSecond = stored / ((lastsMs + afterMs) / 1000)
      const rssMb = await residentMb(gantry.process)
      const p99 = percentile(result.latenciesMs, 0.99)
      return [
        {
          what: 'bare node:http server that parses the same envelopes',
          measured: `${nodePerSecond.toFixed(0)} events/s`,
          target: '(the ceiling)',
          isMet: true,
        },
        {
          what: 'bare Fastify server that parses the same envelopes',
          measured: `${fastifyPerSecond.toFixed(0)} events/s`,
          target: '(to compare with)',
          isMet: true,
        },
        {
          what: 'error ingest, 6 KB events, durable and grouped',
          measured: `${perSecond.toFixed(0)} events/s`,
          target: '≥ 3,000 events/s',
          isMet: perSecond >= 3_000,
        },
        {
          what: 'the same, as a share of the bare Fastify server',
          measured: `${(perSecond / fastifyPerSecond).toFixed(2)} ×`,
          target: '≥ 0.4 ×',
          isMet: perSecond / fastifyPerSecond >= 0.4,
        },
        {
          what: 'the same, as a share of the bare node:http server',
          measured: `${(perSecond / nodePerSecond).toFixed(2)} ×`,
          target: '(no target)',
          isMet: true,
        },
        {
          what: 'answered but not stored',
          measured: String(result.answered - stored),
          target: '0',
          isMet: result.answered === stored,
        },
        { what: 'answer time, p99', measured: `${p99.toFixed(0)} ms`, target: '< 250 ms', isMet: p99 < 250 },
        {
          what: 'memory of the server afterwards',
          measured: `${rssMb.toFixed(0)} MB`,
          target: '< 600 MB',
          isMet: rssMb < 600,
        },
      ]
    } finally {
      await gantry.stop()
    }
  },
}

/** Events the API can see, once the number stands still, and how long after the load it was first seen. */
async function storedEvents(gantry: RunningGantry): Promise<{ stored: number; afterMs: number }> {
  const endedAt = performance.now()
  for (let stored = -1, afterMs = 0; ; ) {
    const { issues } = await gantry.api<{ issues: { events: number }[] }>(
      'GET',
      '/api/v1/projects/sitebuilder/issues?limit=1000',
    )
    const total = issues.reduce((sum, { events }) => sum + events, 0)
    if (total === stored) return { stored, afterMs }
    stored = total
    afterMs = performance.now() - endedAt
    await sleep(250)
  }
}

/** The load runs in a process of its own, so that it does not take the server's event loop. */
async function loaded(url: string, key: string): Promise<LoadResult> {
  const child = fork(new URL('./ingest-load.ts', import.meta.url), [url, key, String(connections), String(lastsMs)])
  return new Promise((done, fail) => {
    child.once('message', message => done(message as LoadResult))
    child.once('exit', code => code !== 0 && fail(new Error(`the load ended with ${code}`)))
  })
}

/** A server that refuses what it is sent is fast, and says nothing: every event has to be answered. */
async function bareEventsPerSecond(script: URL): Promise<number> {
  const child = fork(script)
  try {
    const url = await new Promise<string>((done, fail) => {
      child.once('message', message => done(String(message)))
      child.once('exit', code => fail(new Error(`${script} ended with ${code}`)))
    })
    const { answered, failed } = await loaded(url, 'key')
    if (failed > 0) throw new Error(`${script} failed ${failed} of ${answered + failed} requests`)
    return answered / (lastsMs / 1000)
  } finally {
    child.kill()
  }
}

async function residentMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}
