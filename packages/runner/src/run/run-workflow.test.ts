import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JobState } from '@gantry/core'
import { jobs, oneJob } from '@gantry/workflow/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conclusions, jobOf, runText, tempFolder, testMachine } from '../testing/test-machine.ts'
import { conclusionExitCode } from './run-workflow.ts'

describe('needs', () => {
  test('a job starts as soon as its own needs are done, not a stage later', async () => {
    const met = join(tempFolder(), 'met')
    const slow = `for try in $(seq 600); do if test -e ${met}; then exit 0; fi; sleep 0.1; done; exit 1`
    const { run } = await runText(jobs(['fast', ''], ['slow', '', slow], ['after', 'needs: fast', `touch ${met}`]))
    expect(conclusions(run)).toEqual({ fast: 'success', slow: 'success', after: 'success' })
  })

  test('outputs travel to those who need them', async () => {
    const { log } = await runText(`
on: push
jobs:
  one:
    runs-on: x
    outputs: { word: "\${{ steps.s.outputs.word }}", empty: "\${{ steps.s.outputs.none }}" }
    steps: [{ id: s, run: 'echo word=hello >> "$GITHUB_OUTPUT"' }]
  two:
    runs-on: x
    needs: one
    steps: [{ run: 'echo "\${{ needs.one.outputs.word }} \${{ toJSON(needs) }}"' }]
`)
    expect(log).toContain('hello {')
    expect(log).not.toContain('empty')
  })

  test('a failure skips all that follow, however far, unless their condition says otherwise', async () => {
    const { run } = await runText(
      jobs(
        ['a', '', 'exit 3'],
        ['b', 'needs: a'],
        ['c', 'needs: b'],
        ['d', 'needs: c, if: always()'],
        ['e', 'needs: d'],
        ['f', 'needs: c, if: failure()'],
        ['g', "needs: a, if: needs.a.result == 'failure' && !cancelled()"],
      ),
    )
    expect(conclusions(run)).toEqual({
      a: 'failure',
      b: 'skipped',
      c: 'skipped',
      d: 'success',
      e: 'skipped',
      f: 'success',
      g: 'success',
    })
    expect(run.conclusion).toBe('failure')
    expect(conclusionExitCode(run)).toBe(1)
    expect(jobOf(run, 'a').steps[0]).toMatchObject({ exitCode: 3, outcome: 'failure', conclusion: 'failure' })
  })

  test('a failure that continue-on-error lets pass counts as success for those behind and for the run', async () => {
    const { run } = await runText(jobs(['a', 'continue-on-error: true', 'false'], ['b', 'needs: a'], ['c', '', 'true']))
    expect(conclusions(run)).toEqual({ a: 'failure', b: 'success', c: 'success' })
    expect(run.conclusion).toBe('success')
    expect(run.jobs.map(({ isTolerated }) => isTolerated)).toEqual([true, undefined, undefined])
  })

  test('a run of which every job is skipped is skipped', async () => {
    const { run } = await runText(jobs(['a', 'if: false'], ['b', 'needs: a']))
    expect(run.conclusion).toBe('skipped')
    expect(conclusionExitCode(run)).toBe(0)
  })

  test('a condition that cannot be evaluated fails its job, with the reason', async () => {
    const { run } = await runText(jobs(['a', 'if: "fromJSON(\'{\')"'], ['b', '']))
    expect(conclusions(run)).toEqual({ a: 'failure', b: 'success' })
    expect(jobOf(run, 'a').annotations[0]?.message).toContain('Error parsing JSON')
  })

  test('at most maxParallel jobs run at a time', async () => {
    let most = 0
    const machine = testMachine({ maxParallel: 2 })
    const running = new Set<string>()
    machine.on = event => {
      if (event.kind !== 'job') return
      if (event.job.status === 'in_progress') running.add(event.job.id)
      else running.delete(event.job.id)
      most = Math.max(most, running.size)
    }
    const { run } = await runText(jobs(['a', ''], ['b', ''], ['c', ''], ['d', '']), machine)
    expect(run.conclusion).toBe('success')
    expect(most).toBe(2)
  })

  test('only one job and those it needs run when asked for', async () => {
    const machine = testMachine({ only: { job: 'b' } })
    const { run } = await runText(jobs(['a', ''], ['b', 'needs: a'], ['c', '']), machine)
    expect(conclusions(run)).toEqual({ a: 'success', b: 'success', c: 'skipped' })
    await expect(runText(jobs(['abc', '']), testMachine({ only: { job: 'abd' } }))).rejects.toThrow(
      'did you mean "abc"',
    )
  })

  test('never starts a job before its needs, whatever the graph (property)', async () => {
    const graph = fc.array(fc.tuple(fc.array(fc.nat({ max: 5 }), { maxLength: 3 }), fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(graph, async shape => {
        const specs = shape.map(([needs, succeeds], i): [string, string, string] => {
          const earlier = [...new Set(needs.filter(need => need < i))].map(need => `j${need}`)
          return [`j${i}`, earlier.length === 0 ? '' : `needs: [${earlier}]`, succeeds ? 'true' : 'false']
        })
        const machine = testMachine()
        const { run } = await runText(jobs(...specs), machine)
        const ended = new Map<string, JobState>()
        for (const event of machine.events) {
          if (event.kind !== 'job') continue
          if (event.job.status === 'in_progress') {
            for (const need of event.job.needs) expect(ended.get(need)?.conclusion).toBe('success')
          } else if (event.job.status === 'completed') ended.set(event.job.id, event.job)
        }
        expect(run.jobs.every(job => job.status === 'completed')).toBe(true)
      }),
      { numRuns: 12 },
    )
  })
})

describe('matrices', () => {
  const matrix = (fields: string, run: string): string =>
    `on: push\njobs:\n  t:\n    runs-on: x\n    strategy: { ${fields} }\n    steps: [{ run: '${run}' }]\n`

  test('known at the start are planned leg by leg, with their values as names', async () => {
    const { run, log } = await runText(
      matrix(
        'matrix: { part: [front-end, back-end] }',
        'echo "it is ${{ matrix.part }} ${{ strategy.job-index }}/${{ strategy.job-total }}"',
      ),
    )
    expect(conclusions(run)).toEqual({ 't (front-end)': 'success', 't (back-end)': 'success' })
    expect(log).toContain('it is back-end 1/2')
  })

  test('that need other jobs unfold when those are done; an output of several legs is that of the last', async () => {
    const { run, log } = await runText(`
on: push
jobs:
  list:
    runs-on: x
    outputs: { parts: "\${{ steps.s.outputs.p }}" }
    steps: [{ id: s, run: "echo 'p=[\\"a\\",\\"b\\"]' >> $GITHUB_OUTPUT" }]
  t:
    needs: list
    name: Test \${{ matrix.part }} of \${{ needs.list.result }}
    runs-on: x
    strategy: { max-parallel: 1, matrix: { part: "\${{ fromJSON(needs.list.outputs.parts) }}" } }
    outputs: { last: "\${{ matrix.part }}" }
    steps: [{ run: "true" }]
  end:
    needs: t
    runs-on: x
    steps: [{ run: "echo last=\${{ needs.t.outputs.last }}" }]
`)
    expect(run.jobs.map(({ id }) => id)).toEqual(['list', 't (a)', 't (b)', 'end'])
    expect(jobOf(run, 't (a)').name).toBe('Test a of success')
    expect(log).toContain('last=b')
  })

  test('one failing leg cancels the others, running or not', async () => {
    const { run } = await runText(
      matrix('max-parallel: 2, matrix: { n: [1, 2, 3] }', 'test ${{ matrix.n }} = 2 || exec sleep 20; exit 1'),
    )
    expect(conclusions(run)).toEqual({ 't (1)': 'cancelled', 't (2)': 'failure', 't (3)': 'cancelled' })
    expect(jobOf(run, 't (3)').annotations[0]?.message).toBe('cancelled because t (2) failed')
    expect(run.conclusion).toBe('failure')
  })

  test('without fail-fast every leg ends by itself', async () => {
    const { run } = await runText(matrix('fail-fast: false, matrix: { n: [1, 2] }', 'test ${{ matrix.n }} = 2'))
    expect(conclusions(run)).toEqual({ 't (1)': 'failure', 't (2)': 'success' })
  })

  test('a skipped matrix is one skipped job', async () => {
    const text = matrix('matrix: { n: [1, 2] }', 'true').replace(
      'runs-on: x',
      'runs-on: x\n    if: false\n    name: T ${{ matrix.n }}',
    )
    const { run } = await runText(text)
    expect(conclusions(run)).toEqual({ t: 'skipped' })
    expect(jobOf(run, 't').name).toBe('t')
  })

  test('one that is no matrix fails its job, with the reason', async () => {
    const { run } = await runText(matrix('matrix: "${{ fromJSON(\'[]\') }}"', 'true'))
    expect(jobOf(run, 't').annotations[0]?.message).toContain('expected the matrix to be a mapping')
    const limits = await runText(matrix('matrix: { n: [1] }, max-parallel: "${{ \'x\' }}"', 'true'))
    expect(limits.run.conclusion).toBe('failure')
  })

  test('legs of equal values get names of their own', async () => {
    const { run } = await runText(matrix('matrix: { n: [a, a] }', 'true'))
    expect(Object.keys(conclusions(run))).toEqual(['t (a)', 't (a) #2'])
  })
})

test.each([
  ['windows-latest', ''],
  ['${{ fromJSON(\'["self-hosted", "windows-latest"]\') }}', ''],
  ["${{ github.event_name == 'push' && 'windows-latest' || 'x' }}", ''],
  ['${{ matrix.os }}', `, strategy: { matrix: { os: "\${{ fromJSON('[\\"windows-latest\\"]') }}" } }`],
])('on this machine alone, a job for another system fails before its first step: %s', async (asked, more) => {
  const text = jobs(['a', `timeout-minutes: 1${more}`, 'echo started']).replace(
    'runs-on: x',
    `runs-on: ${JSON.stringify(asked)}`,
  )
  const { run, log } = await runText(text)
  const message = '.github/workflows/test.yml:3:3: expected runs-on to fit this machine (Linux), got "windows-latest"'
  expect(run.jobs[0]).toMatchObject({ conclusion: 'failure', annotations: [{ message }] })
  expect(log).toBe('')
})

describe('cancellation', () => {
  test('stops what runs, still runs always(), and asks every remaining if again', async () => {
    const stop = new AbortController()
    const machine = testMachine({ signal: stop.signal })
    const report = machine.on
    machine.on = event => {
      report(event)
      if (event.kind === 'log' && event.lines.some(({ text }) => text === 'started')) stop.abort()
    }
    const { run, log, job } = await runText(
      `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          echo started
          exec sleep 30
      - run: echo never
      - run: echo cleaned ${'${{ job.status }}'}
        if: always()
  b: { runs-on: x, needs: a, steps: [{ run: echo never }] }
  c: { runs-on: x, needs: a, if: always(), steps: [{ run: echo gate }] }
  d: { runs-on: x, needs: a, if: cancelled(), steps: [{ run: echo told }] }
`,
      machine,
    )
    expect(conclusions(run)).toEqual({ a: 'cancelled', b: 'cancelled', c: 'success', d: 'success' })
    expect(run.conclusion).toBe('cancelled')
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'skipped', 'success'])
    expect(log).toContain('cleaned cancelled')
    expect(log).not.toContain('never')
  })

  test('a job with if: always() goes on', async () => {
    const stop = new AbortController()
    const machine = testMachine({ signal: stop.signal })
    setTimeout(() => stop.abort(), 150)
    const { run } = await runText(
      jobs(['a', 'if: always()', 'sleep 0.6; echo done'], ['b', '', 'exec sleep 30']),
      machine,
    )
    expect(conclusions(run)).toEqual({ a: 'success', b: 'cancelled' })
  })

  test('always() steps that take too long are stopped in the end', async () => {
    const stop = new AbortController()
    const machine = testMachine({ signal: stop.signal, grace: { interruptMs: 50, terminateMs: 50, cancelMs: 300 } })
    const report = machine.on
    machine.on = event => {
      report(event)
      if (event.kind === 'log' && event.lines.some(({ text }) => text === 'started')) stop.abort()
    }
    const { job } = await runText(
      oneJob(
        '- run: |\n    echo started\n    exec sleep 30\n- run: exec sleep 30\n  if: always()\n- run: exec sleep 30\n  if: always()',
      ),
      machine,
    )
    expect(job('a').steps.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })
})

describe('folders', () => {
  test('every job works in its own, which is gone afterwards unless kept', async () => {
    const workDir = tempFolder()
    const text = jobs(['a', '', 'touch here; test ! -e there'], ['b', '', 'touch there; test ! -e here'])
    expect((await runText(text, testMachine({ workDir }))).run.conclusion).toBe('success')
    expect(readdirSync(workDir)).toEqual([])
    await runText(text, testMachine({ workDir, keepWorkspaces: true }))
    expect(readdirSync(workDir).some(name => existsSync(join(workDir, name, 'work', 'here')))).toBe(true)
  })

  test('a machine without a work folder fails the job and not the process', async () => {
    const { job } = await runText(oneJob('- run: true'), testMachine({ workDir: '/dev/null/nowhere' }))
    expect(job('a').conclusion).toBe('failure')
    expect(job('a').annotations[0]?.message).toContain('/dev/null/nowhere')
  })
})
