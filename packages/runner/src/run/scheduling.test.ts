import type { Conclusion, JobState, RunEvent, RunState } from '@gantry/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conclusions, runText, sharedEnv, testMachine } from '../testing/test-machine.ts'

/** A job of a made-up graph. It needs only jobs before it, so that there is no circle. */
interface Shape {
  needs: number[]
  condition: keyof typeof conditions
  isTolerated: boolean
  /** One leg or several; each takes its time and succeeds or fails. */
  legs: { succeeds: boolean; ms: number }[]
  failFast: boolean
  maxParallel: number
  group: 'none' | 'single' | 'max'
}

/** Each condition as written, and when it is true: of all jobs before it, how many did not succeed, how many failed. */
const conditions = {
  none: { text: undefined, isTrue: (bad: number, _failed: number) => bad === 0 },
  always: { text: 'always()', isTrue: () => true },
  failure: { text: 'failure()', isTrue: (_bad: number, failed: number) => failed > 0 },
  notCancelled: { text: '!cancelled()', isTrue: () => true },
  never: { text: "github.sha == 'x'", isTrue: () => false },
} as const

const shape: fc.Arbitrary<Shape> = fc.record({
  needs: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
  condition: fc.constantFrom('none', 'none', 'none', 'always', 'failure', 'notCancelled', 'never'),
  isTolerated: fc.boolean(),
  legs: fc.array(
    fc.record({
      succeeds: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
      ms: fc.nat({ max: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  failFast: fc.boolean(),
  maxParallel: fc.integer({ min: 1, max: 4 }),
  group: fc.constantFrom('none', 'none', 'none', 'single', 'max'),
})
const graph = fc.array(shape, { minLength: 1, maxLength: 7 })

const needsOf = (shapes: Shape[], i: number): number[] => [...new Set(shapes[i]?.needs.filter(need => need < i))]

/** YAML is a superset of JSON. The checkout of a leg is what takes time or fails, without a process. */
function workflowOf(shapes: Shape[], on: unknown = 'push'): string {
  const jobs = shapes.map((job, i) => {
    const { text } = conditions[job.condition]
    const include = job.legs.map(({ succeeds, ms }, n) => ({ n, ref: `${succeeds ? 'ok' : 'fail'}-${ms}` }))
    const spec = {
      'runs-on': 'x',
      needs: needsOf(shapes, i).map(need => `j${need}`),
      ...(text === undefined ? {} : { if: text }),
      'continue-on-error': job.isTolerated,
      ...(job.group === 'none' ? {} : { concurrency: { group: job.group, queue: job.group } }),
      strategy: { 'fail-fast': job.failFast, 'max-parallel': job.maxParallel, matrix: { include } },
      steps: [{ uses: 'actions/checkout@v4', with: { ref: '${{ matrix.ref }}' } }],
    }
    return [`j${i}`, spec]
  })
  return JSON.stringify({ on, jobs: Object.fromEntries(jobs) })
}

const env = sharedEnv()

function machineOf(maxParallel: number, files: Record<string, string> = {}): ReturnType<typeof testMachine> {
  const usual = testMachine({ env, files, maxParallel })
  const checkout: typeof usual.source.checkout = async (dest, ref) => {
    const [, end, ms] = /^(ok|fail)-(\d+)$/.exec(ref.sha) ?? []
    if (end === undefined) return usual.source.checkout(dest, ref)
    await new Promise(resolve => setTimeout(resolve, Number(ms)))
    if (end === 'fail') throw new Error('made to fail')
  }
  return { ...usual, source: { checkout } }
}

/** The states of all jobs after each event. */
function* momentsOf(events: RunEvent[]): Generator<{ begun: JobState | undefined; jobs: Map<string, JobState> }> {
  const jobs = new Map<string, JobState>()
  for (const event of events) {
    if (event.kind !== 'job') continue
    const before = jobs.get(event.job.id)
    jobs.set(event.job.id, event.job)
    const hasBegun = event.job.status === 'in_progress' && before?.status !== 'in_progress'
    yield { begun: hasBegun ? event.job : undefined, jobs }
  }
}

const legsIn = (run: RunState, i: number): JobState[] => run.jobs.filter(({ key }) => key === `j${i}`)

/** How a job ended for those behind it. */
function resultIn(run: RunState, shapes: Shape[], i: number): Conclusion {
  const ends = legsIn(run, i).map(({ conclusion }) =>
    conclusion === 'failure' && shapes[i]?.isTolerated ? 'success' : conclusion,
  )
  return (['failure', 'cancelled', 'success'] as const).find(end => ends.includes(end)) ?? 'skipped'
}

function ancestorsOf(shapes: Shape[], i: number): number[] {
  const found = new Set<number>()
  const visit = (at: number): void => {
    for (const need of needsOf(shapes, at).filter(each => !found.has(each))) {
      found.add(need)
      visit(need)
    }
  }
  visit(i)
  return [...found]
}

/** Others every time; more of them every night. */
const settings = { numRuns: process.env['NIGHTLY'] === '1' ? 200 : 8, endOnFailure: false }

describe('whatever the graph of jobs, how long they take and how they end (property)', () => {
  test('no job begins before its needs have ended, and every job ends', async () => {
    await fc.assert(
      fc.asyncProperty(graph, fc.integer({ min: 1, max: 5 }), async (shapes, most) => {
        const machine = machineOf(most)
        const { run } = await runText(workflowOf(shapes), machine)
        for (const { begun, jobs } of momentsOf(machine.events)) {
          if (begun === undefined) continue
          for (const need of begun.needs) {
            const legs = [...jobs.values()].filter(({ key }) => key === need)
            expect(legs.length).toBeGreaterThan(0)
            // A leg that was never told of has not ended either.
            expect(legs.length).toBe(run.jobs.filter(({ key }) => key === need).length)
            expect(legs.every(({ status }) => status === 'completed')).toBe(true)
          }
        }
        expect(run.status).toBe('completed')
        expect(run.jobs.every(job => job.status === 'completed' && job.conclusion !== undefined)).toBe(true)
      }),
      settings,
    )
  })

  test('a job runs, or is skipped, as its condition says of the jobs before it', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async shapes => {
        const { run } = await runText(workflowOf(shapes), machineOf(4))
        for (const [i, job] of shapes.entries()) {
          const results = ancestorsOf(shapes, i).map(each => resultIn(run, shapes, each))
          const bad = results.filter(result => result !== 'success').length
          const runs = conditions[job.condition].isTrue(bad, results.filter(result => result === 'failure').length)
          const legs = legsIn(run, i)
          if (!runs) {
            expect(legs.map(({ id, conclusion }) => [id, conclusion])).toEqual([[`j${i}`, 'skipped']])
            continue
          }
          expect(legs.length).toBe(job.legs.length)
          const mayStop =
            (job.failFast && !job.isTolerated && job.legs.some(leg => !leg.succeeds)) || job.group === 'single'
          for (const [n, leg] of legs.entries()) {
            const own = job.legs[n]?.succeeds ? 'success' : 'failure'
            if (leg.conclusion !== own) expect([leg.conclusion, mayStop]).toEqual(['cancelled', true])
          }
        }
        const results = shapes.map((_, i) => resultIn(run, shapes, i))
        expect(run.conclusion).toBe(
          (['failure', 'cancelled', 'success'] as const).find(end => results.includes(end)) ?? 'skipped',
        )
      }),
      settings,
    )
  })

  test('no limit is passed: of the machine, of max-parallel, of a concurrency group', async () => {
    await fc.assert(
      fc.asyncProperty(graph, fc.integer({ min: 1, max: 5 }), async (shapes, most) => {
        const machine = machineOf(most)
        await runText(workflowOf(shapes), machine)
        for (const { jobs } of momentsOf(machine.events)) {
          const busy = [...jobs.values()].filter(({ status }) => status === 'in_progress')
          expect(busy.length).toBeLessThanOrEqual(most)
          for (const [i, job] of shapes.entries()) {
            expect(busy.filter(({ key }) => key === `j${i}`).length).toBeLessThanOrEqual(job.maxParallel)
          }
          for (const group of ['single', 'max']) {
            const inGroup = busy.filter(({ key }) => shapes[Number(key.slice(1))]?.group === group)
            expect(inGroup.length).toBeLessThanOrEqual(1)
          }
        }
      }),
      settings,
    )
  })

  test('with fail-fast no leg begins after another failed', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async shapes => {
        const machine = machineOf(3)
        await runText(workflowOf(shapes), machine)
        for (const { begun, jobs } of momentsOf(machine.events)) {
          const job = begun && shapes[Number(begun.key.slice(1))]
          if (begun === undefined || !job?.failFast || job.isTolerated) continue
          const failed = [...jobs.values()].filter(
            ({ key, conclusion }) => key === begun.key && conclusion === 'failure',
          )
          expect(failed).toEqual([])
        }
      }),
      settings,
    )
  })

  test('called by another workflow, they end as they do alone', async () => {
    const steady = graph.map(shapes => shapes.map(job => ({ ...job, failFast: false, group: 'none' as const })))
    await fc.assert(
      fc.asyncProperty(steady, async shapes => {
        const alone = await runText(workflowOf(shapes), machineOf(4))
        const files = { '.github/workflows/called.yml': workflowOf(shapes, 'workflow_call') }
        const text = 'on: push\njobs:\n  up: { uses: ./.github/workflows/called.yml }\n'
        const { run } = await runText(text, machineOf(4, files))
        const below = Object.entries(conclusions(alone.run)).map(([id, conclusion]) => [`up / ${id}`, conclusion])
        expect(conclusions(run)).toEqual({ up: alone.run.conclusion, ...Object.fromEntries(below) })
      }),
      settings,
    )
  })
})
