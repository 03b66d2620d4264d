import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GroupedEvent, Store } from '@gantry/core'
import { maintain, openDatabase, storeOn } from '../packages/store/src/index.ts'
import { type RunningGantry, startGantry } from '../tools/running-gantry.ts'
import { environment } from './ingest-gantry.ts'
import { type Benchmark, percentile } from './row.ts'

const count = Number(process.env['ISSUES_COUNT'] ?? 100_000)
const rounds = 20

/** The list of very many issues, as the dashboard asks for it. */
export const benchmark: Benchmark = {
  name: 'issues',
  async measure() {
    const home = await mkdtemp(join(tmpdir(), 'gantry-issues-'))
    const database = await openDatabase({ kind: 'embedded', dir: join(home, 'database') })
    await seed(storeOn(database))
    // As a server does every few minutes: until then nothing is known of what came, and a search may take minutes.
    await maintain(database, new Date().toISOString())
    await database.close()
    const gantry = await startGantry({ home, env: environment })
    try {
      const rows = []
      for (const [what, query] of asked) {
        const p95 = percentile(await timed(gantry, query), 0.95)
        rows.push({
          what: `${what} of ${count.toLocaleString('en')}, p95 of ${rounds}`,
          measured: `${p95.toFixed(0)} ms`,
          target: '< 200 ms',
          isMet: p95 < 200,
        })
      }
      return rows
    } finally {
      await gantry.stop()
    }
  },
}

const asked = [
  ['the first page of issues', 'state=open&limit=50'],
  ['a page in the middle', 'state=open&limit=50&offset=5000'],
  ['those of an environment', 'state=open&limit=50&environment=production'],
  ['those with a tag', 'state=open&limit=50&query=place:p7'],
  ['those of a release', 'state=open&limit=50&query=release:r7'],
  ['those with a phrase', `state=open&limit=50&query=${encodeURIComponent('"77 could not"')}`],
] as const

async function timed(gantry: RunningGantry, query: string): Promise<number[]> {
  const took: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const before = performance.now()
    await gantry.api('GET', `/api/v1/projects/sitebuilder/issues?${query}`)
    // The first finds nothing in memory.
    if (round > 0) took.push(performance.now() - before)
  }
  return took
}

async function seed({ projects, issues }: Store): Promise<void> {
  const now = Date.now()
  await projects.ensure({ name: 'sitebuilder', createdAt: new Date(now).toISOString() })
  for (let from = 0; from < count; from += 500)
    await issues.record(
      Array.from({ length: Math.min(500, count - from) }, (_, index) => issueEvent(from + index, now)),
    )
}

function issueEvent(number: number, now: number): GroupedEvent {
  const at = new Date(now - number * 1_000).toISOString()
  const title = `Error: ${number} could not be read`
  return {
    event: {
      ...{ id: randomUUID().replaceAll('-', ''), project: 'sitebuilder', environment: 'production', service: 'web' },
      ...{ release: `r${number % 50}`, level: 'error', platform: 'node', at, receivedAt: new Date(now).toISOString() },
      ...{ message: title, messageTemplate: null, exceptions: [], fingerprint: [], transaction: null, url: null },
      ...{ user: `u${number % 997}`, traceId: null, tags: { place: `p${number % 20}` }, breadcrumbs: [], sdk: null },
    },
    keyHash: createHash('sha256').update(`message ${number}`).digest('hex'),
    grouping: { key: `message ${number}`, because: [`message ${number}`] },
    ...{ title, culprit: null, formerKey: null },
  }
}
