import type { JobFact, RunFact } from '@gantry/core'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 8, 0, second)).toISOString()
const job = (name: string): JobFact => ({
  name,
  runner: 'ubuntu-latest',
  conclusion: 'success',
  queuedAt: at(0),
  startedAt: at(1),
  completedAt: at(2),
  attempt: 1,
})
const fact = (id: string, second: number, change: Partial<RunFact> = {}): RunFact => ({
  source: 'github',
  id,
  attempt: 1,
  workflow: 'ci.yml',
  event: 'push',
  sha: 'abc',
  branch: 'main',
  conclusion: 'success',
  createdAt: at(0),
  completedAt: at(second),
  jobs: [job('test')],
  ...change,
})

export const metricsRules: Rules = {
  'keeps facts of finished runs, and answers those since a time, oldest first': async ({ store: { metrics } }) => {
    await metrics.record('since', [fact('b', 20), fact('a', 10), fact('c', 30)])
    await metrics.record('other', [fact('d', 25)])
    expect((await metrics.since('since', at(20))).map(({ id }) => id)).toEqual(['b', 'c'])
    expect(await metrics.since('since', at(0))).toContainEqual(fact('a', 10))
  },
  'the same attempt again replaces what was known; jobs not told of again stay': async ({ store: { metrics } }) => {
    await metrics.record('again', [fact('a', 10, { jobs: [job('lint'), job('test')] })])
    const again = { ...job('test'), conclusion: 'failure' as const }
    await metrics.record('again', [fact('a', 12, { conclusion: 'failure', jobs: [again] })])
    const [only, ...rest] = await metrics.since('again', at(0))
    expect(rest).toEqual([])
    expect(only).toMatchObject({ completedAt: at(12), conclusion: 'failure' })
    expect(only?.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lint', 'success'],
      ['test', 'failure'],
    ])
  },
  'another attempt, and the same id from another source, stand beside it': async ({ store: { metrics } }) => {
    await metrics.record('beside', [fact('a', 10), fact('a', 11, { attempt: 2 }), fact('a', 12, { source: 'gantry' })])
    expect(await metrics.since('beside', at(0))).toHaveLength(3)
  },
  'jobs told of before their run wait for it, and later ones join it': async ({ store: { metrics } }) => {
    await metrics.addJobs('apart', fact('a', 5, { workflow: 'by its name', jobs: [job('lint')] }))
    expect(await metrics.since('apart', at(0))).toEqual([])
    await metrics.record('apart', [fact('a', 10, { jobs: [] })])
    await metrics.addJobs('apart', fact('a', 9, { workflow: 'by its name', jobs: [job('test')] }))
    expect(await metrics.since('apart', at(0))).toEqual([fact('a', 10, { jobs: [job('lint'), job('test')] })])
  },
  'deliveries about one run at once lose nothing': async ({ store: { metrics } }) => {
    const names = Array.from({ length: 8 }, (_, index) => `job ${index}`)
    await Promise.all([
      ...names.map(name => metrics.addJobs('at-once', fact('a', 5, { jobs: [job(name)] }))),
      metrics.record('at-once', [fact('a', 10, { jobs: [] })]),
    ])
    const [only] = await metrics.since('at-once', at(0))
    expect(only?.jobs.map(({ name }) => name).sort()).toEqual(names)
  },
}
