import { availableParallelism } from 'node:os'
import { toolCall } from '../tools/tool-call.ts'
import type { Benchmark, Row } from './row.ts'

/** `pnpm bench [name …] [--json]`: measures and prints each number beside its target. Exits 1 when one is missed. */
const benchmarks: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  start: () => import('./start.ts'),
  projects: () => import('./projects.ts'),
  runner: () => import('./runner.ts'),
  jobs: () => import('./jobs.ts'),
  ci: () => import('./ci.ts'),
  'job-cache': () => import('./job-cache.ts'),
  lint: () => import('./lint.ts'),
  ingest: () => import('./ingest.ts'),
  'ingest-postgres': () => import('./ingest-postgres.ts'),
  issues: () => import('./issues.ts'),
  rule: () => import('./rule.ts'),
  lines: () => import('./lines.ts'),
  keeping: () => import('./keeping.ts'),
  delivery: () => import('./delivery.ts'),
  vendors: () => import('./vendors.ts'),
  drill: () => import('./drill.ts'),
  verdict: () => import('./verdict.ts'),
  streams: () => import('./streams.ts'),
  dashboard: () => import('./dashboard.ts'),
  people: () => import('./people.ts'),
  faults: () => import('./faults.ts'),
}

const { has, names } = toolCall({
  usage: 'pnpm bench [name …] [--json]',
  about: 'Measures, and prints each number beside its target; exits 1 when one is missed. All of them take an hour.',
  flags: { json: 'print the numbers as JSON, for programs' },
  names: Object.keys(benchmarks),
})
const isJson = has('json')

const rows: Row[] = []
for (const [name, load] of Object.entries(benchmarks)) {
  if (names.length > 0 && !names.includes(name)) continue
  const { benchmark } = await load()
  if (!isJson) console.log(`\n${benchmark.name}`)
  for (const row of await benchmark.measure()) {
    rows.push(row)
    if (!isJson)
      console.log(
        `  ${row.isMet ? 'met   ' : 'MISSED'}  ${row.what.padEnd(58)} ${row.measured.padStart(22)}   target ${row.target}`,
      )
  }
}
if (isJson) console.log(JSON.stringify({ node: process.version, cores: availableParallelism(), rows }, null, 2))
process.exit(rows.every(({ isMet }) => isMet) ? 0 : 1)
