import { fork } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { environment, type Loaded, loaded, loadGantry, residentMb } from './ingest-gantry.ts'
import { type Benchmark, percentile, type Row } from './row.ts'

/** `INGEST_MS=60000 pnpm bench ingest` measures each for a minute; `INGEST_EVENTS=1000000` sends as many before the last. */
const lastsMs = Number(process.env['INGEST_MS'] ?? 10_000)
const mostEvents = Number(process.env['INGEST_EVENTS'] ?? 0)

/**
 * Error events over real HTTP from another process, counted when they are durable, beside bare servers that only parse. The share
 * and the microseconds of a processor say something on a busy machine, too; events a second do not.
 */
export const benchmark: Benchmark = {
  name: 'ingest',
  async measure() {
    const nodePerSecond = await bareEventsPerSecond(new URL('./bare-server.ts', import.meta.url))
    const fastifyPerSecond = await bareEventsPerSecond(new URL('./bare-fastify.ts', import.meta.url))
    // The first start makes a database, and the memory for that is given back late.
    const made = await startGantry({ env: environment })
    await made.stop()
    const gantry = await startGantry({ home: made.home, env: environment })
    try {
      // What runs often is compiled again while it runs: the database in WebAssembly takes seconds of a processor for it.
      await loadGantry([gantry], { lastsMs })
      const first = await loadGantry([gantry], { lastsMs })
      const [memory, half] = [await residentMb(gantry.process), await halfLoaded(gantry, first.perSecond)]
      const oneOff = await loadGantry([gantry], { lastsMs, isOneOff: true })
      const large = await loadGantry([gantry], { lastsMs, size: '50' })
      let between = oneOff.stored + large.stored
      while (between < mostEvents) between += (await loadGantry([gantry], { lastsMs: 60_000 })).stored
      const last = await loadGantry([gantry], { lastsMs })
      return [
        told('bare node:http server that parses the same envelopes', `${nodePerSecond.toFixed(0)} events/s`),
        told('bare Fastify server that parses the same envelopes', `${fastifyPerSecond.toFixed(0)} events/s`),
        ...throughput(first, fastifyPerSecond),
        told('the same, where no stack comes twice', `${oneOff.perSecond.toFixed(0)} events/s`),
        told('the same, of a processor', `${oneOff.cpuMicrosecondsPerEvent.toFixed(0)} µs/event`),
        atMost('answer time with half of that and a dashboard that is used, p99', half, 250, 'ms'),
        atLeast('error ingest, 50 KB events', large.perSecond, 500, 'events/s'),
        ...grown(first, last, memory, await residentMb(gantry.process), first.stored + between + last.stored),
      ]
    } finally {
      await gantry.stop()
    }
  },
}

function throughput(of: Loaded, fastifyPerSecond: number): Row[] {
  const missing = of.answered - of.stored
  return [
    atLeast('error ingest, 6 KB events, durable and grouped', of.perSecond, 3_000, 'events/s'),
    atLeast('the same, as a share of the bare Fastify server', of.perSecond / fastifyPerSecond, 0.5, '×', 2),
    told('the same, of a processor', `${of.cpuMicrosecondsPerEvent.toFixed(0)} µs/event`),
    { what: 'answered but not stored', measured: `${missing}`, target: '0', isMet: missing === 0 },
    told('answer time at full load, p99', `${percentile(of.latenciesMs, 0.99).toFixed(0)} ms`),
  ]
}

/** What an event costs, and what memory is taken, must not grow with what is stored already. */
function grown(first: Loaded, last: Loaded, memory: number, later: number, events: number): Row[] {
  const spoken = `${(events / 1000).toFixed(0)} thousand events`
  return [
    atMost(`memory of the server after ${spoken} more`, later, 600, 'MB'),
    atMost('the same, beside before them', later / memory, 1.15, '×', 2),
    atMost(
      `a processor's time for an event after them, beside before them`,
      last.cpuMicrosecondsPerEvent / first.cpuMicrosecondsPerEvent,
      1.15,
      '×',
      2,
    ),
  ]
}

/** Somebody goes through what the dashboard asks, twice a second. */
async function halfLoaded(gantry: RunningGantry, perSecond: number): Promise<number> {
  let isOver = false
  const used = (async () => {
    while (!isOver) {
      const { issues } = await gantry.api<{ issues: { number: number }[] }>('GET', `${project}/issues?state=open`)
      await gantry.api('GET', `${project}/line`)
      const [newest] = issues
      if (newest) await gantry.api('GET', `${project}/issues/${newest.number}`)
      await sleep(500)
    }
  })()
  const { latenciesMs } = await loadGantry([gantry], { lastsMs, perSecond: perSecond / 2 })
  isOver = true
  await used
  return percentile(latenciesMs, 0.99)
}

const project = '/api/v1/projects/sitebuilder'

const told = (what: string, measured: string): Row => ({ what, measured, target: '(no target)', isMet: true })

const atLeast = (what: string, value: number, least: number, unit: string, digits = 0): Row => ({
  ...{ what, measured: `${value.toFixed(digits)} ${unit}`, target: `≥ ${least.toLocaleString('en')} ${unit}` },
  isMet: value >= least,
})

const atMost = (what: string, value: number, most: number, unit: string, digits = 0): Row => ({
  ...{ what, measured: `${value.toFixed(digits)} ${unit}`, target: `< ${most.toLocaleString('en')} ${unit}` },
  isMet: value < most,
})

/** A server that refuses what it is sent is fast, and says nothing: every event has to be answered. */
async function bareEventsPerSecond(script: URL): Promise<number> {
  const child = fork(script)
  try {
    const url = await new Promise<string>((done, fail) => {
      child.once('message', message => done(String(message)))
      child.once('exit', code => fail(new Error(`${script} ended with ${code}`)))
    })
    const { answered, failed } = await loaded(url, { lastsMs })
    if (failed > 0) throw new Error(`${script} failed ${failed} of ${answered + failed} requests`)
    return answered / (lastsMs / 1000)
  } finally {
    child.kill()
  }
}
