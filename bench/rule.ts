import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Incident, Line } from '@gantry/core/api'
import { errorRate, local, parseConfig } from '../packages/config/src/index.ts'
import { openDatabase, storeOn } from '../packages/store/src/index.ts'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { environment } from './ingest-gantry.ts'
import { type Benchmark, percentile } from './row.ts'

const services = Array.from({ length: 20 }, (_, index) => `service-${index}`)
const project = 'sitebuilder'
const mostMs = 30_000

/** How long after an event was sent the incident of the rule that it breaks is shown by the API. */
export const benchmark: Benchmark = {
  name: 'rule',
  async measure() {
    const home = await mkdtemp(join(tmpdir(), 'gantry-rule-'))
    await seed(home)
    const gantry = await startGantry({ home, env: environment })
    try {
      const took: number[] = []
      // A rule that was judged is judged again half a second later at the earliest: each event finds it at some other time.
      for (const [turn, service] of services.entries()) {
        took.push(await firedAfterMs(gantry, service))
        await sleep((turn * 97) % 700)
      }
      const p95 = percentile(took, 0.95)
      return [
        {
          what: `a rule fires after the event that breaks it, p95 of ${services.length}`,
          measured: `${p95.toFixed(0)} ms`,
          target: '< 1,000 ms',
          isMet: p95 < 1_000,
        },
      ]
    } finally {
      await gantry.stop()
    }
  },
}

/** A project with a rule that one error in a hundred requests breaks, and a hundred requests to each service. */
async function seed(home: string): Promise<void> {
  const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database') })
  const store = storeOn(database)
  const at = new Date().toISOString()
  await store.projects.ensure({ name: project, createdAt: at })
  const config = parseConfig({
    project,
    services: Object.fromEntries(
      services.map(name => [name, { path: name, deploy: local({ kind: 'node', entry: 'index.js' }) }]),
    ),
    environments: { production: { on: 'main' } },
    alerts: { errors: errorRate({ over: '1h', above: 0.005, environments: ['production'] }) },
  })
  await store.projects.saveConfig(project, config, 'a'.repeat(40))
  await store.alerts.addTraffic(
    services.map(service => ({
      ...{ project, environment: 'production', service, release: '', at },
      ...{ requests: 100, failures: 0, errors: 0 },
    })),
  )
  await database.close()
}

async function firedAfterMs(gantry: RunningGantry, service: string): Promise<number> {
  const { dsn } = await gantry.api<Line>('GET', `/api/v1/projects/${project}/line`)
  const { username, pathname } = new URL(dsn)
  const id = randomBytes(16).toString('hex')
  const event = { event_id: id, message: `it broke in ${service}`, environment: 'production', tags: { service } }
  const body = `${JSON.stringify({ event_id: id })}\n{"type":"event"}\n${JSON.stringify(event)}`
  const startedAt = performance.now()
  const sent = await fetch(`${gantry.url}/api${pathname}/envelope/?sentry_key=${username}`, { method: 'POST', body })
  if (!sent.ok) throw new Error(`the event was answered ${sent.status}`)
  for (;;) {
    const { incidents } = await gantry.api<{ incidents: Incident[] }>('GET', `/api/v1/projects/${project}/incidents`)
    const tookMs = performance.now() - startedAt
    if (incidents.some(({ signs = [] }) => signs.some(sign => sign.service === service))) return tookMs
    if (tookMs > mostMs) throw new Error(`the rule did not fire for ${service}`)
    await sleep(10)
  }
}
